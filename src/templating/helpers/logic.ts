import { compareBytes } from '../../alert/label-set.ts';
import { type Helpers, isTrue, textOf } from '../helper.ts';

/** Go's comparisons and connectives. A number compared with a text compares as numbers: labels are always texts. */
export const logicHelpers: Helpers = {
  /** True when the first equals any of the others, as in Go. */
  eq: ([first, ...others]) => others.some((other) => compare(first, other) === 0),
  ne: ([a, b]) => compare(a, b) !== 0,
  lt: ([a, b]) => compare(a, b) < 0,
  le: ([a, b]) => compare(a, b) <= 0,
  gt: ([a, b]) => compare(a, b) > 0,
  ge: ([a, b]) => compare(a, b) >= 0,
  /** The first that is false, else the last. */
  and: (args) => args.find((arg) => !isTrue(arg)) ?? (args.every(isTrue) ? args.at(-1) : false),
  /** The first that is true, else the last. */
  or: (args) => args.find(isTrue) ?? args.at(-1),
  not: ([value]) => !isTrue(value),
  /** `default "none" labels.team`: the value, or the first argument where it is empty. */
  default: ([fallback, value]) => (isTrue(value) ? value : fallback),
  add: (args) => args.reduce<number>((sum, arg) => sum + numberOf(arg), 0),
  sub: ([a, b]) => numberOf(a) - numberOf(b),
};

function numberOf(value: unknown): number {
  const number = Number(textOf(value));
  return Number.isFinite(number) ? number : 0;
}

/** NaN, which is neither less nor equal nor greater, where a number meets something that is none. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' || typeof b === 'number') {
    if (textOf(a).trim() === '' || textOf(b).trim() === '') return Number.NaN;
    return Number(textOf(a)) - Number(textOf(b));
  }
  return compareBytes(textOf(a), textOf(b));
}
