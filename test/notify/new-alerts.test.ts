import { expect, test } from 'vitest';
import { Harness } from '../support/engine.ts';

const DAY = 86_400;

/** Names of the alerts of each notification; those that are marked as new with a star. */
function marks(h: Harness): string[] {
  return h.receiver.sent.map(({ notification: { alerts } }) =>
    alerts.map(({ alert, isNew }) => `${alert.labels.get('alertname')}${isNew ? '*' : ''}`).join(' '),
  );
}

test('an alert is new where the last notification did not list it as firing', async () => {
  const h = await Harness.start({ route: { repeatInterval: 20_000 } });
  await h.push('a', { end: DAY });
  await h.push('b', { end: 12 });
  await h.seconds(5);
  await h.push('c', { end: DAY });
  await h.seconds(20);
  await h.push('b', { end: DAY });
  await h.seconds(40);
  // Nothing is new in the first notification, in a reminder, or where an alert ends; b is new again when it returns.
  expect(marks(h)).toEqual(['a b', 'a b c*', 'a b c', 'a b* c', 'a b c']);
});
