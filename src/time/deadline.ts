import type { Clock } from './clock.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Takes the timer back. */
  cancel(): void;
}

/** A signal that aborts with `parent`, or with a TimeoutError after `ms`. */
export function deadlineOf(clock: Clock, ms: number, parent: AbortSignal): Deadline {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(parent.reason);
  const stop = clock.after(ms, () => {
    controller.abort(new DOMException(`no answer within ${ms / 1000}s`, 'TimeoutError'));
  });
  if (parent.aborted) onAbort();
  parent.addEventListener('abort', onAbort, { once: true });
  const cancel = (): void => {
    stop();
    parent.removeEventListener('abort', onAbort);
  };
  return { signal: controller.signal, cancel };
}

/** Settles as `promise` does, unless the signal aborts first: what others wait for too must not end with one of them. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
