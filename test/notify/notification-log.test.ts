import { expect, test } from 'vitest';
import { Metrics } from '../../src/metrics/metrics.ts';
import { NotificationLog } from '../../src/notify/notification-log.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { FakeClock } from '../support/fake-clock.ts';

const HOUR = 3_600_000;
const key = (groupKey: string) => ({ groupKey, receiver: 'r', kind: 'webhook', identity: 'i', target: '' });
const entry = { firing: ['f'], resolved: {}, timestamp: 1, sent: 1, firstSentAt: 1 };

async function maintenance(metrics: Metrics): Promise<string[]> {
  return (await metrics.text())
    .split('\n')
    .filter((line) => /^alertmanager_nflog_(maintenance|gc_.*_count)/.test(line));
}

test('maintenance drops what is expired, counts its runs and reports its failures', async () => {
  const clock = new FakeClock();
  const metrics = new Metrics();
  const store = new MemoryStore();
  const log = new NotificationLog({ clock, metrics, store, retention: 120 * HOUR });
  await log.put(key('short'), entry, HOUR);
  await log.put(key('long'), entry, 4 * HOUR);
  await clock.advance(2 * HOUR);
  await log.gc();
  expect([...log.entries()].map(([{ groupKey }]) => groupKey)).toEqual(['long']);
  store.trouble = 'disk full';
  await clock.advance(6 * HOUR);
  await expect(log.gc()).rejects.toThrow('disk full');
  expect((await maintenance(metrics)).toSorted()).toEqual([
    'alertmanager_nflog_gc_duration_seconds_count 2',
    'alertmanager_nflog_maintenance_errors_total 1',
    'alertmanager_nflog_maintenance_total 2',
  ]);
});
