import { yieldTurn } from '../../../process/yield-turn.ts';
import { gaveUpWaiting } from './errors.ts';
import { type Urgency, UrgencyQueue } from './urgency-queue.ts';

/** Emails that are rendered and not yet sent, at most: more of them would fill the memory, and be old when they are sent. */
const MOST = 64;
/** Emails rendered in a row. One by one, in between the talk with the server, each would take a fifth longer. */
const BATCH = 16;
/** The most severe do not wait for a batch, nor behind those that are being sent slowly. */
const CRITICAL = 0;
const MOST_WITH_CRITICAL = MOST + BATCH;
/** Memory of emails that are rendered and not yet sent: beyond it the next one waits. */
const MOST_BYTES = 64 * 1024 * 1024;

/** An email that is rendered, and the memory that it takes. */
export interface Rendered {
  readonly bytes: number;
}

/** An email to be rendered. */
export interface Unrendered extends Urgency {
  /** What it will take in memory, roughly. */
  readonly estimate: number;
}

interface Waiter extends Urgency {
  readonly begin: () => void;
}

/** Whose turn it is to render an email for one server: a few ahead of what is being sent, the most urgent first. */
export class RenderQueue {
  readonly #waiting = new UrgencyQueue<Waiter>();
  #begun = 0;
  #bytes = 0;
  readonly #waitingForMemory = new Set<() => void>();

  /** Renders an email when it is its turn, and sends it. @throws SmtpError when the signal aborts first */
  async inTurn<R extends Rendered, T>(
    email: Unrendered,
    signal: AbortSignal,
    render: () => Promise<R>,
    send: (rendered: R) => Promise<T>,
  ): Promise<T> {
    await this.#turn(email, signal);
    let bytes = 0;
    try {
      while (!this.#fits(email) && !signal.aborted) await this.#memoryFreed(signal);
      bytes = email.estimate;
      this.#bytes += bytes;
      await yieldTurn();
      if (signal.aborted) throw gaveUpWaiting(signal);
      const rendered = await render();
      this.#bytes += rendered.bytes - bytes;
      bytes = rendered.bytes;
      return await send(rendered);
    } finally {
      this.#bytes -= bytes;
      for (const wake of this.#waitingForMemory) wake();
      this.#begun--;
      if (this.#begun <= MOST - BATCH) this.#begin(BATCH);
    }
  }

  #turn(urgency: Urgency, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { ...urgency, begin: resolve };
    const onAbort = (): void => {
      if (this.#waiting.remove(waiter)) reject(gaveUpWaiting(signal));
    };
    this.#waiting.add(waiter);
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      if (this.#begun < (urgency.severity === CRITICAL ? MOST_WITH_CRITICAL : MOST - BATCH)) this.#begin(1);
    }
    return promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  #begin(count: number): void {
    for (let i = 0; i < count; i++) {
      const waiter = this.#waiting.shift();
      if (!waiter) return;
      this.#begun++;
      waiter.begin();
    }
  }

  /** Alone, even the largest one does. */
  #fits({ estimate }: Unrendered): boolean {
    return this.#bytes === 0 || this.#bytes + estimate <= MOST_BYTES;
  }

  /** Resolves when an email is sent, or the signal aborts. */
  #memoryFreed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.#waitingForMemory.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    this.#waitingForMemory.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    return promise;
  }
}
