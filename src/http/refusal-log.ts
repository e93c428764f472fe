import type { Attributes, Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Request } from './respond.ts';

/** ms for which the same refusal of the same client is counted instead of told again. */
const QUIET = 60_000;
/** Most refusals remembered: clients may come from any number of addresses. */
const REMEMBERED = 1_000;

/** Tells of refused requests: one line per minute for the same refusal of the same address, with how many were not told. */
export class RefusalLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #told = new Map<string, { readonly at: number; more: number }>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  warn(message: string, request: Request, attributes: Attributes): void {
    const remote = request.socket.remoteAddress ?? '';
    const key = JSON.stringify([message, remote, attributes]);
    const now = this.#clock.monotonic();
    const last = this.#told.get(key);
    if (last && now - last.at < QUIET) {
      last.more++;
      return;
    }
    this.#told.delete(key);
    if (this.#told.size >= REMEMBERED) this.#told.delete(this.#told.keys().next().value as string);
    this.#told.set(key, { at: now, more: 0 });
    this.#logger.warn(message, { ...attributes, remote, ...(last?.more && { untold: last.more }) });
  }
}
