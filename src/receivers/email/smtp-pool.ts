import type { Clock } from '../../time/clock.ts';
import { deadlineOf } from '../deadline.ts';
import { SmtpError } from './smtp-error.ts';
import type { SmtpServer } from './smtp-server.ts';
import { type Delivered, type Outgoing, SmtpSession } from './smtp-session.ts';

/** Connections to one server, each reused for message after message. Times in ms. */
export const POOL_LIMITS = {
  connections: 10,
  messagesPerConnection: 100,
  idleTime: 30_000,
  /** From the first packet to the end of the login. */
  connectTime: 30_000,
  /** For one message, from MAIL to the answer after its last line. */
  messageTime: 120_000,
  quitTime: 5_000,
} as const;

interface Waiter {
  readonly signal: AbortSignal;
  /** Wants a connection that nobody has used before. */
  readonly fresh: boolean;
  readonly take: (session: SmtpSession) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The connections to one mail server. Opens one per waiting message up to the limit; a server that takes fewer at
 * once (421 to a further one) lowers the limit, and the message waits for a connection that is open already.
 */
export class SmtpPool {
  readonly #server: SmtpServer;
  readonly #clock: Clock;
  readonly #idle = new Map<SmtpSession, () => void>();
  readonly #waiting: Waiter[] = [];
  readonly #closing = new Set<Promise<void>>();
  /** Open and being opened. */
  #count = 0;
  #limit: number = POOL_LIMITS.connections;

  constructor(server: SmtpServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  /**
   * Sends one message. A reused connection that turns out to be dead is replaced once; never after the message's
   * content has begun to flow, because then the server may have it.
   * @throws SmtpError and what SmtpSession.open throws
   */
  async send(mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    const session = await this.#acquire(signal, false);
    const reused = session.sent > 0;
    try {
      return await this.#sendOn(session, mail, signal);
    } catch (error) {
      if (!reused || signal.aborted || !(error instanceof SmtpError && error.stale)) throw error;
    }
    return this.#sendOn(await this.#acquire(signal, true), mail, signal);
  }

  /** Says goodbye on every idle connection and resolves when they are closed. Messages under way are not touched. */
  async close(): Promise<void> {
    for (const session of [...this.#idle.keys()]) this.#retire(session);
    await Promise.all(this.#closing);
  }

  async #sendOn(session: SmtpSession, mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    const deadline = deadlineOf(this.#clock, POOL_LIMITS.messageTime, signal);
    try {
      return await session.send(mail, deadline.signal);
    } finally {
      deadline.cancel();
      this.#release(session);
    }
  }

  #acquire(signal: AbortSignal, fresh: boolean): Promise<SmtpSession> {
    const { promise, resolve, reject } = Promise.withResolvers<SmtpSession>();
    const waiter: Waiter = { signal, fresh, take: resolve, fail: reject };
    const onAbort = (): void => {
      const place = this.#waiting.indexOf(waiter);
      // Not in the queue: its connection is being opened, which the signal ends too, with a better word.
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      reject(new SmtpError('create SMTP client', `wait for a connection: ${messageOf(signal.reason)}`));
    };
    this.#waiting.push(waiter);
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      this.#serve();
    }
    return promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  #serve(): void {
    for (let waiter = this.#waiting[0]; waiter !== undefined; waiter = this.#waiting[0]) {
      const idle = [...this.#idle.keys()].at(-1);
      if (idle && !waiter.fresh) {
        this.#waiting.shift();
        this.#unpark(idle);
        waiter.take(idle);
      } else if (this.#count < this.#limit) {
        this.#waiting.shift();
        void this.#open(waiter);
      } else {
        if (idle) this.#retire(idle);
        return;
      }
    }
    if (this.#count === 0) this.#limit = POOL_LIMITS.connections;
  }

  async #open(waiter: Waiter): Promise<void> {
    this.#count++;
    const deadline = deadlineOf(this.#clock, POOL_LIMITS.connectTime, waiter.signal);
    try {
      const session = await SmtpSession.open(this.#server, deadline.signal);
      session.onClose(() => this.#forget(session));
      waiter.take(session);
    } catch (error) {
      this.#count--;
      if (this.#count > 0 && error instanceof SmtpError && error.busy && !waiter.signal.aborted) {
        this.#limit = Math.min(this.#limit, this.#count);
        this.#waiting.unshift(waiter);
      } else waiter.fail(error);
    } finally {
      deadline.cancel();
      this.#serve();
    }
  }

  #release(session: SmtpSession): void {
    if (!session.usable) this.#count--;
    else if (session.sent >= POOL_LIMITS.messagesPerConnection) this.#retire(session);
    else this.#park(session);
    this.#serve();
  }

  #park(session: SmtpSession): void {
    this.#idle.set(
      session,
      this.#clock.after(POOL_LIMITS.idleTime, () => this.#retire(session)),
    );
  }

  /** Takes an idle connection out, to be used. */
  #unpark(session: SmtpSession): void {
    this.#idle.get(session)?.();
    this.#idle.delete(session);
  }

  /** An idle connection was closed by the server. */
  #forget(session: SmtpSession): void {
    if (!this.#idle.has(session)) return;
    this.#unpark(session);
    this.#count--;
    this.#serve();
  }

  #retire(session: SmtpSession): void {
    this.#unpark(session);
    const closed = new Promise<void>((resolve) => {
      const cancel = this.#clock.after(POOL_LIMITS.quitTime, () => session.destroy());
      session.onClose(() => {
        cancel();
        resolve();
      });
      session.quit();
    });
    this.#closing.add(closed);
    void closed.then(() => {
      this.#closing.delete(closed);
      this.#count--;
      this.#serve();
    });
  }
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
