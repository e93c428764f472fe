import type { AlertRecord } from '../alert/alert-record.ts';

export interface Verdict {
  readonly admitted: boolean;
  /** An ended alert of the same name that made room. */
  readonly evicted?: AlertRecord;
}

interface Bucket {
  readonly records: Set<AlertRecord>;
  /** Those that can make room, the first to be let go first. */
  readonly idle: Set<AlertRecord>;
}

const ADMITTED: Verdict = { admitted: true };
const REFUSED: Verdict = { admitted: false };

/**
 * At most N alerts of one alertname (--alerts.per-alertname-limit, as Alertmanager's limit.Bucket): beyond that a new
 * one comes in only in the place of one that has ended. Unlike there, one that nobody has been told the end of stays.
 */
export class AlertLimit {
  readonly #limit: number;
  readonly #byName = new Map<string, Bucket>();

  /** @param limit 0 for none. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  admit(record: AlertRecord): Verdict {
    if (this.#limit === 0) return ADMITTED;
    let bucket = this.#bucketOf(record);
    if (!bucket) {
      bucket = { records: new Set(), idle: new Set() };
      this.#byName.set(nameOf(record), bucket);
    }
    const { records, idle } = bucket;
    if (records.size < this.#limit) {
      records.add(record);
      return ADMITTED;
    }
    const [evicted] = idle;
    if (!evicted) return REFUSED;
    idle.delete(evicted);
    records.delete(evicted);
    records.add(record);
    return { admitted: true, evicted };
  }

  /** It has ended and nobody waits for it any more. */
  release(record: AlertRecord): void {
    const bucket = this.#bucketOf(record);
    if (bucket?.records.has(record)) bucket.idle.add(record);
  }

  /** It fires again. */
  reclaim(record: AlertRecord): void {
    this.#bucketOf(record)?.idle.delete(record);
  }

  forget(record: AlertRecord): void {
    const bucket = this.#bucketOf(record);
    if (!bucket) return;
    bucket.records.delete(record);
    bucket.idle.delete(record);
    if (bucket.records.size === 0) this.#byName.delete(nameOf(record));
  }

  #bucketOf(record: AlertRecord): Bucket | undefined {
    return this.#byName.get(nameOf(record));
  }
}

function nameOf({ labels }: AlertRecord): string {
  return labels.get('alertname') ?? '';
}
