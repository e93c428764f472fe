import type { Urgency } from './urgency-queue.ts';

/** One message to send. */
export interface Outgoing {
  readonly from: string;
  readonly to: readonly string[];
  readonly urgency: Urgency;
  /** Builds the message for a server that takes `size` bytes (undefined: it did not say) and SMTPUTF8 or not. */
  content(limits: { size: number | undefined; utf8: boolean }): Buffer;
}

/** A recipient that did not get a message. */
export interface Refusal {
  readonly address: string;
  /** The server's words, one line. */
  readonly reply: string;
  /** 5xx: trying again will not help. */
  readonly permanent: boolean;
}

/** What became of a message for each of its recipients. */
export interface Delivered {
  /** The server's words after the message; '' when every recipient was refused. */
  readonly response: string;
  readonly accepted: readonly string[];
  readonly refused: readonly Refusal[];
}
