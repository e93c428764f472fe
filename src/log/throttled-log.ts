import type { Clock } from '../time/clock.ts';
import type { Attributes, Logger } from './logger.ts';

/** ms for which a key that has been logged is only counted. */
const QUIET = 60_000;
/** Lines in that time over all keys: clients may come from any number of addresses. */
const MOST_LINES = 100;
const MOST_KEYS = 1_000;

/**
 * Logs what clients can cause as often as they like: one line a minute for each key, and a bounded number of lines for
 * all keys together; `suppressed` says how many were left out. A key must not hold text that a client chooses.
 */
export class ThrottledLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #keys = new Map<string, { readonly at: number; suppressed: number }>();
  #minute = { began: Number.NEGATIVE_INFINITY, lines: 0 };

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  warn(message: string, key: string, attributes: Attributes): void {
    const now = this.#clock.monotonic();
    const last = this.#keys.get(key);
    if (last && now - last.at < QUIET) {
      last.suppressed++;
      return;
    }
    if (now - this.#minute.began >= QUIET) this.#minute = { began: now, lines: 0 };
    if (this.#minute.lines >= MOST_LINES) return;
    this.#minute.lines++;
    this.#keys.delete(key);
    if (this.#keys.size >= MOST_KEYS) this.#keys.delete(this.#keys.keys().next().value as string);
    this.#keys.set(key, { at: now, suppressed: 0 });
    const full = this.#minute.lines === MOST_LINES && { note: 'no more lines of this kind in this minute' };
    this.#logger.warn(message, { ...attributes, ...(last?.suppressed && { suppressed: last.suppressed }), ...full });
  }
}
