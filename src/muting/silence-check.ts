import { goQuote } from '../alert/label-set.ts';
import { createMatcher, type Matcher, type MatcherSpec } from '../alert/matcher.ts';
import { isValidLabelName, type MatcherMode } from '../alert/parse-matchers.ts';
import { MOST_INSTRUCTIONS } from '../regexp/program.ts';
import { checkRegexp } from '../regexp/regexp.ts';
import { SilenceError, type SilenceInput } from './silence.ts';

/**
 * Checks what a user asks for, in Alertmanager's order, and compiles the matchers. That of the times comes from its
 * API, the rest from its store.
 * @throws SilenceError
 */
export function checkSilence(input: SilenceInput, mode: MatcherMode, now: number): Matcher[][] {
  if (input.startsAt >= input.endsAt) {
    throw new SilenceError('invalid', 'Failed to create silence: start time must be before end time');
  }
  if (input.endsAt < now) {
    throw new SilenceError('invalid', "Failed to create silence: end time can't be in the past");
  }
  if (input.matcherSets.length === 0) throw invalid('at least one matcher set required');
  const size = new SizeCheck();
  return input.matcherSets.map((set, i) => checkSet(set, i, mode, size));
}

/** Of all sets of a silence: each is tested against each new alert, and kept. */
const MOST_MATCHERS = 1_000;

/** The regular expressions of one silence together may be no larger than one. */
class SizeCheck {
  #matchers = 0;
  #instructions = 0;

  add(matcher: Matcher): Matcher {
    if (++this.#matchers > MOST_MATCHERS) throw new Error(`a silence may have ${MOST_MATCHERS} matchers`);
    this.#instructions += matcher.instructions;
    if (this.#instructions <= MOST_INSTRUCTIONS) return matcher;
    throw new Error(
      `the silence's regular expressions are too large: together they need more than ${MOST_INSTRUCTIONS} instructions`,
    );
  }
}

function checkSet(set: readonly MatcherSpec[], index: number, mode: MatcherMode, size: SizeCheck): Matcher[] {
  if (set.length === 0) throw invalid(`matcher set ${index} is empty`);
  const matchers = set.map((spec, i) => {
    try {
      return size.add(checkMatcher(spec, mode));
    } catch (error) {
      throw invalid(`invalid label matcher ${i} in set ${index}: ${(error as Error).message}`);
    }
  });
  if (matchers.every(matchesEmpty)) {
    throw invalid(`matcher set ${index}: at least one matcher must not match the empty string`);
  }
  return matchers;
}

function checkMatcher({ name, type, value }: MatcherSpec, mode: MatcherMode): Matcher {
  if (!isValidLabelName(name, mode)) throw new Error(`invalid label name ${goQuote(name)}`);
  if (type === '=' || type === '!=') {
    if (!value.isWellFormed()) throw new Error(`invalid label value ${goQuote(value)}`);
    return createMatcher(type, name, value);
  }
  try {
    // First without the anchors, which would show in the error and could repair a pattern such as `)(`.
    checkRegexp(value);
    return createMatcher(type, name, value);
  } catch (error) {
    throw new Error(`invalid regular expression ${goQuote(value)}: ${(error as Error).message}`);
  }
}

/** `!=` and `!~` never count, as in Alertmanager. */
function matchesEmpty(matcher: Matcher): boolean {
  return (matcher.type === '=' || matcher.type === '=~') && matcher.matchesValue('');
}

function invalid(message: string): SilenceError {
  return new SilenceError('invalid', `invalid silence: ${message}`);
}
