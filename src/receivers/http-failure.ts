import { HttpClientError, type HttpFailure } from '../http-client/http-client-error.ts';
import type { FailureReason } from '../metrics/failure-reasons.ts';
import { PermanentError, RetryableError } from './receiver.ts';

const REASONS: Readonly<Record<HttpFailure, FailureReason>> = {
  credentials: 'authError',
  tls: 'other',
  token: 'authError',
  timeout: 'contextDeadlineExceeded',
  canceled: 'contextCanceled',
  network: 'other',
};

/**
 * The delivery error of a request without an answer; other errors come back as they are. A file that cannot be read or
 * used fails for good: the next attempt would end the same way.
 */
export function httpDeliveryError(error: unknown): unknown {
  if (!(error instanceof HttpClientError)) return error;
  const { failure, message } = error;
  const Kind = failure === 'credentials' || failure === 'tls' ? PermanentError : RetryableError;
  return new Kind(message, REASONS[failure], { cause: error });
}
