import type { Clock } from './clock.ts';

interface Entry {
  readonly at: number;
  /** Of those due at the same time the one that was asked for first runs first. */
  readonly order: number;
  /** undefined: cancelled. */
  run: (() => void) | undefined;
}

/** ms of callbacks in a row, and how many; then what they have begun, requests and answers have their turn. */
const SLICE = 1;
const MOST_IN_A_ROW = 32;
/** Cancelled entries that may be more than the others before they are taken out. */
const MANY = 1_000;

/**
 * Runs callbacks at their time with one timer for all: a binary heap ordered by due time, so that 100,000 groups cost
 * 100,000 array slots and not 100,000 timers. Counts in monotonic time: a jump of the wall clock moves nothing.
 */
export class Scheduler {
  readonly #clock: Clock;
  #heap: Entry[] = [];
  #cancelled = 0;
  #cancelTimer: (() => void) | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #stopped = false;
  #order = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `run` once, at monotonic time `at` (ms) or as soon as possible. Returns what cancels it. */
  at(at: number, run: () => void): () => void {
    const entry: Entry = { at, order: this.#order++, run };
    this.#push(entry);
    this.#arm();
    return () => {
      if (!entry.run) return;
      entry.run = undefined;
      this.#cancelled++;
      // A timer for nothing would keep the process alive.
      if (this.#cancelled === this.#heap.length) this.#clear();
      else if (this.#cancelled > MANY && this.#cancelled > this.#heap.length / 2) this.#compact();
    };
  }

  /** Nothing runs any more. */
  stop(): void {
    this.#stopped = true;
    this.#clear();
  }

  #arm(): void {
    const next = this.#heap[0];
    if (this.#stopped || !next || next.at >= this.#armedFor) return;
    this.#cancelTimer?.();
    this.#armedFor = next.at;
    this.#cancelTimer = this.#clock.after(next.at - this.#clock.monotonic(), () => this.#fire());
  }

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonic();
    let left = MOST_IN_A_ROW;
    for (let next = this.#heap[0]; next && !this.#stopped; next = this.#heap[0]) {
      // Node's timers count whole milliseconds and may be a fraction early.
      const { run } = next;
      if (run && next.at > now + 1) break;
      if (left <= 0 || this.#clock.monotonic() - now > SLICE) break;
      this.#pop();
      // It may be cancelled once it has run.
      next.run = undefined;
      if (run) {
        left--;
        run();
      } else this.#cancelled--;
    }
    this.#arm();
  }

  #clear(): void {
    this.#cancelTimer?.();
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#heap = [];
    this.#cancelled = 0;
  }

  #compact(): void {
    const left = this.#heap.filter(({ run }) => run);
    this.#heap = [];
    this.#cancelled = 0;
    for (const entry of left) this.#push(entry);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry)) break;
      heap[i] = heap[parent] as Entry;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[i] = heap[child] as Entry;
      i = child;
    }
    heap[i] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/**
 * The same clock, whose timers run in slices: tens of thousands that are due at the same moment do not hold up everything
 * else.
 */
export function withSlicedTimers(clock: Clock): Clock {
  const scheduler = new Scheduler(clock);
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms, callback) => scheduler.at(clock.monotonic() + Math.max(ms, 0), callback),
  };
}
