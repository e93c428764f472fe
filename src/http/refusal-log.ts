import type { IncomingMessage } from 'node:http';
import type { Attributes, Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';

/** ms for which the same refusal of the same client is counted instead of logged again. */
const QUIET = 60_000;
/** Most refusals remembered: clients may come from any number of addresses. */
const REMEMBERED = 1_000;

/** Logs refused requests: one line per minute for the same refusal of the same address, with how many lines were left out. */
export class RefusalLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #logged = new Map<string, { readonly at: number; more: number }>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  warn(message: string, request: IncomingMessage, attributes: Attributes): void {
    const remote = request.socket.remoteAddress ?? '';
    const key = JSON.stringify([message, remote, attributes]);
    const now = this.#clock.monotonic();
    const last = this.#logged.get(key);
    if (last && now - last.at < QUIET) {
      last.more++;
      return;
    }
    this.#logged.delete(key);
    if (this.#logged.size >= REMEMBERED) this.#logged.delete(this.#logged.keys().next().value as string);
    this.#logged.set(key, { at: now, more: 0 });
    this.#logger.warn(message, { ...attributes, remote, ...(last?.more && { suppressed: last.more }) });
  }
}
