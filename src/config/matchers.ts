import { goQuote } from '../alert/label-set.ts';
import { compareMatchers, createMatcher, type Matcher } from '../alert/matcher.ts';
import { parseMatchers } from '../alert/parse-matchers.ts';
import { checkRegexp } from '../regexp/regexp.ts';
import { type Field, map } from './field.ts';
import type { Place } from './place.ts';
import { string } from './scalars.ts';

/** `matchers:` a list of texts, each with one or more matchers, all of which must match. Sorted. */
export const matchers: Field<readonly Matcher[]> = {
  read(place) {
    if (place.node.kind !== 'sequence') {
      place.report(
        `expected a list of matchers such as ['severity="critical"'], found ${place.node.kind === 'scalar' ? 'text' : 'a mapping'}`,
      );
      return undefined;
    }
    return place.items().flatMap(readMatchers).sort(compareMatchers);
  },
  write: (values) => values.map(String),
};

function readMatchers(place: Place): Matcher[] {
  const text = string.read(place);
  if (text === undefined) return [];
  try {
    const parsed = parseMatchers(text, place.context.mode);
    for (const warning of parsed.warnings) place.warn(warning);
    return parsed.matchers;
  } catch (error) {
    place.report(explained((error as Error).message));
    return [];
  }
}

/** Alertmanager's text, with what it leaves open. */
function explained(message: string): string {
  if (!message.startsWith('bad matcher format')) return message;
  return `${message} (expected name="value", name!="value", name=~"regexp" or name!~"regexp")`;
}

const texts = map(string);

/** `match:` label name to the exact value. Names are classic ones. */
export const match: Field<ReadonlyMap<string, string>> = {
  read(place) {
    checkClassicNames(place);
    return texts.read(place);
  },
  write: (values) => texts.write(values),
};

/** `match_re:` label name to a pattern for the whole value. */
export const matchRe: Field<ReadonlyMap<string, string>> = {
  read(place) {
    if (place.node.kind !== 'mapping') return texts.read(place);
    checkClassicNames(place);
    const values = new Map<string, string>();
    for (const { key, value } of place.node.entries) {
      const child = place.child(key.text, value);
      if (child.isNull) child.report(`invalid regexp value for ${goQuote(key.text)}`);
      const pattern = child.isNull ? undefined : string.read(child);
      if (pattern !== undefined && isPattern(child, pattern)) values.set(key.text, pattern);
    }
    return values;
  },
  write: (values) => texts.write(values),
};

/** match and match_re as matchers. A pattern's anchored form is the matcher's value, as Alertmanager shows it. */
export function toMatchers(
  exact: ReadonlyMap<string, string> | undefined,
  patterns: ReadonlyMap<string, string> | undefined,
): Matcher[] {
  return [
    ...[...(exact ?? [])].map(([name, value]) => createMatcher('=', name, value)),
    ...[...(patterns ?? [])].map(([name, pattern]) => createMatcher('=~', name, anchored(pattern))),
  ];
}

function anchored(pattern: string): string {
  return `^(?:${pattern})$`;
}

function isPattern(place: Place, pattern: string): boolean {
  try {
    checkRegexp(anchored(pattern));
    return true;
  } catch (error) {
    place.report((error as Error).message);
    return false;
  }
}

function checkClassicNames(place: Place): void {
  for (const { key, value } of place.node.kind === 'mapping' ? place.node.entries : []) {
    if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key.text)) continue;
    place.child(key.text, value).report(`invalid label name ${goQuote(key.text)}`, key);
  }
}
