import { Automaton } from './automaton.ts';
import { containedTexts, longestOf } from './contained.ts';
import { findText } from './find-text.ts';
import { requiredTexts } from './pieces.ts';
import { checkLength, compileProgram, type Program } from './program.ts';
import { type Glob, matchesGlob, recognise, recognisePrefixes, type Shape } from './shape.ts';
import { StepBudget } from './step-budget.ts';

/** A compiled pattern that is tested against whole values, in time linear in the value. Immutable. */
export interface Regexp {
  /**
   * Whether the whole value matches.
   * @param total what a larger question, of which this is a part, may cost.
   * @throws StepsExceededError when that takes more than MATCH_STEPS (less for a pattern that has been slow before), or
   * more than `total` has.
   */
  test(value: string, total?: StepBudget): boolean;
  /** The only values that match, where the pattern is a list of words. */
  readonly onlyValues: ReadonlySet<string> | undefined;
  /** Every matching value begins with one of these; [''] where nothing is known. */
  readonly prefixes: readonly string[];
  /** Every matching value contains one of these, but for case; [''] where nothing is known. */
  readonly contained: readonly string[];
  /** What it takes to keep and to run, in instructions of a program; one for each word of a list. */
  readonly instructions: number;
}

/** What one value may cost a regular expression: some 10 ms. */
export const MATCH_STEPS = 250_000;
/** A test that takes more is slow, and each of them halves what the next may take, so often at most. */
const SLOW_STEPS = MATCH_STEPS / 8;
const MOST_HALVINGS = 8;

/** Compiled patterns, the least recently asked for first. What is in use is held by its user anyway. */
const cache = new Map<string, Regexp>();
let cachedWeight = 0;
const MOST_CACHED_WEIGHT = 400_000;

/**
 * Compiles a pattern as RE2 does, anchored on both ends (`^(?:X)$`), a dot excluding newline. Equal patterns share what
 * is compiled.
 * @throws Error with Go's text: error parsing regexp: ...
 */
export function compileRegexp(pattern: string): Regexp {
  const known = cache.get(pattern);
  const regexp = known ?? compile(pattern);
  cache.delete(pattern);
  cache.set(pattern, regexp);
  if (!known) cachedWeight += weightOf(pattern, regexp);
  for (const [oldest, { instructions }] of cache) {
    if (cachedWeight <= MOST_CACHED_WEIGHT) break;
    cache.delete(oldest);
    cachedWeight -= weightOf(oldest, { instructions });
  }
  return regexp;
}

function weightOf(pattern: string, { instructions }: Pick<Regexp, 'instructions'>): number {
  return pattern.length + instructions + 100;
}

/** Compiles a pattern as it stands, unanchored, for the error text only. @throws Error with Go's text. */
export function checkRegexp(pattern: string): void {
  checkLength(pattern);
  if (!recognise(pattern)) compileProgram(pattern);
}

function compile(pattern: string): Regexp {
  checkLength(pattern);
  const shape = recognise(pattern);
  if (!shape) return new ProgramRegexp(pattern, compileProgram(`^(?:${pattern})$`));
  return shape.globs.length === 0 ? new WordsRegexp(shape.literals) : new GlobRegexp(shape);
}

class WordsRegexp implements Regexp {
  readonly onlyValues: ReadonlySet<string>;
  readonly prefixes: readonly string[];
  readonly contained: readonly string[];
  readonly instructions: number;
  readonly #words: ReadonlySet<string>;

  constructor(words: readonly string[]) {
    this.#words = new Set(words);
    this.onlyValues = this.#words;
    this.prefixes = words;
    this.contained = words;
    this.instructions = words.length;
  }

  test(value: string): boolean {
    return this.#words.has(value);
  }
}

class GlobRegexp implements Regexp {
  readonly onlyValues = undefined;
  readonly prefixes: readonly string[];
  readonly contained: readonly string[];
  readonly instructions: number;
  readonly #words: ReadonlySet<string>;
  readonly #globs: readonly Glob[];

  constructor(shape: Shape) {
    this.#words = new Set(shape.literals);
    this.#globs = shape.globs;
    this.instructions = shape.globs.reduce((sum, { middles }) => sum + 2 + middles.length, shape.literals.length);
    this.prefixes = [...shape.literals, ...shape.globs.map((glob) => glob.prefix)];
    this.contained = [
      ...shape.literals,
      ...shape.globs.map(({ prefix, middles, suffix }) => longestOf([prefix, ...middles, suffix])),
    ];
  }

  test(value: string): boolean {
    for (const glob of this.#globs) if (matchesGlob(glob, value)) return true;
    return this.#words.size > 0 && this.#words.has(value);
  }
}

class ProgramRegexp implements Regexp {
  readonly onlyValues = undefined;
  readonly prefixes: readonly string[];
  readonly contained: readonly string[];
  readonly instructions: number;
  readonly #automaton: Automaton;
  readonly #required: readonly string[];
  #halvings = 0;

  constructor(pattern: string, program: Program) {
    this.instructions = program.ops.length;
    this.#automaton = new Automaton(program);
    this.prefixes = recognisePrefixes(pattern);
    this.contained = containedTexts(pattern);
    this.#required = requiredTexts(pattern);
  }

  test(value: string, total?: StepBudget): boolean {
    for (const text of this.#required) if (findText(value, text) < 0) return false;
    const budget = new StepBudget(MATCH_STEPS >> this.#halvings, total);
    try {
      return this.#automaton.test(value, budget);
    } finally {
      const isSlow = budget.used > Math.min(SLOW_STEPS, MATCH_STEPS >> this.#halvings);
      if (isSlow && this.#halvings < MOST_HALVINGS) this.#halvings++;
    }
  }
}
