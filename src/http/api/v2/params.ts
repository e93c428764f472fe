import type { Request } from 'express';
import type { LabelSet } from '../../../alert/label-set.ts';
import { createMatcher, type Matcher, matchesAll } from '../../../alert/matcher.ts';
import { type MatcherMode, parseMatcher } from '../../../alert/parse-matchers.ts';
import { handlerError } from './errors.ts';

/** Query parameters as Go reads them: pairs with a bad escape or a semicolon are left out, never an error. */
export class Query {
  readonly #values = new Map<string, string[]>();

  constructor(request: Request) {
    const url = request.url;
    const start = url.indexOf('?');
    if (start < 0) return;
    for (const pair of url.slice(start + 1).split('&')) this.#add(pair);
  }

  #add(pair: string): void {
    if (pair === '' || pair.includes(';')) return;
    const [name, ...rest] = pair.split('=');
    const key = decode(name as string);
    const value = decode(rest.join('='));
    if (key === undefined || value === undefined) return;
    const values = this.#values.get(key);
    if (values) values.push(value);
    else this.#values.set(key, [value]);
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Of a repeated parameter the last value. */
  last(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** go-openapi's booleans: an empty value is the default, anything that does not mean yes is false. */
  flag(name: string): boolean {
    const value = this.last(name);
    return value === undefined || value === '' || YES.has(value.toLowerCase());
  }

  /** All parameters, last value wins. */
  toObject(): Readonly<Record<string, string>> {
    const object = Object.create(null) as Record<string, string>;
    for (const [name, values] of this.#values) object[name] = values.at(-1) as string;
    return object;
  }
}

const YES = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

function decode(text: string): string | undefined {
  if (/%(?![\da-fA-F]{2})/.test(text)) return undefined;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Bytes that are not UTF-8 become lone surrogates, which the matchers' grammar refuses as such.
    const bytes = spaced.replace(/%([\da-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\ufffd', '\udcff');
  }
}

/** How matchers in parameters are read. */
export interface MatcherReader {
  readonly mode: MatcherMode;
  /** Takes what a user should rewrite. */
  warn(warning: string): void;
}

/** `filter`: each value exactly one matcher. @throws HttpError 400 with the matcher's error */
export function filterMatchers(query: Query, reader: MatcherReader): readonly Matcher[] {
  return readMatchers(query.all('filter'), reader, '');
}

/** @throws HttpError 400 */
export function receiverMatchers(query: Query, reader: MatcherReader): readonly Matcher[] {
  return readMatchers(query.all('receiver_matchers'), reader, 'failed to parse receiver_matchers param: ');
}

function readMatchers(texts: readonly string[], reader: MatcherReader, complaint: string): readonly Matcher[] {
  return texts.map((text) => {
    if (!text.isWellFormed()) {
      throw handlerError(400, `${complaint}matcher value not valid UTF-8: ${text.replace(/^[^=!~]*[=!~]+/, '')}`);
    }
    try {
      const { matcher, warnings } = parseMatcher(text, reader.mode);
      for (const warning of warnings) reader.warn(warning);
      return matcher;
    } catch (error) {
      throw handlerError(400, complaint + (error as Error).message);
    }
  });
}

/** `receiver` and `receiver_matchers` together: which receivers are asked for. */
export interface ReceiverFilter {
  /** Nothing was asked: every receiver passes. */
  readonly all: boolean;
  matches(name: string, labels: LabelSet): boolean;
}

/** @throws HttpError 400 */
export function receiverFilter(query: Query, reader: MatcherReader): ReceiverFilter {
  const name = receiverPattern(query.last('receiver'));
  const matchers = receiverMatchers(query, reader);
  return {
    all: !name && matchers.length === 0,
    matches: (receiver, labels) => (!name || name.matchesValue(receiver)) && matchesAll(matchers, labels),
  };
}

function receiverPattern(pattern: string | undefined): Matcher | undefined {
  if (!pattern) return undefined;
  try {
    return createMatcher('=~', 'receiver', pattern);
  } catch (error) {
    throw handlerError(400, `failed to parse receiver param: ${(error as Error).message}`);
  }
}
