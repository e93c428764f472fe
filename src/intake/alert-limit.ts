import type { AlertRecord } from '../alert/alert-record.ts';

export interface Verdict {
  readonly admitted: boolean;
  /** An ended alert of the same name that made room. */
  readonly evicted?: AlertRecord;
}

const ADMITTED: Verdict = { admitted: true };

/**
 * At most N alerts of one alertname (--alerts.per-alertname-limit, as Alertmanager's limit.Bucket): beyond that a new
 * one comes in only in the place of the one that ended first, if that has ended.
 */
export class AlertLimit {
  readonly #limit: number;
  readonly #byName = new Map<string, Set<AlertRecord>>();

  /** @param limit 0 for none. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  admit(record: AlertRecord, now: number): Verdict {
    if (this.#limit === 0) return ADMITTED;
    const name = record.labels.get('alertname') ?? '';
    const same = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, same);
    if (same.size < this.#limit) {
      same.add(record);
      return ADMITTED;
    }
    const first = [...same].reduce((a, b) => (b.alert.endsAt < a.alert.endsAt ? b : a));
    if (first.alert.endsAt > now) return { admitted: false };
    same.delete(first);
    same.add(record);
    return { admitted: true, evicted: first };
  }

  forget(record: AlertRecord): void {
    const name = record.labels.get('alertname') ?? '';
    const same = this.#byName.get(name);
    same?.delete(record);
    if (same?.size === 0) this.#byName.delete(name);
  }
}
