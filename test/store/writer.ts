import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { SqliteStore } from '../../src/store/sqlite.ts';
import { systemClock } from '../../src/time/clock.ts';

/**
 * A process for the crash tests: writes pairs of rows to the store of argv[2], several callers at once, until it is
 * killed. Prints `ok N` when pair N is durable and `failed TROUBLE` when a write was refused.
 */
const directory = process.argv[2] ?? '';
const store = await SqliteStore.open({
  directory,
  fsync: 'process',
  clock: systemClock,
  logger: nullLogger,
  metrics: new Metrics(),
});

const value = 'x'.repeat(1_000);
let next = 0;

async function write(): Promise<void> {
  for (;;) {
    const n = next++;
    try {
      await store.write([
        { table: 'alerts', key: `${n}`, value },
        { table: 'notifications', key: `${n}`, value },
      ]);
      process.stdout.write(`ok ${n}\n`);
    } catch {
      process.stdout.write(`failed ${store.trouble}\n`);
    }
  }
}

await Promise.all([write(), write(), write()]);
