import type { HttpConfig } from '../config/types.ts';
import { createHttpClient, type HttpRequest, type HttpResponse } from '../http-client/http-client.ts';
import type { FailureReason } from '../metrics/failure-reasons.ts';
import { formatGoDuration } from '../time/duration.ts';
import type { ReceiverContext } from './context.ts';
import { httpDeliveryError } from './http-failure.ts';
import { PermanentError, RetryableError } from './receiver.ts';

/** Of a failed answer's body, this many characters are shown. */
const MAX_SHOWN = 1_000;

export interface HttpSenderOptions {
  /** As in errors: `configured webhook timeout reached (5s)`. */
  readonly kind: string;
  readonly http: HttpConfig;
  /** ms for one request; absent or 0: none. */
  readonly timeout?: number | undefined;
  /** Statuses below 500 that another attempt may turn into success. */
  readonly retried: readonly number[];
  /**
   * What is worth showing of a refused request's body. Absent: its start.
   * Nothing that was secret in the request is shown, whatever this returns.
   */
  readonly details?: (response: HttpResponse) => string;
  /** Judges an answer whatever its status, in place of the usual rule. @throws PermanentError, RetryableError */
  readonly judge?: (response: HttpResponse) => void;
}

/** Sends requests to a service and judges its answers. */
export interface HttpSender {
  /**
   * One request, with Alertmanager's User-Agent. Resolves to the answer of a request that the service took (2xx).
   * @throws RetryableError, PermanentError `unexpected status code 400: ...`; no URL and no secret in it
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** The statuses that services ask to try again by, beside all of 5xx: Request Timeout and Too Many Requests. */
export const RETRIED_STATUSES: readonly number[] = [408, 429];

/** An HTTP sender for one entry of the configuration file. */
export function createHttpSender(options: HttpSenderOptions, context: ReceiverContext): HttpSender {
  const { kind, http, timeout = 0, retried, details = ({ body }: HttpResponse): string => body } = options;
  const client = createHttpClient(http, context.clock);
  const userAgent = `Alertmanager/${context.alertmanagerVersion}`;

  async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const deadline = limited(signal);
    try {
      const headers = { 'User-Agent': userAgent, ...request.headers };
      const response = await client.request({ ...request, headers }, deadline.signal);
      if (options.judge) options.judge(response);
      else if (response.status < 200 || response.status >= 300) throw refusal(response);
      return response;
    } catch (error) {
      throw httpDeliveryError(error);
    } finally {
      deadline.cancel();
    }
  }

  function limited(signal: AbortSignal): { signal: AbortSignal; cancel: () => void } {
    if (timeout === 0) return { signal, cancel: () => {} };
    const controller = new AbortController();
    const cancel = context.clock.after(timeout, () => {
      const text = `configured ${kind} timeout reached (${formatGoDuration(timeout)})`;
      controller.abort(new DOMException(text, 'TimeoutError'));
    });
    return { signal: AbortSignal.any([signal, controller.signal]), cancel };
  }

  function refusal(response: HttpResponse): Error {
    const { status, retryAfter } = response;
    const shown = shownText(details(response), response);
    const message = `unexpected status code ${status}${shown === '' ? '' : `: ${shown}`}`;
    if (status < 500 && !retried.includes(status)) return new PermanentError(message, statusReason(status));
    return new RetryableError(message, statusReason(status), { retryAfter });
  }

  return { send, warmUp: () => client.warmUp(), close: () => client.close() };
}

/** A service's words as errors and reports show them: their start, without control characters and what was secret in the request. */
export function shownText(text: string, { redact }: Pick<HttpResponse, 'redact'>): string {
  return redact(text)
    .slice(0, MAX_SHOWN)
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .trimEnd();
}

/** An answer as reports show it: its status and the start of its body. */
export function answerText(response: HttpResponse): string {
  return [response.status, shownText(response.body, response)].filter(Boolean).join(' ');
}

/** Alertmanager's `reason` of an answer. */
export function statusReason(status: number): FailureReason {
  if (status === 401 || status === 403) return 'authError';
  if (status === 429) return 'rateLimited';
  if (status >= 500) return 'serverError';
  return status >= 400 ? 'clientError' : 'other';
}
