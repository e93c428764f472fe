import { yieldTurn } from '../../../process/yield-turn.ts';
import { gaveUpWaiting } from './errors.ts';
import { type Urgency, UrgencyQueue } from './urgency-queue.ts';

/** Mails that are made and not yet sent, at most: more of them would fill the memory, and would all be old when it is their turn. */
const ROOM = 64;
/** Mails made in a row. One by one, in between the talk with the server, each would take a fifth longer. */
const BATCH = 16;
/** The most severe do not wait for a batch, nor behind those that are being sent slowly. */
const CRITICAL = 0;
const ROOM_FOR_CRITICAL = ROOM + BATCH;

interface Waiter extends Urgency {
  readonly begin: () => void;
}

/** Whose turn it is to make a mail for one server: a few ahead of what is being sent, the most urgent first. */
export class RenderQueue {
  readonly #waiting = new UrgencyQueue<Waiter>();
  #begun = 0;

  /** Runs `work`, which makes a mail and sends it, when it is its turn. @throws SmtpError when the signal aborts first */
  async inTurn<T>(urgency: Urgency, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(urgency, signal);
    try {
      await yieldTurn();
      if (signal.aborted) throw gaveUpWaiting(signal);
      return await work();
    } finally {
      this.#begun--;
      if (this.#begun <= ROOM - BATCH) this.#begin(BATCH);
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
      if (this.#begun < (urgency.severity === CRITICAL ? ROOM_FOR_CRITICAL : ROOM - BATCH)) this.#begin(1);
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
}
