import { Failure } from './errors.ts';
import { SafeText, Slice, StringMap, type Value } from './value.ts';

/** What no template may exceed, far above what real ones use: a list of 10,000 alerts with 30 labels each stays below. */
const STEPS = 2_500_000;
const OUTPUT = 16_000_000;
/** Characters of one text, and elements and characters of one list or map with all that is in it. */
export const LARGEST_VALUE = 10_000_000;
/** Lists and maps in each other. */
export const DEEPEST_VALUE = 500;
/** Characters that a function works through in the time of a step. */
const PER_STEP = 32;

/** A rendering that takes too long or grows too large. */
export class LimitFailure extends Failure {}

/** What one rendering has used: the work in steps, and the output in characters. */
export class Budget {
  #steps = 0;
  #output = 0;

  /** A node, a turn, a call. @throws LimitFailure */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > STEPS) throw new LimitFailure(`the template takes more than ${STEPS} steps`);
  }

  /** An argument or receiver that a function goes through. @throws LimitFailure */
  workOn(value: Value): Value {
    const size = sizeOf(value);
    if (size > PER_STEP) this.step(Math.floor(size / PER_STEP));
    return value;
  }

  /** The result of a function. @throws LimitFailure */
  made(value: Value): Value {
    const size = sizeOf(value);
    if (size > LARGEST_VALUE) throw new LimitFailure(`a value has more than ${LARGEST_VALUE} characters or elements`);
    return this.workOn(value);
  }

  /** @throws LimitFailure */
  write(text: string): void {
    this.#output += text.length;
    if (this.#output > OUTPUT) throw new LimitFailure(`the output passes ${OUTPUT} characters`);
  }
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Slice) return value.items.length;
  if (value instanceof StringMap) return value.entries.size;
  return value instanceof SafeText ? value.text.length : 0;
}
