/** Go's regular expressions, by RE2. */
import { replaceAll as replaceMatches } from '../../regexp/replacement.ts';
import { StepsExceededError, type StepTotal } from '../../regexp/step-budget.ts';
import { compileText, type TextRegexp } from '../../regexp/text-regexp.ts';
import { type Budget, LARGEST_VALUE, LimitFailure } from '../budget.ts';
import { Failure } from '../errors.ts';
import { quote } from '../quote.ts';

/** @throws Failure "error parsing regexp: ..." */
function compile(pattern: string): TextRegexp {
  if (!pattern.isWellFormed()) {
    throw new Failure(`error parsing regexp: invalid UTF-8: \`${pattern.slice(pattern.search(/\p{Surrogate}/u))}\``);
  }
  try {
    return compileText(pattern);
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

/** Anywhere in the text. @throws Failure */
export function matches(pattern: string, text: string, budget: Budget): boolean {
  const regexp = compile(pattern);
  return bounded(() => regexp.test(text, stepsOf(budget)));
}

/** Go's ReplaceAllString. @throws Failure */
export function replaceAll(pattern: string, replacement: string, text: string, budget: Budget): string {
  const regexp = compileOrPanic(pattern);
  return bounded(() => replaceMatches(regexp, replacement, text, LARGEST_VALUE, stepsOf(budget)));
}

/** What regular expressions take counts for the rendering. */
function stepsOf(budget: Budget): StepTotal {
  return { take: (steps) => budget.step(steps) };
}

/** @throws LimitFailure for what takes too long or grows too large. */
function bounded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StepsExceededError) throw new LimitFailure(error.message);
    if (error instanceof RangeError) throw new LimitFailure(`the text passes ${LARGEST_VALUE} characters`);
    throw error;
  }
}

function compileOrPanic(pattern: string): TextRegexp {
  try {
    return compile(pattern);
  } catch (error) {
    throw new Failure(`regexp: Compile(${backquoted(pattern)}): ${(error as Error).message}`);
  }
}

function backquoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these cannot stand between back quotes.
  return /[`\x00-\x08\x0a-\x1f\x7f\ufeff]/.test(text) ? quote(text) : `\`${text}\``;
}
