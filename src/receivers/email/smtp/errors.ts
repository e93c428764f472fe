import type { FailureReason } from '../../../metrics/failure-reasons.ts';
import { httpDeliveryError } from '../../http-failure.ts';
import { PermanentError, RetryableError } from '../../receiver.ts';

/** Where a session stood, in Alertmanager's words for it. */
export type SmtpStep =
  | 'establish connection to server'
  | 'establish TLS connection to server'
  | 'create SMTP client'
  | 'send EHLO command'
  | 'send STARTTLS command'
  | 'authenticate'
  | 'send MAIL command'
  | 'send RCPT command'
  | 'send DATA command'
  | 'delivery failure';

const BEFORE_LOGIN: ReadonlySet<SmtpStep> = new Set<SmtpStep>([
  'establish connection to server',
  'establish TLS connection to server',
  'create SMTP client',
  'send EHLO command',
  'send STARTTLS command',
]);

interface Details {
  /** The server's reply code; absent: no reply, or the problem is on this side. */
  readonly code?: number | undefined;
  /** All of the server's reply, one line. */
  readonly reply?: string;
  /** The message was sent, at least in part, and no answer came: the server may have it. */
  readonly unanswered?: boolean;
  readonly timedOut?: boolean;
  /** The same attempt would end the same way, although no reply code says so. */
  readonly permanent?: boolean;
}

/** Why a connection or a message failed; classified by `toDeliveryError`. */
export class SmtpError extends Error {
  readonly step: SmtpStep;
  readonly details: Details;

  constructor(step: SmtpStep, message: string, details: Details = {}) {
    super(message);
    this.step = step;
    this.details = details;
  }

  /** The server closed or forgot the connection before it had anything of this message: a new one may do at once. */
  get stale(): boolean {
    const { code, unanswered, permanent } = this.details;
    return !unanswered && !permanent && (code === undefined || code === 421 || code === 503);
  }

  /** The connection failed before any login or message. */
  get beforeLogin(): boolean {
    return BEFORE_LOGIN.has(this.step);
  }

  /** The server answered "not now", as it does to a connection too many. */
  get busy(): boolean {
    const { code } = this.details;
    return code !== undefined && code >= 400 && code < 500;
  }
}

/** The error of an email whose turn did not come before the signal aborted. */
export function gaveUpWaiting({ reason }: AbortSignal): SmtpError {
  const words = reason instanceof Error ? reason.message : String(reason);
  return new SmtpError('create SMTP client', `wait for a connection: ${words}`);
}

/**
 * What the pipeline needs to know of a failed attempt; other errors come back as they are.
 * Retryable: connecting, TLS, certificates, timeouts and every 4xx. Permanent: a 5xx answer to the login or to the
 * message. (Alertmanager retries those too, in vain.)
 * @param signal the attempt's, to tell its end from a failure
 */
export function toDeliveryError(error: unknown, signal: AbortSignal): Error {
  if (!(error instanceof SmtpError)) return httpDeliveryError(error) as Error;
  const { message, step } = error;
  const { code = 0, permanent = false, timedOut = false } = error.details;
  if (timedOut) return new RetryableError(message, 'contextDeadlineExceeded');
  if (signal.aborted) return new RetryableError(message, 'contextCanceled');
  const reason = reasonOf(step, code);
  if (permanent || (code >= 500 && !error.beforeLogin)) return new PermanentError(message, reason);
  return new RetryableError(message, reason);
}

function reasonOf(step: SmtpStep, code: number): FailureReason {
  if (step === 'authenticate' || code === 530) return 'authError';
  if (code === 0) return 'other';
  return code >= 500 && !BEFORE_LOGIN.has(step) ? 'clientError' : 'serverError';
}
