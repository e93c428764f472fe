import type { Clock } from '../../../time/clock.ts';
import { type Urgency, UrgencyQueue } from './urgency-queue.ts';

/** Emails that are released at once when a server is up again: all of them would be rendered, and wait in memory. */
const RELEASED = 20;

/** ms before the first look at a server that was found dead; doubled after each that fails, up to the most. */
export const PROBE = { first: 1_000, most: 60_000, spread: 0.2 } as const;

export interface CircuitOptions {
  readonly clock: Clock;
  /** `host:port` */
  readonly server: string;
  /** Looks whether the server is back and then calls `close` or `probeFailed`. Never called while a call is under way. */
  readonly probe: () => void;
  readonly onChange: (open: boolean) => void;
  readonly random?: () => number;
}

/**
 * A circuit breaker for a mail server that cannot be reached. While it is open nothing connects but one probe at a time.
 */
export class SmtpCircuit {
  readonly #options: CircuitOptions;
  #open: { readonly since: number; last: string } | undefined;
  #wait: number = PROBE.first;
  #cancel: () => void = () => {};
  readonly #waiting = new UrgencyQueue<Urgency & { readonly release: () => void }>();

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Why no connection is opened; undefined while the circuit is closed. The same until a probe fails differently. */
  get reason(): string | undefined {
    if (!this.#open) return undefined;
    const { since, last } = this.#open;
    const moment = new Date(since).toISOString().replace(/\.\d+/, '');
    return `mail server "${this.#options.server}" unreachable since ${moment}: ${last}`;
  }

  /** Calls back once, when it is this email's turn to be tried. Returns what takes the callback back. */
  onClose(urgency: Urgency, callback: () => void): () => void {
    const waiter = { ...urgency, release: callback };
    if (this.#open) this.#waiting.add(waiter);
    else queueMicrotask(callback);
    return () => this.#waiting.remove(waiter);
  }

  /** Connecting failed; `words` says why. Others that failed at the same time add nothing. */
  trip(words: string): void {
    if (this.#open) return;
    this.#open = { since: this.#options.clock.now(), last: words };
    this.#options.onChange(true);
    this.#schedule();
  }

  probeFailed(words: string): void {
    if (!this.#open) return;
    this.#open.last = words;
    this.#schedule();
  }

  /** A connection was made, or none is needed any more. */
  close(): void {
    this.#cancel();
    this.#wait = PROBE.first;
    if (!this.#open) return;
    this.#open = undefined;
    this.#options.onChange(false);
    for (let i = 0; i < RELEASED; i++) this.releaseNext();
  }

  /** An email is done: the next one that waits may be tried. */
  releaseNext(): void {
    this.#waiting.shift()?.release();
  }

  #schedule(): void {
    const { clock, probe, random = Math.random } = this.#options;
    const jitter = 1 + PROBE.spread * (2 * random() - 1);
    this.#cancel = clock.after(this.#wait * jitter, probe);
    this.#wait = Math.min(this.#wait * 2, PROBE.most);
  }
}
