/** The only source of time: production runs on the system's clock, tests on one that they move by hand. */
export interface Clock {
  /** ms since 1970, UTC. Wall time: it may jump. */
  now(): number;
  /** ms since some fixed moment. Never jumps: for intervals and deadlines. */
  monotonic(): number;
  /** Calls `callback` once, `ms` from now. Returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** Node's timers overflow at 2^31 ms, about 24.8 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    if (ms <= 0) {
      // The shortest of Node's timers takes a millisecond, half of what a notification without group_wait takes in all.
      const soon = setImmediate(callback);
      return () => clearImmediate(soon);
    }
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(Math.max(left, 0), LONGEST_TIMER);
      timer = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
    };
    arm(ms);
    return () => clearTimeout(timer);
  },
};

/** A promise of the moment `ms` from now; rejects with the signal's reason when aborted first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
