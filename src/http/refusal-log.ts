import type { IncomingMessage } from 'node:http';
import type { Attributes, Logger } from '../log/logger.ts';
import { ThrottledLog } from '../log/throttled-log.ts';
import type { Clock } from '../time/clock.ts';

/** Logs refused requests: one line a minute for the same kind of refusal of the same address. */
export class RefusalLog {
  readonly #log: ThrottledLog;

  constructor(clock: Clock, logger: Logger) {
    this.#log = new ThrottledLog(clock, logger);
  }

  /** @param attributes `source` and `code` tell kinds apart; the rest, which may quote the request, does not. */
  warn(message: string, request: IncomingMessage, attributes: Attributes): void {
    const remote = request.socket.remoteAddress ?? '';
    const key = JSON.stringify([message, network(remote), attributes.source, attributes.code]);
    this.#log.warn(message, key, { ...attributes, remote });
  }
}

/** An IPv6 client has a whole /64 to choose its address from. */
function network(address: string): string {
  return address.includes(':') && !address.includes('.') ? address.split(':', 4).join(':') : address;
}
