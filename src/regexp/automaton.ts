import { Closure } from './closure.ts';
import {
  BEGIN_LINE,
  BEGIN_TEXT,
  conditionsBetween,
  EMPTY,
  END_LINE,
  holds,
  isWord,
  NO_WORD_BOUNDARY,
  type Program,
  WORD_BOUNDARY,
} from './program.ts';
import type { StepBudget } from './step-budget.ts';

/** What stood before a position, as far as the program can tell it apart. */
const NOTHING = 0;
const WORD = 1;
const NEWLINE = 2;
const OTHER = 3;
/** One of each kind, to ask for conditions. */
const SPECIMENS = [-1, 0x61, 0x0a, 0x20] as const;

/** What one automaton may keep, in instructions of its states; a state counts for its own weight too. */
const MOST_KEPT = 16_384;
const STATE_WEIGHT = 32;

/** Where the program may be after some characters, and where each class of characters leads from there. */
interface State {
  /** Before anything that costs no character has been followed. */
  readonly pcs: readonly number[];
  readonly before: number;
  readonly next: (State | undefined)[];
}

const MATCHED: State = { pcs: [], before: OTHER, next: [] };
const FAILED: State = { pcs: [], before: OTHER, next: [] };

/**
 * Tests texts by a deterministic automaton that is built as texts ask for it (RE2's lazy DFA). What it builds is bounded
 * and thrown away when it grows too large; each character and each instruction looked at costs a step of the budget, so
 * a test ends in bounded time whatever pattern and text are.
 */
export class Automaton {
  readonly #program: Program;
  /** Whether a match may begin behind the first character. */
  readonly #restarts: boolean;
  /** Where one class of characters ends and the next begins, sorted. All characters of a class are treated alike. */
  readonly #bounds: Int32Array;
  readonly #latin: Uint16Array;
  readonly #conditions: number;
  readonly #states = new Map<string, State>();
  #kept = 0;
  #full = false;

  constructor(program: Program) {
    this.#program = program;
    this.#restarts = (conditionsAt(program, program.start) & BEGIN_TEXT) === 0;
    this.#conditions = conditionsOf(program);
    this.#bounds = boundsOf(program, this.#conditions);
    this.#latin = Uint16Array.from({ length: 256 }, (_, rune) => searchClass(this.#bounds, rune));
  }

  /** Whether the program matches anywhere in the text; anchors are the program's. @throws StepsExceededError */
  test(text: string, budget: StepBudget): boolean {
    budget.take(1 + (text.length >> 3));
    this.#full = false;
    let state = this.#state([this.#program.start], NOTHING);
    for (let i = 0; i < text.length; i++) {
      let rune = text.charCodeAt(i);
      if (rune >= 0xd800 && rune <= 0xdbff) {
        rune = text.codePointAt(i) as number;
        if (rune > 0xffff) i++;
      }
      const cls = rune < 256 ? (this.#latin[rune] as number) : searchClass(this.#bounds, rune);
      state = state.next[cls] ?? this.#step(state, cls, rune, budget);
      if (state === FAILED) return false;
      if (state === MATCHED) return true;
    }
    const end = this.#bounds.length + 1;
    return (state.next[end] ?? this.#step(state, end, -1, budget)) === MATCHED;
  }

  /** @param rune any of the class; -1 for the end of the text. */
  #step(state: State, cls: number, rune: number, budget: StepBudget): State {
    const { sets, arg, out } = this.#program;
    closure.follow(this.#program, state.pcs, conditionsBetween(SPECIMENS[state.before] as number, rune));
    budget.take(closure.steps);
    const next: number[] = [];
    if (rune >= 0) {
      for (const pc of closure.runes) {
        if (holds(sets[arg[pc] as number] as Int32Array, rune)) next.push(out[pc] as number);
      }
    }
    const after = this.#after(closure.matched, next, rune);
    if (this.#full) return after;
    state.next[cls] = after;
    this.#keep(1);
    return after;
  }

  #after(matched: boolean, next: number[], rune: number): State {
    if (matched) return MATCHED;
    if (rune < 0) return FAILED;
    if (this.#restarts) next.push(this.#program.start);
    if (next.length === 0) return FAILED;
    return this.#state(next, this.#kindOf(rune));
  }

  #kindOf(rune: number): number {
    if (rune === 0x0a && (this.#conditions & LINES) !== 0) return NEWLINE;
    return isWord(rune) && (this.#conditions & WORDS) !== 0 ? WORD : OTHER;
  }

  #state(pcs: readonly number[], before: number): State {
    if (this.#full) return { pcs, before, next: [] };
    const key = String.fromCharCode(before, ...pcs);
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { pcs, before, next: [] };
      this.#states.set(key, state);
      this.#keep(pcs.length + STATE_WEIGHT + (this.#bounds.length >> 2));
    }
    return state;
  }

  /** What fills up within one test is not worth keeping: the rest of that test goes without. */
  #keep(weight: number): void {
    this.#kept += weight;
    if (this.#kept <= MOST_KEPT) return;
    this.#states.clear();
    this.#kept = 0;
    this.#full = true;
  }
}

/** Not shared between calls: a test never waits for anything. */
const closure = new Closure();
const LINES = BEGIN_LINE | END_LINE;
const WORDS = WORD_BOUNDARY | NO_WORD_BOUNDARY;

/** All conditions that the program asks for anywhere. */
function conditionsOf(program: Program): number {
  let conditions = 0;
  for (let pc = 0; pc < program.ops.length; pc++) conditions |= conditionsAt(program, pc);
  return conditions;
}

function conditionsAt({ ops, arg }: Program, pc: number): number {
  return ops[pc] === EMPTY ? (arg[pc] as number) : 0;
}

function boundsOf({ sets }: Program, conditions: number): Int32Array {
  const bounds = new Set<number>();
  const add = (set: Iterable<number>): void => {
    let isEnd = false;
    for (const rune of set) {
      bounds.add(isEnd ? rune + 1 : rune);
      isEnd = !isEnd;
    }
  };
  for (const set of sets) add(set);
  if ((conditions & LINES) !== 0) add([0x0a, 0x0a]);
  if ((conditions & WORDS) !== 0) add([0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]);
  return Int32Array.from(bounds).sort();
}

/** The number of bounds at or below a character. */
function searchClass(bounds: Int32Array, rune: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) <= rune) low = middle + 1;
    else high = middle;
  }
  return low;
}
