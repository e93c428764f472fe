import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { SqliteStore } from '../../src/store/sqlite.ts';
import { Harness, type HarnessOptions } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryDirectory } from '../support/process.ts';

/** Shortly after the store was written. */
const SOON = '2026-11-28T10:00:00Z';
/** As the configuration was that wrote it. */
const WROTE: HarnessOptions = {
  receiverName: 'mail',
  kind: 'email',
  route: { receiver: 'mail', groupBy: ['alertname'], groupInterval: 10_000, repeatInterval: 3_600_000 },
};

let directory: ReturnType<typeof temporaryDirectory>;
let harness: Harness;
let store: SqliteStore;

beforeEach(() => {
  directory = temporaryDirectory('store-0.1.0');
  cpSync(join(import.meta.dirname, '../fixtures/store-0.1.0'), directory.path, { recursive: true });
});

afterEach(async () => {
  await harness.stop();
  await store.close();
  directory.remove();
});

async function start(clock: FakeClock, options: Partial<HarnessOptions> = {}): Promise<void> {
  const deps = { clock, logger: nullLogger, metrics: new Metrics() };
  store = await SqliteStore.open({ ...deps, directory: directory.path, fsync: 'process' });
  harness = await Harness.start({ ...WROTE, clock, store, ...options });
}

test('all that it holds is read: alerts, the silence, what was notified and what could not be delivered', async () => {
  await start(new FakeClock(SOON));
  const names = [...harness.engine.intake.records()].map(({ labels }) => labels.get('alertname'));
  expect(names).toEqual(['Told1', 'Told2', 'Told3', 'Ubuntu Package Manager Execution', 'Owed']);
  expect(harness.engine.silences.get('65c1e6ad-f2ea-475a-953e-587ce6bc2f09')?.comment).toBe('recorded');
  expect(harness.engine.deliveries()).toMatchObject([
    { state: 'pending', receiver: 'mail', integration: 'email[0]', alerts: 1, failures: 1 },
  ]);
});

test('nobody is notified of the same twice, and what could not be delivered is', async () => {
  await start(new FakeClock(SOON));
  await harness.seconds(30);
  expect(harness.story).toEqual(['0: Owed (first notification)']);
  await harness.push('Told1', {
    labels: LabelSet.of({ alertname: 'Told1', instance: 'db-1', severity: 'warning' }),
    end: 0,
  });
  await harness.seconds(20);
  expect(harness.story.slice(1)).toEqual(['40: -Told1 (all alerts resolved)']);
});

test('what the store holds is repeated when it is due', async () => {
  await start(new FakeClock('2026-11-28T11:00:00Z'));
  await harness.seconds(30);
  const reasons = harness.receiver.sent.map(({ notification }) => notification.reason);
  expect(reasons.sort()).toEqual(['first notification', ...Array(4).fill('repeat interval elapsed')]);
});
