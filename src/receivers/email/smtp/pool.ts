import type { Metrics } from '../../../metrics/metrics.ts';
import type { Clock } from '../../../time/clock.ts';
import { deadlineOf } from '../../../time/deadline.ts';
import { RetryableError } from '../../receiver.ts';
import { SmtpCircuit } from './circuit.ts';
import { SmtpConnection } from './connection.ts';
import type { Delivered, Outgoing } from './delivery.ts';
import { gaveUpWaiting, SmtpError } from './errors.ts';
import { SmtpLogin } from './login.ts';
import { RenderQueue } from './render-queue.ts';
import { nameOf, type SmtpEndpoint } from './smtp-endpoint.ts';
import { type Urgency, UrgencyQueue } from './urgency-queue.ts';

/** Connections to one server, each reused for message after message. Times in ms. */
const POOL_LIMITS = {
  connections: 10,
  messagesPerConnection: 100,
  idleTime: 30_000,
  /** From the first packet to the end of the login. */
  connectTime: 30_000,
  /** For one message, from MAIL to the answer after its last line. */
  messageTime: 120_000,
  quitTime: 5_000,
} as const;

/** A mail that waits for a connection. */
interface Waiter extends Urgency {
  readonly signal: AbortSignal;
  /** Wants a connection that nobody has used before. */
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
 * that cannot be reached is left alone but for a probe.
 */
export class SmtpPool {
  readonly renderQueue = new RenderQueue();
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
  #limit: number = POOL_LIMITS.connections;

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

  /**
   * Sends one message. A reused connection that turns out to be dead is replaced once; never after the message's
   * content has begun to flow, because then the server may have it.
   * @throws SmtpError, and what SmtpConnection.open throws; RetryableError at once while the server cannot be reached
   */
  async send(mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    const session = await this.#acquire(mail, signal, false);
    const reused = session.sent > 0;
    try {
      return await this.#sendOn(session, mail, signal);
    } catch (error) {
      if (!reused || signal.aborted || !(error instanceof SmtpError && error.stale)) throw error;
    }
    return this.#sendOn(await this.#acquire(mail, signal, true), mail, signal);
  }

  /** Why no email can be sent now; undefined where a connection is idle or may be opened. */
  get downReason(): string | undefined {
    return this.#idle.size > 0 ? undefined : this.#circuit.reason;
  }

  /** Resolves when it is this email's turn to be tried. @throws the signal's reason once that aborts */
  whenUp(urgency: Urgency, signal: AbortSignal): Promise<void> {
    return this.#circuit.whenClosed(urgency, signal);
  }

  /** Says goodbye on every idle connection and resolves when they are closed. Messages under way are not touched. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('closed'));
    this.#circuit.close();
    for (const session of [...this.#idle.keys()]) this.#retire(session);
    await Promise.all([...this.#closing, this.#login.close()]);
  }

  async #sendOn(session: SmtpConnection, mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    const deadline = deadlineOf(this.#context.clock, POOL_LIMITS.messageTime, signal);
    try {
      return await session.send(mail, deadline.signal);
    } finally {
      deadline.cancel();
      this.#release(session);
      this.#circuit.releaseNext();
    }
  }

  #acquire({ urgency }: Outgoing, signal: AbortSignal, fresh: boolean): Promise<SmtpConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<SmtpConnection>();
    const waiter: Waiter = { ...urgency, signal, fresh, take: resolve, fail: reject };
    const onAbort = (): void => {
      // Not in the queue: its connection is being opened, which the signal ends too, with a better word.
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
      } else if (this.#count < this.#limit) {
        this.#queue.shift();
        void this.#openFor(waiter);
      } else {
        if (idle) this.#retire(idle);
        return;
      }
    }
    if (this.#count === 0) this.#limit = POOL_LIMITS.connections;
  }

  async #openFor(waiter: Waiter): Promise<void> {
    try {
      waiter.take(await this.#open(waiter.signal));
    } catch (error) {
      if (this.#count > 0 && error instanceof SmtpError && error.busy && !waiter.signal.aborted) {
        this.#limit = Math.min(this.#limit, this.#count);
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
      this.#release(await this.#open(this.#closed.signal));
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      if (isUnreachable(error)) this.#circuit.probeFailed(error.message);
      else this.#circuit.close();
    }
  }

  async #open(signal: AbortSignal): Promise<SmtpConnection> {
    const { clock, metrics } = this.#context;
    const deadline = deadlineOf(clock, POOL_LIMITS.connectTime, signal);
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

  #release(session: SmtpConnection): void {
    if (!session.usable) this.#count--;
    else if (session.sent >= POOL_LIMITS.messagesPerConnection) this.#retire(session);
    else this.#park(session);
    this.#serve();
  }

  #park(session: SmtpConnection): void {
    this.#idle.set(
      session,
      this.#context.clock.after(POOL_LIMITS.idleTime, () => this.#retire(session)),
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
      const cancel = this.#context.clock.after(POOL_LIMITS.quitTime, () => session.destroy());
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
