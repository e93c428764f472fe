import { AwayError, DeliveryError, PermanentError } from '../receivers/receiver.ts';
import { type Clock, sleep } from '../time/clock.ts';

/** Alertmanager's back-off (cenkalti/backoff): first wait, growth, cap (ms), and how much each wait may vary. */
const BACKOFF = { initial: 500, factor: 1.5, max: 60_000, spread: 0.5 };

export interface RetryOptions {
  readonly clock: Clock;
  /** Ends the attempt under way and the waiting. */
  readonly signal: AbortSignal;
  /** Ends the waiting only: the process is about to stop, and an attempt under way may still succeed. */
  readonly lastCall: AbortSignal;
  /** Called after each failed attempt that will be followed by another, before the wait. */
  readonly onFailure: (error: DeliveryError, attempts: number) => Promise<void> | void;
  readonly random?: () => number;
}

/**
 * Calls `attempt` until it succeeds, fails for good, or the signal ends it. Each wait counts from the start of the
 * attempt before. Resolves to the number of attempts.
 * @throws DeliveryFailure with Alertmanager's summary of what happened.
 */
export async function retry(attempt: () => Promise<void>, options: RetryOptions): Promise<number> {
  const { clock, signal, lastCall, random = Math.random } = options;
  let wait = BACKOFF.initial;
  for (let attempts = 1; ; attempts++) {
    const started = clock.monotonic();
    try {
      await attempt();
      return attempts;
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      if (!error.retryable)
        throw summary(`retry canceled due to unrecoverable error after ${attempts} attempts`, error);
      const canceled = summary(`retry canceled after ${attempts} attempts`, error);
      // Not before: nearly every first attempt succeeds, and a joined signal costs as much as a mail's headers.
      const enough = AbortSignal.any([signal, lastCall]);
      if (enough.aborted) throw canceled;
      await options.onFailure(error, attempts);
      const spread = wait * BACKOFF.spread;
      const due = started + wait - spread + 2 * spread * random();
      wait = Math.min(wait * BACKOFF.factor, BACKOFF.max);
      const back = new AbortController();
      const forget = error instanceof AwayError ? error.onReturn(() => back.abort()) : undefined;
      await sleep(clock, due - clock.monotonic(), AbortSignal.any([enough, back.signal])).catch(() => {});
      forget?.();
      if (enough.aborted) throw canceled;
    }
  }
}

/** A thrown thing that is no DeliveryError is a defect of ours: no reason to try again. */
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
