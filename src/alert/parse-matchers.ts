import { goQuote } from './label-set.ts';
import { type Matcher, sameMatcher } from './matcher.ts';
import { parseClassicMatcher, parseClassicMatchers } from './parse-classic.ts';
import { parseUtf8Matcher, parseUtf8Matchers } from './parse-utf8.ts';

/** Which grammar is in force (`--enable-feature=classic-mode|utf8-strict-mode`; fallback is the default). */
export type MatcherMode = 'fallback' | 'classic' | 'utf8';

/** `warnings`: what the user should rewrite, a sentence each; they go to the log. */
export interface ParsedMatchers {
  readonly matchers: Matcher[];
  readonly warnings: string[];
}

/** Parses a list such as `{a="b", c=~"d.*"}` (an item of `matchers:`). @throws Error with Alertmanager's text. */
export function parseMatchers(input: string, mode: MatcherMode): ParsedMatchers {
  if (mode === 'classic') return { matchers: parseClassicMatchers(input), warnings: [] };
  if (mode === 'utf8') return { matchers: parseUtf8Matchers(input), warnings: [] };
  return fallback(input, parseUtf8Matchers, parseClassicMatchers);
}

/** Parses exactly one matcher (API filters, the command line). @throws Error with Alertmanager's text. */
export function parseMatcher(input: string, mode: MatcherMode): { matcher: Matcher; warnings: string[] } {
  if (mode === 'classic') return { matcher: parseClassicMatcher(input), warnings: [] };
  if (input.startsWith('{') || input.endsWith('}')) throw new Error(`unexpected open or close brace: ${input}`);
  if (mode === 'utf8') return { matcher: parseUtf8Matcher(input), warnings: [] };
  const parsed = fallback(
    input,
    (text) => [parseUtf8Matcher(text)],
    (text) => [parseClassicMatcher(text)],
  );
  return { matcher: parsed.matchers[0] as Matcher, warnings: parsed.warnings };
}

/** Label names of alerts, annotations, silences, group_by and route labels. */
export function isValidLabelName(name: string, mode: MatcherMode): boolean {
  if (mode === 'classic') return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
  return name !== '' && name.isWellFormed();
}

type Parse = (input: string) => Matcher[];

/** Alertmanager's fallback: where the grammars disagree the classic one is right, also about the error. */
function fallback(input: string, parseUtf8: Parse, parseClassic: Parse): ParsedMatchers {
  const utf8 = attempt(parseUtf8, input);
  const classic = attempt(parseClassic, input);
  if (utf8 instanceof Error) {
    if (classic instanceof Error) throw classic;
    return {
      matchers: classic,
      warnings: [
        `matchers ${goQuote(input)} are read by the classic grammar: the UTF-8 grammar does not know them ` +
          `(${utf8.message}); write ${classic.join(',') || '{}'} instead`,
      ],
    };
  }
  if (classic instanceof Error || sameList(utf8, classic)) return { matchers: utf8, warnings: [] };
  return {
    matchers: classic,
    warnings: [
      `matchers input has disagreement: the classic grammar reads ${goQuote(input)} as ${classic.join(',')}, ` +
        `the UTF-8 grammar as ${utf8.join(',')}; the classic reading is used`,
    ],
  };
}

function attempt(parse: Parse, input: string): Matcher[] | Error {
  try {
    return parse(input);
  } catch (error) {
    return error as Error;
  }
}

function sameList(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return a.length === b.length && a.every((matcher, i) => sameMatcher(matcher, b[i] as Matcher));
}
