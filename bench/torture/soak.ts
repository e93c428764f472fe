import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertInput } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { createMatcher } from '../../src/alert/matcher.ts';
import type { InhibitRuleConfig } from '../../src/config/types.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { SqliteStore } from '../../src/store/sqlite.ts';
import { TABLES } from '../../src/store/store.ts';
import { Harness } from '../../test/support/engine.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { temporaryDirectory } from '../../test/support/process.ts';
import { Random } from './random.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Seconds between two sendings of what fires. */
const RESEND = HOUR / 2;
/** The longest that anything is remembered: --data.retention, and some for the maintenance. */
const FORGOTTEN = 5 * DAY + 2 * HOUR;
const GROUP_SIZE = 5;
/** Bytes by which heap and store may differ all the same: compiled code, free pages. */
const TOLERATED = 2_000_000;

export interface SoakOptions {
  readonly alerts: number;
  readonly days: number;
  readonly seed: number;
}

/** What is held at a moment. */
export interface Held {
  /** Bytes of the heap after a garbage collection. */
  readonly heap: number;
  readonly alerts: number;
  readonly groups: number;
  readonly notifications: number;
  readonly silences: number;
  readonly timers: number;
  /** Bytes of tocsin.db. */
  readonly store: number;
}

export interface SoakReport {
  readonly alerts: number;
  readonly messages: number;
  /** After a shorter first run that all is forgotten of, and after the whole. */
  readonly before: Held;
  readonly after: Held;
  /** Rows left in the store at the end. */
  readonly rows: number;
}

/** What fires until a moment of the clock (seconds). */
interface Firing {
  readonly name: string;
  readonly until: number;
}

/**
 * Days on a fake clock over a real store: alerts come, are repeated, are silenced and inhibited, and go. When all is over
 * and forgotten, memory and store must be as they were. Run with --expose-gc.
 */
export async function soak({ alerts, days, seed }: SoakOptions): Promise<SoakReport> {
  const random = new Random(seed);
  const clock = new FakeClock();
  const { path: directory, remove } = temporaryDirectory('soak');
  const open = (): Promise<SqliteStore> =>
    SqliteStore.open({ directory, fsync: 'process', clock, logger: nullLogger, metrics: new Metrics() });
  const store = await open();
  const h = await Harness.start({
    store,
    clock,
    route: { groupBy: ['group'], groupInterval: RESEND * 1_000, repeatInterval: 4 * HOUR * 1_000 },
    inhibitRules: [INHIBITION],
  });
  let messages = 0;
  h.receiver.send = async () => {
    messages++;
  };
  let count = 0;

  const push = (names: readonly string[], fields: Partial<AlertInput>): Promise<unknown> =>
    h.engine.receive(
      names.map((name) => ({ labels: labelsOf(name), annotations: LabelSet.of({ at: `${clock.now()}` }), ...fields })),
      'prometheus',
    );

  /** Days in which `total` alerts come and go, and then as many as it takes to forget them. */
  const round = async (total: number, length: number): Promise<void> => {
    let firing: Firing[] = [];
    const steps = (length * DAY) / RESEND;
    for (let step = 0; step < steps; step++) {
      const now = clock.monotonic() / 1_000;
      const over = firing.filter(({ until }) => until <= now).map(({ name }) => name);
      firing = firing.filter(({ until }) => until > now);
      const fresh = Math.round((total * (step + 1)) / steps) - Math.round((total * step) / steps);
      for (let i = 0; i < fresh; i++) {
        const name = `${count++}`;
        const kind = random.next();
        if (kind < 0.2) await push([name], { staleAfter: 12 * HOUR * 1_000 });
        else if (kind < 0.3) await push([name], { event: true, startsAt: clock.now() });
        else firing.push({ name, until: now + random.between(0, 12 * HOUR) });
      }
      // Prometheus says "resolved" more than once; some just fall silent.
      const told = over.filter(() => random.chance(0.8));
      await push(
        firing.map(({ name }) => name),
        { endsAt: clock.now() + 2 * RESEND * 1_000 },
      );
      await push(told, { endsAt: clock.now() });
      if (random.chance(0.2)) await silence(h, `g${Math.floor((count + random.integer(-20, 20)) / GROUP_SIZE)}`);
      await h.seconds(RESEND / 2);
      await push(told, { endsAt: clock.now() });
      await h.seconds(RESEND / 2);
    }
    await h.seconds(2 * DAY + FORGOTTEN);
  };

  const held = async (): Promise<Held> => {
    // The real disk takes real time, in which the clock stands: maintenance that waits for it comes to its end.
    for (let i = 0; i < 3; i++) {
      await store.load('budgets');
      await h.seconds(HOUR);
    }
    globalThis.gc?.();
    return {
      heap: process.memoryUsage().heapUsed,
      alerts: h.engine.intake.size,
      groups: h.engine.dispatcher.groupCount,
      notifications: [...h.engine.log.entries()].length,
      silences: [...h.engine.silences.list()].length,
      timers: clock.pending,
      store: statSync(join(directory, 'tocsin.db')).size,
    };
  };

  await round(Math.ceil(alerts / 5), Math.ceil(days / 5));
  const before = await held();
  await round(alerts, days);
  const after = await held();
  await h.stop();
  await store.close();
  const again = await open();
  let rows = 0;
  for (const table of TABLES) rows += (await again.load(table)).length;
  await again.close();
  remove();
  return { alerts: count, messages, before, after, rows };
}

const INHIBITION: InhibitRuleConfig = {
  name: '',
  sourceMatchers: [createMatcher('=', 'severity', 'critical')],
  targetMatchers: [createMatcher('=', 'severity', 'warning')],
  equal: ['group'],
};

function labelsOf(name: string): LabelSet {
  const n = Number(name);
  return LabelSet.of({
    alertname: `a${name}`,
    group: `g${Math.floor(n / GROUP_SIZE)}`,
    severity: n % 7 === 0 ? 'critical' : 'warning',
  });
}

async function silence({ engine, clock }: Harness, group: string): Promise<void> {
  await engine.silences.set({
    matcherSets: [[createMatcher('=', 'group', group)]],
    startsAt: clock.now(),
    endsAt: clock.now() + 6 * HOUR * 1_000,
    createdBy: 'soak',
    comment: '',
    annotations: LabelSet.empty,
  });
}

/** What grew, in words; empty when memory and store ended where they were. */
export function growth({ before, after, rows }: SoakReport): string[] {
  const counts = ['alerts', 'groups', 'notifications', 'silences', 'timers'] as const;
  const grown = counts
    .filter((what) => after[what] > before[what])
    .map((what) => `${what}: ${before[what]}, then ${after[what]}`);
  for (const what of ['heap', 'store'] as const) {
    const more = after[what] - before[what];
    if (more > TOLERATED) grown.push(`${what}: ${before[what]} bytes, then ${after[what]}`);
  }
  if (rows > 0) grown.push(`${rows} rows are left in the store`);
  return grown;
}
