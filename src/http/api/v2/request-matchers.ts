import type { LabelSet } from '../../../alert/label-set.ts';
import { createMatcher, type Matcher, matchesAll } from '../../../alert/matcher.ts';
import { type MatcherMode, parseMatcher } from '../../../alert/parse-matchers.ts';
import { MOST_INSTRUCTIONS } from '../../../regexp/program.ts';
import { StepBudget, StepsExceededError } from '../../../regexp/step-budget.ts';
import { handlerError } from './errors.ts';
import type { Query } from './params.ts';

/** How matchers in parameters are read. */
export interface MatcherReader {
  readonly mode: MatcherMode;
  /** Called with what a user should rewrite. */
  warn(warning: string): void;
}

/** `receiver` and `receiver_matchers` together: which receivers are asked for. */
export interface ReceiverFilter {
  /** Nothing was asked: every receiver passes. */
  readonly all: boolean;
  /** @throws HttpError 400 */
  matches(name: string, labels: LabelSet): boolean;
}

/** What all regular expressions of one request may cost together: a second or two of turns between other requests. */
const REQUEST_STEPS = 20_000_000;

/** The matchers of one request. Their size together is bounded, and so is the work that they make. */
export class RequestMatchers {
  readonly #query: Query;
  readonly #reader: MatcherReader;
  readonly #budget = new StepBudget(REQUEST_STEPS);
  #instructions = 0;

  constructor(query: Query, reader: MatcherReader) {
    this.#query = query;
    this.#reader = reader;
  }

  /** `filter`: each value exactly one matcher. @throws HttpError 400 with the matcher's error */
  filter(): readonly Matcher[] {
    return this.#read('filter', '');
  }

  /** @throws HttpError 400 */
  receiverMatchers(): readonly Matcher[] {
    return this.#read('receiver_matchers', 'failed to parse receiver_matchers param: ');
  }

  /** @throws HttpError 400 */
  receiverFilter(): ReceiverFilter {
    const name = this.#receiverPattern();
    const matchers = this.receiverMatchers();
    const known = new Map<string, boolean>();
    return {
      all: !name && matchers.length === 0,
      matches: (receiver, labels) => {
        const passes =
          known.get(receiver) ??
          ((!name || this.#test(() => name.matchesValue(receiver, this.#budget))) && this.matchesAll(matchers, labels));
        known.set(receiver, passes);
        return passes;
      },
    };
  }

  /** All of them match. @throws HttpError 400 where that takes too long */
  matchesAll(matchers: readonly Matcher[], labels: LabelSet): boolean {
    return this.#test(() => matchesAll(matchers, labels, this.#budget));
  }

  #test(matches: () => boolean): boolean {
    try {
      return matches();
    } catch (error) {
      if (!(error instanceof StepsExceededError)) throw error;
      throw handlerError(400, 'the regular expressions of this request take too long on the labels there are');
    }
  }

  #receiverPattern(): Matcher | undefined {
    const pattern = this.#query.last('receiver');
    if (!pattern) return undefined;
    try {
      return this.#counted(createMatcher('=~', 'receiver', pattern));
    } catch (error) {
      throw handlerError(400, `failed to parse receiver param: ${(error as Error).message}`);
    }
  }

  #read(parameter: string, complaint: string): readonly Matcher[] {
    return this.#query.all(parameter).map((text) => {
      if (!text.isWellFormed()) {
        throw handlerError(400, `${complaint}matcher value not valid UTF-8: ${text.replace(/^[^=!~]*[=!~]+/, '')}`);
      }
      try {
        const { matcher, warnings } = parseMatcher(text, this.#reader.mode);
        for (const warning of warnings) this.#reader.warn(warning);
        return this.#counted(matcher);
      } catch (error) {
        throw handlerError(400, complaint + (error as Error).message);
      }
    });
  }

  #counted(matcher: Matcher): Matcher {
    this.#instructions += matcher.instructions;
    if (this.#instructions <= MOST_INSTRUCTIONS) return matcher;
    throw new Error(
      `the regular expressions of this request are too large: together they need ${this.#instructions} instructions ` +
        `(limit: ${MOST_INSTRUCTIONS})`,
    );
  }
}
