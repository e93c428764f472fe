import { replaceAll } from '../../regexp/replacement.ts';
import type { StepTotal } from '../../regexp/step-budget.ts';
import { compileText } from '../../regexp/text-regexp.ts';
import { countText } from '../count-text.ts';
import { type Helpers, listOf, type Rendering, TooLargeError, textOf } from '../helper.ts';
import { OUTPUT_CAP, STEP_CAP } from '../limits.ts';
import { visibleLine } from '../visible-text.ts';

/** Alertmanager's text functions. Subjects come last, as there, so a pipeline reads as nested calls. */
export const stringHelpers: Helpers = {
  toUpper: ([text]) => textOf(text).toUpperCase(),
  toLower: ([text]) => textOf(text).toLowerCase(),
  title: ([text]) => titleCase(textOf(text)),
  trimSpace: ([text]) => textOf(text).trim(),
  /** `join ", " list` */
  join: ([separator, list]) => listOf(list).map(textOf).join(textOf(separator)),
  /** `match "^db-" labels.instance`: RE2, not anchored, in linear time. */
  match: ([pattern, text], { rendering }) => compileText(textOf(pattern)).test(textOf(text), stepsOf(rendering)),
  /** `reReplaceAll "(.*):.*" "$1" labels.instance`: RE2, with Go's `$1`, `${name}` and `$$`. */
  reReplaceAll: ([pattern, replacement, text], { rendering }) =>
    replace(textOf(pattern), textOf(replacement), textOf(text), rendering),
  stringSlice: (args) => args.map(textOf),
  urlUnescape: ([text]) => urlUnescape(textOf(text)),
  urlquery: (args) => encodeURIComponent(args.map(textOf).join('')).replaceAll('%20', '+'),
  /** As Go's fmt.Sprint: a blank between two operands of which neither is a text. */
  print: (args) =>
    args.reduce<string>((text, arg, i) => {
      const isApart = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string';
      return `${text}${isApart ? ' ' : ''}${textOf(arg)}`;
    }, ''),
  hasPrefix: ([prefix, text]) => textOf(text).startsWith(textOf(prefix)),
  hasSuffix: ([suffix, text]) => textOf(text).endsWith(textOf(suffix)),
  contains: ([part, text]) => textOf(text).includes(textOf(part)),
  toJson: ([value]) => goJson(value),
  base64encode: ([text]) => {
    const encoded = Buffer.from(textOf(text)).toString('base64url');
    return encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '=');
  },
  base64decode: ([text]) => {
    const source = textOf(text).replace(/[\r\n]/g, '');
    if (source.length % 4 !== 0 || !/^[\w-]*={0,2}$/.test(source)) throw new Error('illegal base64 data');
    return Buffer.from(source, 'base64url').toString();
  },
  /** `truncate 80 text`: one line of at most so many characters. */
  truncate: ([length, text]) => visibleLine(textOf(text), Math.max(1, Number(textOf(length)) || 80)),
  /** `plural 3 "alert"` is `3 alerts`; `plural n "match" "matches"` names an irregular one. */
  plural: ([count, one, many]) => {
    const number = Number(textOf(count)) || 0;
    return `${countText(number)} ${number === 1 ? textOf(one) : textOf(many ?? `${textOf(one)}s`)}`;
  },
};

/** As many of a regular expression take about the time of one of a template. */
const PER_TEMPLATE_STEP = 50;

/** What regular expressions take counts for the rendering. */
function stepsOf({ budget }: Rendering): StepTotal {
  return {
    take(steps: number): void {
      budget.steps += steps / PER_TEMPLATE_STEP;
      if (budget.steps > STEP_CAP) throw new TooLargeError('regular expressions');
    },
  };
}

function replace(pattern: string, replacement: string, text: string, rendering: Rendering): string {
  try {
    return replaceAll(compileText(pattern), replacement, text, OUTPUT_CAP, stepsOf(rendering));
  } catch (error) {
    throw error instanceof RangeError ? new TooLargeError('reReplaceAll') : error;
  }
}

function urlUnescape(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Error(`invalid URL escape in ${JSON.stringify(text.slice(0, 100))}`);
  }
}

let words: Intl.Segmenter | undefined;

/** Go's cases.Title: the first letter of each word large, the others small. */
function titleCase(text: string): string {
  words ??= new Intl.Segmenter('en', { granularity: 'word' });
  let out = '';
  for (const { segment } of words.segment(text)) {
    const [first = ''] = segment;
    out += first.toUpperCase() + segment.slice(first.length).toLowerCase();
  }
  return out;
}

/** As Go's json.Marshal: maps in key order, HTML's characters escaped. */
function goJson(value: unknown): string {
  const json = JSON.stringify(value ?? null, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    const sorted = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(member).sort()) sorted[key] = (member as Record<string, unknown>)[key];
    return sorted;
  });
  return (json ?? 'null').replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
