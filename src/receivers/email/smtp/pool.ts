import { deadlineOf } from '../../../time/deadline.ts';
import type { SmtpConnection } from './connection.ts';
import { type PoolContext, SmtpConnections } from './connections.ts';
import type { Delivered, Outgoing, Refusal } from './delivery.ts';
import { SmtpError } from './errors.ts';
import { isThrottling } from './limits.ts';
import { RenderQueue } from './render-queue.ts';
import type { SmtpEndpoint } from './smtp-endpoint.ts';
import type { Urgency } from './urgency-queue.ts';

/** ms for one message, from MAIL to the reply after its last line. */
const MESSAGE_TIME = 120_000;
/** A recipient too many for one message, by RFC 5321 or its enhanced status code; not a full mailbox. */
const TOO_MANY_RECIPIENTS = /^(?:[45]\d\d [45]\.5\.3\b|[45]52\b(?! [45]\.2\.2))/;

/** Attempts of a message in a row, each with fewer connections than the one before. */
const MOST_THROTTLED = 10;

/** What became of an attempt on one connection. */
interface Outcome {
  readonly delivered?: Delivered;
  readonly error?: unknown;
  /** Messages that the connection had carried before. */
  readonly carried: number;
  /** The server gets too much at once, and gets less from now on. */
  readonly throttled: boolean;
}

/** Sends emails to one mail server, on connections that it shares and reuses. */
export class SmtpPool {
  readonly renderQueue = new RenderQueue();
  readonly #context: PoolContext;
  readonly #connections: SmtpConnections;

  constructor(endpoint: SmtpEndpoint, context: PoolContext) {
    this.#context = context;
    this.#connections = new SmtpConnections(endpoint, context);
  }

  /** Why no email can be sent now; undefined where a connection is idle or may be opened. */
  get downReason(): string | undefined {
    return this.#connections.downReason;
  }

  /** Calls back once, when it is this email's turn to be tried. Returns what takes the callback back. */
  onUp(urgency: Urgency, callback: () => void): () => void {
    return this.#connections.onUp(urgency, callback);
  }

  /**
   * Sends one message, as several where a server takes fewer recipients at once.
   * @throws SmtpError, and what SmtpConnection.open throws; RetryableError at once while the server cannot be reached
   */
  async send(mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    let sent = await this.#sendOne(mail, signal);
    for (let more = sent; more.accepted.length > 0; ) {
      const left = more.refused.filter(({ reply }) => TOO_MANY_RECIPIENTS.test(reply)).map(({ address }) => address);
      if (left.length === 0) break;
      // Whatever happens to the others: recipients that have the email must not get it again.
      more = await this.#sendOne({ ...mail, to: left }, signal).catch((error: Error) => failedFor(left, error));
      const refused = [...sent.refused.filter(({ address }) => !left.includes(address)), ...more.refused];
      sent = { response: sent.response, accepted: [...sent.accepted, ...more.accepted], refused };
    }
    return sent;
  }

  /** Sends QUIT on every idle connection and resolves when they are closed. Messages under way are not touched. */
  close(): Promise<void> {
    return this.#connections.close();
  }

  async #sendOne(mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    let outcome = await this.#attempt(mail, signal, false);
    for (let i = 1; outcome.throttled && i < MOST_THROTTLED && !signal.aborted; i++) {
      outcome = await this.#attempt(mail, signal, false);
    }
    const { limits } = this.#connections;
    const refusal = refusalOf(outcome);
    const stale = outcome.error instanceof SmtpError && outcome.error.stale;
    const worthwhile = stale || (refusal !== undefined && !limits.isKnownRefusal(refusal));
    if (outcome.carried === 0 || !worthwhile || signal.aborted) return settle(outcome);
    // Never once the message is under way without a reply: the server may have it.
    const second = await this.#attempt(mail, signal, true).catch((error: unknown): Outcome => {
      if (refusal === undefined) throw error;
      return outcome;
    });
    if (refusal !== undefined && second !== outcome) {
      if (refusalOf(second) === undefined && second.delivered) this.#connections.limitMessages(outcome.carried);
      else limits.noteRefusal(refusal);
    }
    return settle(second);
  }

  /** @throws what `acquire` throws; what happens on the connection is in the outcome. */
  async #attempt(mail: Outgoing, signal: AbortSignal, fresh: boolean): Promise<Outcome> {
    const connection = await this.#connections.acquire(mail.urgency, signal, fresh);
    const carried = connection.sent;
    const { revision } = this.#connections.limits;
    const result = await this.#sendOn(connection, mail, signal);
    const reply = refusalOf(result);
    const throttled = reply !== undefined && isThrottling(reply) && this.#connections.shrink(revision);
    // A refusal may be the connection's fault as long as it has carried others.
    this.#connections.release(connection, !throttled && reply !== undefined && carried > 0);
    this.#connections.releaseNext();
    return { ...result, carried, throttled };
  }

  async #sendOn(
    connection: SmtpConnection,
    mail: Outgoing,
    signal: AbortSignal,
  ): Promise<Pick<Outcome, 'delivered' | 'error'>> {
    const { clock } = this.#context;
    const { limits } = this.#connections;
    const deadline = deadlineOf(clock, MESSAGE_TIME, signal);
    const started = clock.monotonic();
    const { firstReply } = limits;
    const why = `no answer within ${firstReply / 1_000}s on a connection that was used before`;
    const forget = connection.sent > 0 ? clock.after(firstReply, () => connection.destroy(why)) : () => {};
    try {
      const delivered = await connection.send(mail, deadline.signal, () => {
        forget();
        limits.noteFirstReply(clock.monotonic() - started);
      });
      return { delivered };
    } catch (error) {
      return { error };
    } finally {
      forget();
      deadline.cancel();
    }
  }
}

/** The reply that refused a message, or all of its recipients. */
function refusalOf({ delivered, error }: Pick<Outcome, 'delivered' | 'error'>): string | undefined {
  if (error instanceof SmtpError) return error.details.code === undefined ? undefined : error.details.reply;
  return delivered?.accepted.length === 0
    ? delivered.refused.find(({ reply }) => /^\d{3}\b/.test(reply))?.reply
    : undefined;
}

function settle({ delivered, error }: Outcome): Delivered {
  if (delivered) return delivered;
  throw error;
}

function failedFor(addresses: readonly string[], { message }: Error): Delivered {
  const refused = addresses.map((address): Refusal => ({ address, reply: message, permanent: false }));
  return { response: '', accepted: [], refused };
}
