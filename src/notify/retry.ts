import type { Notification } from '../alert/notification.ts';
import { DeliveryError, type Endpoint, PermanentError, RetryableError } from '../receivers/receiver.ts';
import type { Clock } from '../time/clock.ts';
import type { LastCall } from './last-call.ts';

/** Alertmanager's back-off (cenkalti/backoff): first wait, growth, cap (ms), and how much each wait may vary. */
const BACKOFF = { initial: 500, factor: 1.5, max: 60_000, spread: 0.5 };

export interface RetryOptions {
  readonly clock: Clock;
  /** Ends the attempt under way and the waiting. */
  readonly signal: AbortSignal;
  /** Ends the waiting only: the process is about to stop, and an attempt under way may still succeed. */
  readonly lastCall: LastCall;
  /** While it is down, no attempt is made; when it is up again, `notification` waits for its turn. */
  readonly endpoint?: Endpoint | undefined;
  readonly notification: Notification;
  /** Called after each failed attempt that will be followed by another, before the wait. */
  readonly onFailure: (error: DeliveryError, attempts: number) => Promise<void> | void;
  readonly random?: () => number;
}

/**
 * Calls `attempt` until it succeeds, fails for good, or the signal ends it. Each wait counts from the end of the attempt
 * before, and is at least as long as the server asked for. Resolves to the number of attempts.
 * @throws DeliveryFailure with Alertmanager's summary of what happened.
 */
export async function retry(attempt: () => Promise<void>, options: RetryOptions): Promise<number> {
  const { signal, lastCall, endpoint, random = Math.random } = options;
  let backoff = BACKOFF.initial;
  for (let attempts = 1; ; attempts++) {
    const error = await failureOf(attempt, endpoint?.downReason);
    if (!error) return attempts;
    if (!error.retryable) throw summary(`retry canceled due to unrecoverable error after ${attempts} attempts`, error);
    const canceled = (): DeliveryFailure => summary(`retry canceled after ${attempts} attempts`, error);
    if (signal.aborted || lastCall.called) throw canceled();
    await options.onFailure(error, attempts);
    const wait = backoff * (1 - BACKOFF.spread + 2 * BACKOFF.spread * random());
    if (endpoint?.downReason === undefined) {
      backoff = Math.min(backoff * BACKOFF.factor, BACKOFF.max);
      await pause(Math.max(wait, retryAfterOf(error)), options);
    } else {
      // Should nobody say that it is up, it is looked at again after the longest back-off.
      await pause(BACKOFF.max, options, endpoint);
    }
    if (signal.aborted || lastCall.called) throw canceled();
  }
}

/** Resolves after `ms`, when the signal or the last call comes, or when the endpoint is up. */
function pause(
  ms: number,
  { clock, signal, lastCall, notification }: RetryOptions,
  endpoint?: Endpoint,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancels = [clock.after(ms, resolve), lastCall.on(resolve)];
  if (endpoint) cancels.push(endpoint.onUp(notification, resolve));
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted || lastCall.called) resolve();
  return promise.then(() => {
    for (const cancel of cancels) cancel();
    signal.removeEventListener('abort', onAbort);
  });
}

async function failureOf(
  attempt: () => Promise<void>,
  downReason: string | undefined,
): Promise<DeliveryError | undefined> {
  if (downReason !== undefined) return new RetryableError(downReason);
  try {
    await attempt();
    return undefined;
  } catch (thrown) {
    return asDeliveryError(thrown);
  }
}

function retryAfterOf(error: DeliveryError): number {
  return error instanceof RetryableError ? error.retryAfter : 0;
}

/** Anything thrown that is no DeliveryError is a defect of ours: no reason to try again. */
function asDeliveryError(thrown: unknown): DeliveryError {
  if (thrown instanceof DeliveryError) return thrown;
  return new PermanentError(thrown instanceof Error ? thrown.message : String(thrown), 'other', { cause: thrown });
}

/** The summary of a delivery that is over for now; `cause` is the last attempt's error. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';
  readonly last: DeliveryError;

  constructor(message: string, last: DeliveryError) {
    super(message, { cause: last });
    this.last = last;
  }
}

function summary(what: string, last: DeliveryError): DeliveryFailure {
  return new DeliveryFailure(`notify ${what}: ${last.message}`, last);
}
