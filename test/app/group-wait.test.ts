import { expect, it } from 'vitest';
import { Harness } from '../support/engine.ts';

const DAY = 86_400_000;

it('group_wait counts from the arrival of what its sender sends once, however long ago it began', async () => {
  const h = await Harness.start({ route: { groupWait: 30_000 } });
  const startsAt = h.clock.now() - 600_000;
  for (const name of ['v1', 'v2', 'v3']) {
    await h.push(name, { startsAt, staleAfter: DAY });
    await h.seconds(1);
  }
  await h.push('event', { startsAt, event: true, staleAfter: DAY });
  await h.seconds(60);
  expect(h.story).toEqual(['30: event v1 v2 v3 (first notification)']);
});

it('what its sender repeats has waited already when it began long ago, as in Alertmanager', async () => {
  const h = await Harness.start({ route: { groupWait: 30_000 } });
  await h.push('a', { startsAt: h.clock.now() - 600_000, end: 3_600 });
  await h.seconds(1);
  expect(h.story).toEqual(['0: a (first notification)']);
});
