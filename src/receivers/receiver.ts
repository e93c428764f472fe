import type { Notification, ReceiverData } from '../alert/notification.ts';
import type { RecipientsConfig } from '../config/recipients.ts';
import type { TargetKind } from '../config/target-kind.ts';
import type { FailureReason } from '../metrics/failure-reasons.ts';

/**
 * Renders and sends one notification. To add a kind: one folder here with config.ts (schema) and <kind>.ts (this
 * interface), and one line in registry.ts.
 */
export interface Receiver {
  /**
   * One attempt. Resolves once the other side has taken the message for good (SMTP: the 250 after DATA).
   * `signal` ends the attempt, whatever stage it is in.
   * @throws RetryableError when trying again later may help, PermanentError when it will not.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most kinds have nothing to report.
  send(notification: Notification, signal: AbortSignal): Promise<SendReport | void>;
  /**
   * Whether what was refused for good is set aside for a while instead of being tried at each tick (as Alertmanager's
   * HTTP receivers are): servers block those who send the same refused mail again and again. Absent: no.
   */
  readonly setsAside?: boolean;
  /**
   * For machines that keep events: a message lists what has changed since the last one (new, with news in it, resolved),
   * and reminders are not sent. Absent: every message lists the whole group.
   */
  readonly changesOnly?: boolean;
  /** At most so many messages in a while; beyond, what is not critical is gathered into digests. Absent: no limit. */
  readonly rateLimit?: RateLimit;
  /** Where alerts may name whom it notifies. Absent: always the configured recipients. */
  readonly recipients?: RecipientSettings;
  /** The server that all of its messages go to, where the receiver knows whether that can be reached. Absent: it does not. */
  readonly endpoint?: Endpoint;
  /** Loads what the first send would have to wait for. Called once the process answers requests, so that neither waits. */
  warmUp?(): Promise<void>;
  /** Ends idle connections. After a reload the old receiver is closed once its sends are done. */
  close(): Promise<void>;
}

/** Whom alerts may name instead of the configured recipients; notify/audience resolves them. */
export interface RecipientSettings extends RecipientsConfig {
  /** The receiver's kind: the key of a team's targets. */
  readonly kind: string;
  readonly target: TargetKind;
  /** The configured recipients as a list, where no template makes them: who is among them is not notified apart. */
  readonly configured: string;
}

/** The server behind a receiver. While it is down nothing is rendered for it, and nobody connects but a probe. */
export interface Endpoint {
  /** Why nothing can be sent now; undefined: an attempt may succeed. */
  readonly downReason: string | undefined;
  /** Calls back once, when it is up again and it is this notification's turn. Returns what takes the callback back. */
  onUp(notification: Notification, callback: () => void): () => void;
}

/** What a successful attempt has to report besides its success. */
export interface SendReport {
  /** The other side's own words. */
  readonly response: string;
  /** Recipients that were refused for good while others got the message; retrying would not help them. */
  readonly refused: readonly { readonly address: string; readonly reply: string }[];
  /** Handed back as `notification.data` with the group's next notification. Absent: what was kept stays. */
  readonly data?: ReceiverData;
}

/** `rate_limit`: `count` messages in any `window` (ms), of which the last `reserve` are for what is critical. */
export interface RateLimit {
  readonly count: number;
  readonly window: number;
  readonly reserve: number;
  /** The budget is global: all receivers without one of their own use it together. */
  readonly shared: boolean;
}

export interface DeliveryErrorOptions extends ErrorOptions {
  /** Handed back as `notification.data` with the next attempt, after a restart too. Absent: what was kept stays. */
  readonly data?: ReceiverData | undefined;
}

/** A failed attempt. Messages never hold a secret or a secret URL. */
export abstract class DeliveryError extends Error {
  abstract readonly retryable: boolean;
  readonly reason: FailureReason;
  readonly data: ReceiverData | undefined;

  constructor(message: string, reason: FailureReason = 'other', options?: DeliveryErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.reason = reason;
    this.data = options?.data;
  }
}

/** Trying again later may help. */
export class RetryableError extends DeliveryError {
  readonly retryable = true;
  /** The server asked not to be tried again for so long, ms (Retry-After); 0: it did not say. */
  readonly retryAfter: number;

  constructor(
    message: string,
    reason?: FailureReason,
    options?: DeliveryErrorOptions & { readonly retryAfter?: number | undefined },
  ) {
    super(message, reason, options);
    this.retryAfter = options?.retryAfter ?? 0;
  }
}

/** Trying the same again will not help. */
export class PermanentError extends DeliveryError {
  readonly retryable = false;
}

/** The server refuses these recipients for good, and nothing is wrong with the message: others may get it. */
export class RecipientsRefusedError extends PermanentError {
  readonly refused: SendReport['refused'];

  constructor(message: string, refused: SendReport['refused'], options?: DeliveryErrorOptions) {
    super(message, 'clientError', options);
    this.refused = refused;
  }
}

/** The same error, its message preceded by a text. Other errors come back as they are. */
export function withPrefix(error: unknown, prefix: string): unknown {
  return error instanceof DeliveryError ? copyOf(error, prefix + error.message, error.data) : error;
}

/** The same error with receiver data of a partly successful attempt. Other errors come back as they are. */
export function withData(error: unknown, data: ReceiverData): unknown {
  return error instanceof DeliveryError ? copyOf(error, error.message, data) : error;
}

function copyOf(error: DeliveryError, message: string, data: ReceiverData | undefined): DeliveryError {
  const { reason } = error;
  if (!(error instanceof RetryableError)) return new PermanentError(message, reason, { cause: error, data });
  return new RetryableError(message, reason, { cause: error, data, retryAfter: error.retryAfter });
}
