import type { Metrics } from '../../../metrics/metrics.ts';
import type { Clock } from '../../../time/clock.ts';
import { deadlineOf } from '../../../time/deadline.ts';
import { RetryableError } from '../../receiver.ts';
import { SmtpCircuit } from './circuit.ts';
import { SmtpConnection } from './connection.ts';
import { gaveUpWaiting, SmtpError } from './errors.ts';
import { ServerLimits } from './limits.ts';
import { SmtpLogin } from './login.ts';
import { nameOf, type SmtpEndpoint } from './smtp-endpoint.ts';
import { type Urgency, UrgencyQueue } from './urgency-queue.ts';

/** ms */
const TIMES = {
  idle: 30_000,
  /** From the first packet to the end of the login. */
  connect: 30_000,
  quit: 5_000,
} as const;

/** An email that waits for a connection. */
interface Waiter extends Urgency {
  readonly signal: AbortSignal;
  /** Wants a connection that has carried no message yet. */
  readonly fresh: boolean;
  readonly take: (session: SmtpConnection) => void;
  readonly fail: (error: unknown) => void;
}

export interface PoolContext {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'tocsinSmtpConnections' | 'tocsinSmtpCircuitOpen'>;
}

/**
 * The connections to one mail server. Opens one per waiting message up to the limit; a server that takes fewer at
 * once (421 to a further one) lowers the limit, and the message waits for a connection that is open already. A server
 * that cannot be reached is connected to by one probe at a time.
 */
export class SmtpConnections {
  readonly limits = new ServerLimits();
  readonly #server: SmtpEndpoint;
  readonly #context: PoolContext;
  readonly #login: SmtpLogin;
  readonly #circuit: SmtpCircuit;
  readonly #closed = new AbortController();
  readonly #idle = new Map<SmtpConnection, () => void>();
  readonly #queue = new UrgencyQueue<Waiter>();
  readonly #closing = new Set<Promise<void>>();
  /** Open and being opened. */
  #count = 0;

  constructor(server: SmtpEndpoint, context: PoolContext) {
    this.#server = server;
    this.#context = context;
    this.#login = new SmtpLogin(server, context.clock);
    const smarthost = nameOf(server);
    // The series exists from the start.
    context.metrics.tocsinSmtpCircuitOpen.inc({ smarthost }, 0);
    this.#circuit = new SmtpCircuit({
      clock: context.clock,
      server: smarthost,
      probe: () => void this.#probe(),
      onChange: (open) => context.metrics.tocsinSmtpCircuitOpen.inc({ smarthost }, open ? 1 : -1),
    });
  }

  /** Why no email can be sent now; undefined where a connection is idle or may be opened. */
  get downReason(): string | undefined {
    return this.#idle.size > 0 ? undefined : this.#circuit.reason;
  }

  /** Calls back once, when it is this email's turn to be tried. Returns what takes the callback back. */
  onUp(urgency: Urgency, callback: () => void): () => void {
    return this.#circuit.onClose(urgency, callback);
  }

  /** Sends QUIT on every idle connection and resolves when they are closed. Messages under way are not touched. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('closed'));
    this.#circuit.close();
    for (const session of [...this.#idle.keys()]) this.#retire(session);
    await Promise.all([...this.#closing, this.#login.close()]);
  }

  /** An email is done: the next one that waits for the server may be tried. */
  releaseNext(): void {
    this.#circuit.releaseNext();
  }

  /**
   * A connection for one message, which `release` takes back.
   * @param fresh one that has carried no message yet
   * @throws SmtpError, and what SmtpConnection.open throws; RetryableError at once while the server cannot be reached
   */
  acquire(urgency: Urgency, signal: AbortSignal, fresh: boolean): Promise<SmtpConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<SmtpConnection>();
    const waiter: Waiter = { ...urgency, signal, fresh, take: resolve, fail: reject };
    const onAbort = (): void => {
      // Not in the queue: its connection is being opened, which the signal ends too, with a better error.
      if (!this.#queue.remove(waiter)) return;
      reject(gaveUpWaiting(signal));
    };
    this.#queue.add(waiter);
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      this.#serve();
    }
    return promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  #serve(): void {
    for (let waiter = this.#queue.first; waiter !== undefined; waiter = this.#queue.first) {
      const idle = [...this.#idle.keys()].at(-1);
      if (idle && !waiter.fresh) {
        this.#queue.shift();
        this.#unpark(idle);
        waiter.take(idle);
      } else if (this.#circuit.isOpen) {
        this.#queue.shift();
        waiter.fail(new RetryableError(this.#circuit.reason ?? 'unreachable'));
      } else if (this.#count < this.limits.connections) {
        this.#queue.shift();
        void this.#openFor(waiter);
      } else {
        if (idle) this.#retire(idle);
        return;
      }
    }
    if (this.#count === 0) this.limits.reset();
  }

  async #openFor(waiter: Waiter): Promise<void> {
    try {
      waiter.take(await this.#open(waiter.signal));
    } catch (error) {
      if (this.#count > 0 && error instanceof SmtpError && error.busy && !waiter.signal.aborted) {
        this.limits.connections = Math.min(this.limits.connections, this.#count);
        this.#queue.add(waiter);
      } else {
        if (isUnreachable(error) && !waiter.signal.aborted) this.#circuit.trip(error.message);
        waiter.fail(error);
      }
    } finally {
      this.#serve();
    }
  }

  async #probe(): Promise<void> {
    try {
      this.release(await this.#open(this.#closed.signal));
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      if (isUnreachable(error)) this.#circuit.probeFailed(error.message);
      else this.#circuit.close();
    }
  }

  async #open(signal: AbortSignal): Promise<SmtpConnection> {
    const { clock, metrics } = this.#context;
    const deadline = deadlineOf(clock, TIMES.connect, signal);
    this.#count++;
    try {
      const session = await SmtpConnection.open(this.#server, this.#login, deadline.signal);
      this.#circuit.close();
      metrics.tocsinSmtpConnections.inc();
      session.onClose(() => {
        metrics.tocsinSmtpConnections.dec();
        this.#forget(session);
      });
      return session;
    } catch (error) {
      this.#count--;
      throw error;
    } finally {
      deadline.cancel();
    }
  }

  /** @param close not to be used again */
  release(session: SmtpConnection, close = false): void {
    const { connections, messages } = this.limits;
    if (!session.usable) this.#count--;
    else if (close || session.sent >= messages || this.#count - this.#closing.size > connections) this.#retire(session);
    else this.#park(session);
    this.#serve();
  }

  /**
   * The server gets too much at once.
   * @param revision of the limits, from before the message
   * @returns whether it had more than this one connection: the message may do later on one of less
   */
  shrink(revision: number): boolean {
    this.limits.shrink(this.#count - this.#closing.size, revision);
    return this.#count > 1;
  }

  /** A new connection took what one that had carried so many messages refused: the server counts them. */
  limitMessages(carried: number): void {
    this.limits.noteMessages(carried);
    for (const session of [...this.#idle.keys()]) if (session.sent >= this.limits.messages) this.#retire(session);
  }

  #park(session: SmtpConnection): void {
    this.#idle.set(
      session,
      this.#context.clock.after(TIMES.idle, () => this.#retire(session)),
    );
  }

  /** Takes an idle connection out, to be used. */
  #unpark(session: SmtpConnection): void {
    this.#idle.get(session)?.();
    this.#idle.delete(session);
  }

  /** An idle connection was closed by the server. */
  #forget(session: SmtpConnection): void {
    if (!this.#idle.has(session)) return;
    this.#unpark(session);
    this.#count--;
    this.#serve();
  }

  /** Ends an idle connection with QUIT, and by force when the server does not answer. */
  #retire(session: SmtpConnection): void {
    this.#unpark(session);
    const closed = new Promise<void>((resolve) => {
      const cancel = this.#context.clock.after(TIMES.quit, () => session.destroy());
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

/** No connection came about. A refused login is another matter: the server is there. */
function isUnreachable(error: unknown): error is SmtpError {
  return error instanceof SmtpError && error.beforeLogin;
}
