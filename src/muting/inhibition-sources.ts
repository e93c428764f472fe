import type { AlertRecord } from '../alert/alert-record.ts';

/** Up to this many sources are looked through at every question. */
const FEW = 64;

/** Alerts that inhibit the same targets. Which of them fire is known only when asked; the answer is remembered. */
export class Sources {
  readonly #records = new Set<AlertRecord>();
  /** The last one found firing: while it fires, the others need no look. */
  #live: AlertRecord | undefined;
  /** A time at which none fired. One question a moment, not one per target, goes through a long list of resolved ones. */
  #noneAt: number | undefined;

  get size(): number {
    return this.#records.size;
  }

  add(record: AlertRecord): void {
    this.#records.add(record);
    this.#noneAt = undefined;
  }

  remove(record: AlertRecord): void {
    this.#records.delete(record);
    if (this.#live === record) this.#live = undefined;
  }

  /** One that is not resolved at `now`. */
  live(now: number): AlertRecord | undefined {
    if (this.#live && this.#live.alert.endsAt > now) return this.#live;
    if (this.#noneAt === now && this.#records.size > FEW) return undefined;
    for (const record of this.#records) {
      if (record.alert.endsAt <= now) continue;
      this.#live = record;
      return record;
    }
    this.#live = undefined;
    this.#noneAt = now;
    return undefined;
  }
}
