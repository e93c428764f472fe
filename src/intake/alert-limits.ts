import type { AlertInput } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import { goQuote } from '../alert/label-set.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { formatGoDuration } from '../time/duration.ts';

/** How many alerts may be held; 0: no limit. */
export interface AlertLimitOptions {
  /** --alerts.per-alertname-limit: of one source with one alertname. */
  readonly perAlertname: number;
  /** --alerts.per-source-limit: of one source. */
  readonly perSource: number;
  /** --alerts.active-limit: in all. */
  readonly active: number;
  /** --alerts.ends-at-limit, ms: how far ahead a sender may set an alert's end. */
  readonly endsAt: number;
}

export const NO_ALERT_LIMITS: AlertLimitOptions = { perAlertname: 0, perSource: 0, active: 0, endsAt: 0 };

export type LimitName = 'alertname' | 'source' | 'active' | 'ends_at';

/** Why an alert was not taken. */
export interface Refusal {
  readonly limit: LimitName;
  /** Names the limit and its flag. */
  readonly reason: string;
}

type Verdict =
  /** Ended alerts that were evicted; they are no longer counted. */
  { readonly evicted: readonly AlertRecord[]; readonly refusal?: undefined } | { readonly refusal: Refusal };

interface Bucket {
  readonly records: Set<AlertRecord>;
  /** Alerts that can be evicted, in order of eviction. */
  readonly idle: Set<AlertRecord>;
}

interface Limit {
  readonly name: LimitName;
  readonly most: number;
  readonly buckets: Map<string, Bucket>;
  keyOf(record: AlertRecord): string;
  describe(record: AlertRecord): string;
}

const NOTHING_EVICTED: Verdict = { evicted: [] };

/**
 * Bounds how many alerts are held. Beyond a limit a new alert comes in only in the place of one that has ended; unlike in
 * Alertmanager's limit.Bucket, one whose end nobody was notified of stays. Alertnames are counted per source, so that one
 * sender cannot use up the limit of another.
 */
export class AlertLimits {
  readonly #limits: readonly Limit[];
  readonly #endsAt: number;

  constructor({ perAlertname, perSource, active, endsAt }: AlertLimitOptions) {
    this.#endsAt = endsAt;
    const limits: Limit[] = [
      {
        name: 'alertname',
        most: perAlertname,
        buckets: new Map(),
        keyOf: (record) => `${record.alert.source}\u0000${nameOf(record)}`,
        describe: (record) =>
          `the limit of ${perAlertname} for alertname ${goQuote(nameOf(record).slice(0, 100))} of source ` +
          `${record.alert.source} is reached (--alerts.per-alertname-limit)`,
      },
      {
        name: 'source',
        most: perSource,
        buckets: new Map(),
        keyOf: ({ alert }) => alert.source,
        describe: ({ alert }) =>
          `the limit of ${perSource} for source ${alert.source} is reached (--alerts.per-source-limit)`,
      },
      {
        name: 'active',
        most: active,
        buckets: new Map(),
        keyOf: () => '',
        describe: () => `the limit of ${active} for all alerts is reached (--alerts.active-limit)`,
      },
    ];
    this.#limits = limits.filter(({ most }) => most > 0);
  }

  /** Counts a new alert, if the limits allow it. */
  admit(record: AlertRecord): Verdict {
    if (this.#limits.length === 0) return NOTHING_EVICTED;
    const evicted = new Set<AlertRecord>();
    for (const limit of this.#limits) {
      const bucket = limit.buckets.get(limit.keyOf(record));
      if (!bucket || bucket.records.size < limit.most) continue;
      const [idle] = bucket.idle;
      if (!idle) return { refusal: { limit: limit.name, reason: limit.describe(record) } };
      evicted.add(idle);
    }
    for (const one of evicted) this.forget(one);
    this.hold(record);
    return { evicted: [...evicted] };
  }

  /** Counts an alert that is held whatever the limits say. */
  hold(record: AlertRecord): void {
    for (const { buckets, keyOf } of this.#limits) {
      const key = keyOf(record);
      let bucket = buckets.get(key);
      if (!bucket) {
        bucket = { records: new Set(), idle: new Set() };
        buckets.set(key, bucket);
      }
      bucket.records.add(record);
    }
  }

  /** It has ended and nobody waits for it any more. */
  release(record: AlertRecord): void {
    for (const bucket of this.#bucketsOf(record)) if (bucket.records.has(record)) bucket.idle.add(record);
  }

  /** It fires again. */
  reclaim(record: AlertRecord): void {
    for (const bucket of this.#bucketsOf(record)) bucket.idle.delete(record);
  }

  forget(record: AlertRecord): void {
    for (const { buckets, keyOf } of this.#limits) {
      const key = keyOf(record);
      const bucket = buckets.get(key);
      bucket?.records.delete(record);
      bucket?.idle.delete(record);
      if (bucket?.records.size === 0) buckets.delete(key);
    }
  }

  /** Why an alert's end, as its sender sets it, is too far ahead. */
  refuseEnd({ endsAt }: AlertInput, now: number): string | undefined {
    if (this.#endsAt === 0 || endsAt === undefined || endsAt <= now + this.#endsAt) return undefined;
    return `endsAt is more than ${formatGoDuration(this.#endsAt)} ahead (--alerts.ends-at-limit)`;
  }

  *#bucketsOf(record: AlertRecord): Generator<Bucket> {
    for (const { buckets, keyOf } of this.#limits) {
      const bucket = buckets.get(keyOf(record));
      if (bucket) yield bucket;
    }
  }
}

function nameOf({ labels }: AlertRecord): string {
  return labels.get('alertname') ?? '';
}

/** The refusals of one request, equal ones counted together. */
export class Refusals {
  /** Alerts. */
  total = 0;
  readonly #counts = new Map<string, { readonly limit: LimitName; readonly alertname: string; count: number }>();

  add({ limit, reason }: Refusal, record: AlertRecord): void {
    this.total++;
    const known = this.#counts.get(reason);
    if (known) known.count++;
    else this.#counts.set(reason, { limit, alertname: nameOf(record), count: 1 });
  }

  /** One sentence for each reason. */
  describe(): string[] {
    return Array.from(this.#counts, ([reason, { count }]) => {
      return `${count} ${count === 1 ? 'alert was' : 'alerts were'} dropped: ${reason}`;
    });
  }

  /** One line in the log, however many there are. */
  report({ logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics }, source: string): void {
    for (const { limit, alertname, count } of this.#counts.values()) {
      metrics.tocsinAlertsLimitedTotal.inc({ source, limit }, count);
      if (limit === 'alertname') metrics.alertsLimitedTotal.inc(metrics.alertLabels(alertname), count);
    }
    const err = this.describe().slice(0, 3).join('; ');
    logger.warn('Alerts dropped', { component: 'provider', source, alerts: this.total, err });
  }
}
