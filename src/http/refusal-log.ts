import type { IncomingMessage } from 'node:http';
import type { Attributes, Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';

/** ms for which the refusals of one client are counted instead of logged again. */
const QUIET = 60_000;
/** Lines in that time over all clients, which may come from any number of addresses. */
const MOST_LINES = 100;

interface Logged {
  readonly at: number;
  suppressed: number;
}

/**
 * Logs refused requests: a line per minute for each kind of refusal of each address, whatever its text, which the client
 * chooses. `suppressed` says how many lines were left out.
 */
export class RefusalLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #logged = new Map<string, Logged>();
  /** Lines left out because there were MOST_LINES. */
  #overflow = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** @param attributes `source` and `code` tell kinds of refusals apart */
  warn(message: string, request: IncomingMessage, attributes: Attributes): void {
    const remote = request.socket.remoteAddress ?? '';
    const { source, code } = attributes as { readonly source?: unknown; readonly code?: unknown };
    const key = JSON.stringify([message, remote, source, code]);
    const now = this.#clock.monotonic();
    const last = this.#logged.get(key);
    if (last && now - last.at < QUIET) {
      last.suppressed++;
      return;
    }
    if (!last && this.#isFull(now)) {
      this.#overflow++;
      return;
    }
    const suppressed = (last?.suppressed ?? 0) + this.#overflow;
    this.#overflow = 0;
    this.#logged.delete(key);
    this.#logged.set(key, { at: now, suppressed: 0 });
    this.#logger.warn(message, { ...attributes, remote, ...(suppressed > 0 && { suppressed }) });
  }

  /** Forgets what is older than a minute. The map is in order of time. */
  #isFull(now: number): boolean {
    for (const [key, { at, suppressed }] of this.#logged) {
      if (this.#logged.size < MOST_LINES || now - at < QUIET) break;
      this.#overflow += suppressed;
      this.#logged.delete(key);
    }
    return this.#logged.size >= MOST_LINES;
  }
}
