import type { Clock } from './clock.ts';

/** ms; less is a correction that no alert's lifetime notices. */
const SMALLEST_JUMP = 10_000;
/** ms by which wall and monotonic time may differ from one `sync` to the next: rounding, not a correction. */
const NOISE = 0.95;

/** @param before what the time would be without the jump, ms */
type JumpListener = (before: number, now: number) => void;

/**
 * The one clock of a process. Its wall time runs with monotonic time; whether the system's was set meanwhile, or the machine
 * slept, is looked at by `sync` only: at each request and before each timer's callback. So everybody sees a jump at the
 * same moment, after the listeners have moved what would end, repeat or expire by it.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  /** Wall time minus monotonic time, ms. */
  #offset: number;
  readonly #listeners: JumpListener[] = [];

  /** @param clock the system's */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  now(): number {
    return Math.round(this.#clock.monotonic() + this.#offset);
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(ms: number, callback: () => void): () => void {
    return this.#clock.after(ms, () => {
      this.sync();
      callback();
    });
  }

  /** Takes over the system's time; a jump is reported to the listeners first. */
  sync(): void {
    const jump = this.#clock.now() - this.#clock.monotonic() - this.#offset;
    if (Math.abs(jump) < NOISE) return;
    const before = this.now();
    this.#offset += jump;
    if (Math.abs(jump) >= SMALLEST_JUMP) for (const listener of this.#listeners) listener(before, this.now());
  }

  onJump(listener: JumpListener): void {
    this.#listeners.push(listener);
  }
}
