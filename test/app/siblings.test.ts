import { expect, it } from 'vitest';
import { PermanentError } from '../../src/receivers/receiver.ts';
import { Harness } from '../support/engine.ts';

const DAY = 86_400;

it('an integration whose sibling fails for good lists no end twice', async () => {
  const h = await Harness.start({ sibling: true });
  h.sibling.failure = new PermanentError('unexpected status code 400', 'clientError');
  await h.push('a b', { end: DAY });
  await h.seconds(2);
  await h.push('a', { end: 0 });
  await h.seconds(10);
  await h.push('c', { end: DAY });
  await h.seconds(10);
  await h.push('b c', { end: 0 });
  await h.seconds(30);
  expect(h.story).toEqual([
    '1: a b (first notification)',
    '11: -a b (some alerts resolved)',
    '21: b c (new alerts added)',
    '31: -b -c (all alerts resolved)',
  ]);
  expect(h.sibling.attempts).toBeGreaterThan(4);
});

it('nor an event twice', async () => {
  const h = await Harness.start({ sibling: true });
  h.sibling.failure = new PermanentError('unexpected status code 400', 'clientError');
  await h.push('event', { event: true, startsAt: h.clock.now() });
  await h.seconds(2);
  await h.push('c', { end: DAY });
  await h.seconds(20);
  expect(h.story).toEqual(['1: event (first notification)', '11: c (new alerts added)']);
});
