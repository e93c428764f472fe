import { RE2JS, RE2JSException } from 're2js';
import { requiredTexts } from './regexp-pieces.ts';
import { type Glob, matchesGlob, recognise, recognisePrefixes, type Shape } from './regexp-shape.ts';

/** A compiled pattern that is tested against whole values, in time linear in the value. Immutable. */
export interface Regexp {
  test(value: string): boolean;
  /** The only values that match, where the pattern is a list of words. */
  readonly onlyValues: ReadonlySet<string> | undefined;
  /** Every matching value begins with one of these; [''] where nothing is known. */
  readonly prefixes: readonly string[];
}

/** Patterns are users' input: one of 10 MB must not stall the process. Alertmanager has no limit of its own. */
export const LONGEST_PATTERN = 65_536;

/**
 * Compiles a pattern as RE2 does, anchored on both ends (`^(?:X)$`), a dot excluding newline.
 * @throws Error with Go's text: error parsing regexp: ...
 */
export function compileRegexp(pattern: string): Regexp {
  checkLength(pattern);
  const shape = recognise(pattern);
  if (!shape) return new EngineRegexp(pattern);
  return shape.globs.length === 0 ? new WordsRegexp(shape.literals) : new GlobRegexp(shape);
}

/** Compiles a pattern as it stands, unanchored, for the error text only. @throws Error with Go's text. */
export function checkRegexp(pattern: string): void {
  checkLength(pattern);
  if (!recognise(pattern)) compileEngine(pattern);
}

class WordsRegexp implements Regexp {
  readonly onlyValues: ReadonlySet<string>;
  readonly prefixes: readonly string[];
  readonly #words: ReadonlySet<string>;

  constructor(words: readonly string[]) {
    this.#words = new Set(words);
    this.onlyValues = this.#words;
    this.prefixes = words;
  }

  test(value: string): boolean {
    return this.#words.has(value);
  }
}

class GlobRegexp implements Regexp {
  readonly onlyValues = undefined;
  readonly prefixes: readonly string[];
  readonly #words: ReadonlySet<string>;
  readonly #globs: readonly Glob[];

  constructor(shape: Shape) {
    this.#words = new Set(shape.literals);
    this.#globs = shape.globs;
    this.prefixes = [...shape.literals, ...shape.globs.map((glob) => glob.prefix)];
  }

  test(value: string): boolean {
    for (const glob of this.#globs) if (matchesGlob(glob, value)) return true;
    return this.#words.size > 0 && this.#words.has(value);
  }
}

class EngineRegexp implements Regexp {
  readonly onlyValues = undefined;
  readonly prefixes: readonly string[];
  readonly #engine: RE2JS;
  readonly #required: readonly string[];

  constructor(pattern: string) {
    this.#engine = compileEngine(`^(?:${pattern})$`);
    this.prefixes = recognisePrefixes(pattern);
    this.#required = requiredTexts(pattern);
  }

  test(value: string): boolean {
    for (const text of this.#required) if (!value.includes(text)) return false;
    return this.#engine.test(value);
  }
}

function compileEngine(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) throw new Error(error.message);
    throw new Error(`error parsing regexp: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkLength(pattern: string): void {
  if (pattern.length <= LONGEST_PATTERN) return;
  throw new Error(
    `error parsing regexp: expression too large: ${pattern.length} characters (limit: ${LONGEST_PATTERN})`,
  );
}
