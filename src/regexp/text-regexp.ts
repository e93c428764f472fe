import { Automaton } from './automaton.ts';
import { Closure } from './closure.ts';
import { compileProgram, holds, type Program } from './program.ts';
import { Search } from './search.ts';
import { StepBudget, type StepTotal } from './step-budget.ts';

/** What one call may cost: a few tenths of a second at worst. */
const CALL_STEPS = 2_000_000;
const ALL_CONDITIONS = 0xff;
const ASCII = 128;

/** A pattern as templates use it: unanchored, in texts of any length. Immutable. */
export class TextRegexp {
  readonly groups: number;
  readonly groupNames: Readonly<Record<string, number>>;
  readonly instructions: number;
  readonly #automaton: Automaton;
  readonly #search: Search;
  /** Which ASCII characters a match may begin with; undefined where it may be empty. */
  readonly #first: Uint8Array | undefined;

  /** @throws Error with Go's text: error parsing regexp: ... */
  constructor(pattern: string) {
    const program = compileProgram(pattern);
    this.groups = program.groups;
    this.groupNames = program.groupNames;
    this.instructions = program.ops.length;
    this.#automaton = new Automaton(program);
    this.#search = new Search(program);
    this.#first = firstCharacters(program);
  }

  /** Whether it matches anywhere. @throws StepsExceededError */
  test(text: string, total?: StepTotal): boolean {
    return this.#automaton.test(text, new StepBudget(CALL_STEPS, total));
  }

  /**
   * Replaces every match as Go's ReplaceAllStringFunc does.
   * @param groups how many groups `replace` looks at.
   * @param replace gets the positions `[start, end, start of group 1, ...]`, -1 for a group that took no part.
   * @throws StepsExceededError
   */
  replaceAll(
    text: string,
    groups: number,
    replace: (positions: readonly number[]) => string,
    total?: StepTotal,
  ): string {
    const budget = new StepBudget(CALL_STEPS, total);
    if (!this.#automaton.test(text, budget)) return text;
    const slots = 2 * Math.min(groups, this.groups) + 2;
    let out = '';
    let copied = 0;
    for (let from = 0; from <= text.length; ) {
      from = this.#skip(text, from);
      const positions = this.#search.find(text, from, slots, budget);
      if (!positions) break;
      const [start, end] = positions as [number, number];
      out += text.slice(copied, start);
      // An empty match directly behind a match counts for nothing.
      if (end > copied || start === 0) out += replace(positions);
      copied = end;
      from = Math.max(end, from + ((text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1));
    }
    return out + text.slice(copied);
  }

  #skip(text: string, from: number): number {
    if (!this.#first) return from;
    let at = from;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit >= ASCII || this.#first[unit] === 1) break;
    }
    return at;
  }
}

function firstCharacters(program: Program): Uint8Array | undefined {
  const closure = new Closure();
  closure.follow(program, [program.start], ALL_CONDITIONS);
  if (closure.matched) return undefined;
  const sets = new Set(closure.runes.map((pc) => program.sets[program.arg[pc] as number] as Int32Array));
  return Uint8Array.from({ length: ASCII }, (_, rune) => ([...sets].some((set) => holds(set, rune)) ? 1 : 0));
}

const cache = new Map<string, TextRegexp>();
let cachedInstructions = 0;
const MOST_CACHED_INSTRUCTIONS = 100_000;

/** Compiles a pattern; equal ones share what is compiled. @throws Error with Go's text: error parsing regexp: ... */
export function compileText(pattern: string): TextRegexp {
  const known = cache.get(pattern);
  if (known) return known;
  const regexp = new TextRegexp(pattern);
  const weight = pattern.length + regexp.instructions;
  if (cachedInstructions + weight > MOST_CACHED_INSTRUCTIONS) {
    cache.clear();
    cachedInstructions = 0;
  }
  cache.set(pattern, regexp);
  cachedInstructions += weight;
  return regexp;
}
