import type { Clock } from './clock.ts';

/** ms; less is a correction that no alert's lifetime notices. */
const SMALLEST_JUMP = 10_000;

/**
 * The same clock, which notices when its wall time is set, or when the machine sleeps: wall and monotonic time then
 * drift apart. `onJump` hears of it before anybody reads the new time.
 * @param onJump `before` is what the time would be without the jump, ms.
 */
export function watchJumps(clock: Clock, onJump: (before: number, now: number) => void): Clock {
  let offset = clock.now() - clock.monotonic();
  return {
    now() {
      const now = clock.now();
      const jump = now - clock.monotonic() - offset;
      offset += jump;
      if (Math.abs(jump) >= SMALLEST_JUMP) onJump(now - jump, now);
      return now;
    },
    monotonic: () => clock.monotonic(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}
