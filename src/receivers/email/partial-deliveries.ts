import type { Refusal } from './smtp/wire.ts';

/** Notifications that are remembered; the oldest is forgotten first. */
const MOST = 1_000;

/** What earlier attempts of a notification settled, so that a retry goes only to those who are left. */
interface Progress {
  readonly accepted: Set<string>;
  readonly refused: Refusal[];
}

/**
 * What became so far of notifications that some of their recipients do not have yet. One for all configurations of an
 * engine, because a reload must not make those who have the mail hear again; never for two engines, whose notifications
 * may have the same ids.
 */
export class PartialDeliveries {
  readonly #byId = new Map<string, Progress>();

  get(id: string): Progress | undefined {
    return this.#byId.get(id);
  }

  /** @param progress absent: nobody is left, or nobody was reached. */
  set(id: string, progress: Progress | undefined): void {
    this.#byId.delete(id);
    if (progress) this.#byId.set(id, progress);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MOST && oldest !== undefined) this.#byId.delete(oldest);
  }
}
