import { Time } from '../../time/go-time.ts';
import { isStray, runes } from '../bytes.ts';
import { Failure } from '../errors.ts';
import { stringMethod } from '../fmt.ts';
import { toJson } from '../json.ts';
import { Pointer, type Value } from '../value.ts';

/** A value as an expression of a script. */
export function scriptValue(value: Value): string {
  const target = value instanceof Pointer ? value.target : (value ?? null);
  // Times have a form of their own in JSON; what else has a String() is taken by that.
  const shown = target instanceof Time ? target : (stringMethod(target) ?? target);
  let json: string;
  try {
    json = toJson(shown);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return ` /* ${withoutEnds(error.message)} */null `;
  }
  const safe = json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  // A word or number must not run into the one beside it.
  return /^[\w$]|[\w$]$/.test(safe) ? ` ${safe} ` : safe;
}

function withoutEnds(text: string): string {
  return text
    .replace(/<(\/?)script/gi, '\\x3C$1script')
    .replaceAll('*/', '* /')
    .replaceAll('<!--', '\\x3C!--');
}

const IN_STRING: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\u0022',
  '`': '\\u0060',
  '&': '\\u0026',
  "'": '\\u0027',
  '+': '\\u002b',
  '/': '\\/',
  '<': '\\u003c',
  '>': '\\u003e',
  '\\': '\\\\',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};
const IN_TEMPLATE = { ...IN_STRING, $: '\\u0024', '{': '\\u007b', '}': '\\u007d' };
const { '`': _, ...inRegexp } = IN_STRING;
const IN_REGEXP: Readonly<Record<string, string>> = {
  ...inRegexp,
  ...Object.fromEntries(Array.from('$()*-.?[]^{|}', (character) => [character, `\\${character}`])),
};

export function escapeScriptString(text: string): string {
  return replace(text, IN_STRING);
}

export function escapeTemplateLiteral(text: string): string {
  return replace(text, IN_TEMPLATE);
}

/** An empty one would make a comment of the slashes around it. */
export function escapeScriptRegexp(text: string): string {
  return replace(text, IN_REGEXP) || '(?:)';
}

function replace(text: string, replacements: Readonly<Record<string, string>>): string {
  let replaced = '';
  for (const character of runes(text)) {
    const code = character.charCodeAt(0);
    const control = code < 0x20 && !isStray(code) ? `\\u${code.toString(16).padStart(4, '0')}` : character;
    replaced += replacements[character] ?? control;
  }
  return replaced;
}
