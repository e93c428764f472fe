import { LabelSet } from '../../../alert/label-set.ts';
import type { MatcherSpec } from '../../../alert/matcher.ts';
import { dateTimeError } from '../../../sources/prometheus/date-time-error.ts';
import { parseTimestamp } from '../../../time/timestamp.ts';
import { requestError, required } from './errors.ts';
import { badBody } from './request.ts';

/** The body of POST /silences, its shape checked and nothing more. Times are ms since 1970. */
export interface PostedSilence {
  /** '' for a new silence. */
  readonly id: string;
  readonly matchers: readonly MatcherSpec[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelSet;
}

type Fields = Map<string, unknown>;

/**
 * Reads the body as go-openapi does: first the types, in the order of the text, then what is required, by name.
 * @throws HttpError 400, 422
 */
export function readSilence(body: unknown): PostedSilence {
  const fields = readObject(body, 'Go value of type struct { ID string "json:\\"id,omitempty\\"" }') ?? new Map();
  const id = readText(fields.get('id'), '.id') ?? '';
  const silence: Partial<Record<string, unknown>> = {};
  for (const [name, value] of fields) silence[name] = READERS[name]?.(value);
  for (const name of ['comment', 'createdby', 'endsat', 'matchers', 'startsat']) {
    if (silence[name] === undefined) throw required(NAMES[name] ?? name);
    if (name === 'matchers') checkMatchers(silence.matchers as PartialMatcher[]);
  }
  return {
    id,
    matchers: (silence.matchers as PartialMatcher[]).map(toMatcher),
    startsAt: silence.startsat as number,
    endsAt: silence.endsat as number,
    createdBy: silence.createdby as string,
    comment: silence.comment as string,
    annotations: (silence.annotations as LabelSet | undefined) ?? LabelSet.empty,
  };
}

const NAMES: Readonly<Record<string, string>> = { createdby: 'createdBy', endsat: 'endsAt', startsat: 'startsAt' };

/** By name in lower case: Go matches property names in any case. */
const READERS: Readonly<Record<string, (value: unknown) => unknown>> = Object.assign(Object.create(null), {
  comment: (value: unknown) => readText(value, 'Silence.comment'),
  createdby: (value: unknown) => readText(value, 'Silence.createdBy'),
  startsat: (value: unknown) => readTime(value, 'startsAt'),
  endsat: (value: unknown) => readTime(value, 'endsAt'),
  matchers: readMatchers,
  annotations: readAnnotations,
});

interface PartialMatcher {
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly isRegex: boolean | undefined;
  readonly isEqual: boolean | undefined;
}

function readMatchers(value: unknown): (PartialMatcher | undefined)[] | undefined {
  if (value === null) return undefined;
  if (!Array.isArray(value)) throw mismatch(value, 'Go struct field Silence.matchers of type models.Matchers');
  return value.map((item: unknown) => {
    const fields = readObject(item, 'Go struct field Silence.matchers of type models.Matcher');
    if (!fields) return undefined;
    return {
      isEqual: readBoolean(fields.get('isequal'), 'isEqual'),
      isRegex: readBoolean(fields.get('isregex'), 'isRegex'),
      name: readText(fields.get('name'), 'Matcher.matchers.name'),
      value: readText(fields.get('value'), 'Matcher.matchers.value'),
    };
  });
}

function checkMatchers(matchers: readonly (PartialMatcher | undefined)[]): void {
  if (matchers.length === 0) throw requestError(612, 'matchers in body should have at least 1 items');
  for (const [i, matcher] of matchers.entries()) {
    // Alertmanager drops the connection here; this answers in its words instead.
    if (!matcher) throw required(`matchers.${i}`);
    for (const name of ['isRegex', 'name', 'value'] as const) {
      if (matcher[name] === undefined) throw required(`matchers.${i}.${name}`);
    }
  }
}

function toMatcher({ name = '', value = '', isRegex, isEqual = true }: PartialMatcher): MatcherSpec {
  const type = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  return { name, type, value };
}

function readAnnotations(value: unknown): LabelSet | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw mismatch(value, 'Go struct field Silence.annotations of type models.LabelSet');
  }
  return LabelSet.from(
    Object.entries(value as object).map(([name, text]) => [name, readText(text, 'Silence.annotations') ?? ''] as const),
  );
}

/** An object's members by lower-case name, in order; undefined for null. */
function readObject(value: unknown, target: string): Fields | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, target);
  return new Map(Object.entries(value as object).map(([name, member]) => [name.toLowerCase(), member]));
}

function readText(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw mismatch(value, `Go struct field ${field} of type string`);
  return value;
}

function readBoolean(value: unknown, field: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw mismatch(value, `Go struct field Matcher.matchers.${field} of type bool`);
  return value;
}

function readTime(value: unknown, field: string): number | undefined {
  const text = readText(value, `Silence.${field}`);
  if (text === undefined) return undefined;
  const time = parseTimestamp(text);
  if (!time) throw badBody('silence', dateTimeError(text.slice(0, 2048)));
  return time.ms;
}

function mismatch(value: unknown, target: string): Error {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return badBody('silence', `json: cannot unmarshal ${kind} into ${target}`);
}
