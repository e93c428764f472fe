import type { Clock } from '../../../time/clock.ts';
import { AwayError } from '../../receiver.ts';
import { type Urgency, UrgencyQueue } from './urgency-queue.ts';

/** Mails that are woken at once when a server is back: all of them would be rendered, and wait in memory. */
const WOKEN = 20;

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
 * Keeps the peace of a mail server that cannot be reached. While it is open nobody connects but one probe at a time;
 * every mail fails at once with the reason.
 */
export class SmtpCircuit {
  readonly #options: CircuitOptions;
  #open: { readonly since: number; last: string } | undefined;
  #wait: number = PROBE.first;
  #cancel: () => void = () => {};
  readonly #waiting = new UrgencyQueue<Urgency & { readonly callback: () => void }>();

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** What a mail fails with while the circuit is open. Its text stays the same until a probe fails differently. */
  error(urgency: Urgency): AwayError {
    const { since = 0, last = '' } = this.#open ?? {};
    const moment = new Date(since).toISOString().replace(/\.\d+/, '');
    const text = `mail server "${this.#options.server}" cannot be used since ${moment}: ${last}`;
    return new AwayError(text, (callback) => {
      const one = { ...urgency, callback };
      if (this.#open) this.#waiting.add(one);
      else callback();
      return () => this.#waiting.remove(one);
    });
  }

  /** No connection could be made; `words` says why. Others that failed at the same time add nothing. */
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

  /** A connection was made, or nobody needs one any more. */
  close(): void {
    this.#cancel();
    this.#wait = PROBE.first;
    if (!this.#open) return;
    this.#open = undefined;
    this.#options.onChange(false);
    for (let i = 0; i < WOKEN; i++) this.wake();
  }

  /** A mail is done: the next one that was told of the server's absence may try again. */
  wake(): void {
    if (!this.#open) this.#waiting.shift()?.callback();
  }

  #schedule(): void {
    const { clock, probe, random = Math.random } = this.#options;
    const jitter = 1 + PROBE.spread * (2 * random() - 1);
    this.#cancel = clock.after(this.#wait * jitter, probe);
    this.#wait = Math.min(this.#wait * 2, PROBE.most);
  }
}
