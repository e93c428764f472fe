import type { SmtpSession, Urgency } from './smtp-session.ts';

/** A mail that waits for a connection. */
export interface Waiter extends Urgency {
  readonly signal: AbortSignal;
  /** Wants a connection that nobody has used before. */
  readonly fresh: boolean;
  readonly take: (session: SmtpSession) => void;
  readonly fail: (error: unknown) => void;
}

/** Mails that wait for a connection to one server: the most severe first, and of these the oldest. */
export class SmtpQueue {
  readonly #waiters: Waiter[] = [];

  get first(): Waiter | undefined {
    return this.#waiters[0];
  }

  add(waiter: Waiter): void {
    // From the end: most belong there.
    const before = this.#waiters.findLastIndex((other) => compare(other, waiter) <= 0);
    this.#waiters.splice(before + 1, 0, waiter);
  }

  shift(): void {
    this.#waiters.shift();
  }

  /** @returns whether it was there */
  remove(waiter: Waiter): boolean {
    const place = this.#waiters.indexOf(waiter);
    if (place >= 0) this.#waiters.splice(place, 1);
    return place >= 0;
  }
}

function compare(a: Urgency, b: Urgency): number {
  return a.severity - b.severity || a.since - b.since;
}
