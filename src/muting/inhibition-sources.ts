import type { AlertRecord } from '../alert/alert-record.ts';

/** Alerts that inhibit the same targets. Which of them fire is known only when asked; the answer is remembered. */
export class Sources {
  readonly #records = new Set<AlertRecord>();
  /** The last one found firing: while it fires, the others need no look. */
  #live: AlertRecord | undefined;
  /** A time at which all had ended, and which holds until a new one arrives. Resolved ones are not gone through again. */
  #noneSince: number | undefined;

  get size(): number {
    return this.#records.size;
  }

  add(record: AlertRecord): void {
    this.#records.add(record);
    this.updated(record);
  }

  /** One of them has a new version. */
  updated(record: AlertRecord): void {
    if (this.#noneSince === undefined || record.alert.endsAt <= this.#noneSince) return;
    this.#noneSince = undefined;
    this.#live = record;
  }

  remove(record: AlertRecord): void {
    this.#records.delete(record);
    if (this.#live === record) this.#live = undefined;
  }

  /** One that is not resolved at `now`. */
  live(now: number): AlertRecord | undefined {
    if (this.#live && this.#live.alert.endsAt > now) return this.#live;
    // The clock may have been set back since.
    if (this.#noneSince !== undefined && this.#noneSince <= now) return undefined;
    this.#noneSince = undefined;
    for (const record of this.#records) {
      if (record.alert.endsAt <= now) continue;
      this.#live = record;
      return record;
    }
    this.#live = undefined;
    this.#noneSince = now;
    return undefined;
  }
}
