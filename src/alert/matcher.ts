import { compileRegexp, type Regexp } from '../regexp/regexp.ts';
import { type StepBudget, StepsExceededError } from '../regexp/step-budget.ts';
import { compareBytes, goQuote, type LabelSet } from './label-set.ts';
import { hasReserved } from './quote.ts';

export type MatchType = '=' | '!=' | '=~' | '!~';

/** What a matcher is made of. */
export interface MatcherSpec {
  readonly name: string;
  readonly type: MatchType;
  readonly value: string;
}

/** One condition on one label; a missing label is the empty string (as Alertmanager's labels.Matcher). Immutable. */
export interface Matcher extends MatcherSpec {
  /**
   * Tests one label value ('' for an absent label). Linear in its length. A regular expression that takes too long on a
   * value is taken not to match, nor not to match: the matcher does not hold (and onGivenUp is called).
   * @param budget of a larger question, which is to fail as a whole instead.
   * @throws StepsExceededError only with a budget.
   */
  matchesValue(value: string, budget?: StepBudget): boolean;
  /** The only values that match, where they are known and few: `=`, and `=~` with a list of words. For indexes. */
  readonly onlyValues: ReadonlySet<string> | undefined;
  /** Every matching value begins with one of these; [''] where nothing is known. For indexes. */
  readonly prefixes: readonly string[];
  /** Every matching value contains one of these, but for case; [''] where nothing is known. For indexes. */
  readonly contained: readonly string[];
  /** The size of its regular expression (Regexp.instructions); 0 without one. */
  readonly instructions: number;
  /** Canonical text, e.g. `foo=~"bar.*"`. */
  toString(): string;
}

/**
 * Creates a matcher. Regular expressions are RE2's, matched against the whole value, a dot excluding newline.
 * @throws Error for a bad pattern, with Go's text: error parsing regexp: ...
 */
export function createMatcher(type: MatchType, name: string, value: string): Matcher {
  return new LabelMatcher({ name, type, value }, type === '=~' || type === '!~' ? compileRegexp(value) : undefined);
}

/** A matcher that is only shown: it costs nothing and holds for no value. */
export function inertMatcher(spec: MatcherSpec): Matcher {
  return new InertMatcher(spec, NEVER);
}

const NEVER: Regexp = { test: () => false, onlyValues: new Set(), prefixes: [], contained: [], instructions: 0 };

/** Labels as matchers in one text, `{a="b", "odd name"="c"}`: what a link hands to a page that filters or silences. */
export function equalityFilter(labels: LabelSet): string {
  const parts = Array.from(labels.entries(), ([name, value]) => {
    return `${hasReserved(name) ? goQuote(name) : name}=${goQuote(value)}`;
  });
  return `{${parts.join(', ')}}`;
}

/** All of them match (an empty list matches everything). @throws StepsExceededError only with a budget. */
export function matchesAll(matchers: readonly Matcher[], labels: LabelSet, budget?: StepBudget): boolean {
  for (const matcher of matchers) if (!matcher.matchesValue(labels.get(matcher.name) ?? '', budget)) return false;
  return true;
}

type GivenUpListener = (matcher: MatcherSpec, valueLength: number) => void;
let givenUp: GivenUpListener | undefined;

/** Sets who is called when a regular expression took too long on a value, for the log. One for the process. */
export function onGivenUp(listener: GivenUpListener): void {
  givenUp = listener;
}

const TYPE_ORDER: readonly MatchType[] = ['=', '!=', '=~', '!~'];

/** Alertmanager's order inside a list: name, value, then = != =~ !~. */
export function compareMatchers(a: MatcherSpec, b: MatcherSpec): number {
  return (
    compareBytes(a.name, b.name) ||
    compareBytes(a.value, b.value) ||
    TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type)
  );
}

/** The same condition: equal in name, type and value. */
export function sameMatcher(a: MatcherSpec, b: MatcherSpec): boolean {
  return a.type === b.type && a.name === b.name && a.value === b.value;
}

/** A list's canonical text: `{a="b",c=~"d"}`. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.join(',')}}`;
}

const UNKNOWN: readonly string[] = [''];

class LabelMatcher implements Matcher {
  readonly name: string;
  readonly type: MatchType;
  readonly value: string;
  readonly onlyValues: ReadonlySet<string> | undefined;
  readonly prefixes: readonly string[];
  readonly contained: readonly string[];
  readonly instructions: number;
  readonly #regexp: Regexp | undefined;
  readonly #wanted: boolean;

  constructor({ name, type, value }: MatcherSpec, regexp: Regexp | undefined) {
    this.name = name;
    this.type = type;
    this.value = value;
    this.#wanted = type === '=' || type === '=~';
    this.#regexp = regexp;
    const { onlyValues, prefixes } = this.#regexp ?? { onlyValues: new Set([value]), prefixes: [value] };
    this.onlyValues = this.#wanted ? onlyValues : undefined;
    this.prefixes = this.#wanted ? prefixes : UNKNOWN;
    this.contained = this.#wanted ? (this.#regexp?.contained ?? prefixes) : UNKNOWN;
    this.instructions = this.#regexp?.instructions ?? 0;
  }

  matchesValue(value: string, budget?: StepBudget): boolean {
    const regexp = this.#regexp;
    if (regexp === undefined) return (value === this.value) === this.#wanted;
    try {
      return regexp.test(value, budget) === this.#wanted;
    } catch (error) {
      if (budget !== undefined || !(error instanceof StepsExceededError)) throw error;
      givenUp?.(this, value.length);
      return false;
    }
  }

  toString(): string {
    if (hasReserved(this.name)) return `${goQuote(this.name)}${this.type}${goQuote(this.value)}`;
    return `${this.name}${this.type}"${this.value.replace(/[\\"\n]/g, escapeChar)}"`;
  }
}

class InertMatcher extends LabelMatcher {
  override matchesValue(): boolean {
    return false;
  }
}

function escapeChar(char: string): string {
  return char === '\n' ? '\\n' : `\\${char}`;
}
