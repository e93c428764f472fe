/** Go's regular expressions, by RE2. */
import { RE2JS } from 're2js';
import { checkRegexp } from '../../regexp/regexp.ts';
import { type Budget, LARGEST_VALUE, LimitFailure } from '../budget.ts';
import { Failure } from '../errors.ts';
import { quote } from '../quote.ts';

const REMEMBERED = 200;
const compiled = new Map<string, RE2JS | Failure>();

/** @throws Failure "error parsing regexp: ..." */
function compile(pattern: string): RE2JS {
  let result = compiled.get(pattern);
  if (result === undefined) {
    result = tryCompile(pattern);
    if (compiled.size >= REMEMBERED) compiled.delete(compiled.keys().next().value as string);
    compiled.set(pattern, result);
  }
  if (result instanceof Failure) throw result;
  return result;
}

function tryCompile(pattern: string): RE2JS | Failure {
  if (!pattern.isWellFormed()) {
    return new Failure(`error parsing regexp: invalid UTF-8: \`${pattern.slice(pattern.search(/\p{Surrogate}/u))}\``);
  }
  try {
    checkRegexp(pattern);
    return RE2JS.compile(pattern);
  } catch (error) {
    return new Failure((error as Error).message);
  }
}

/** Steps for a character of a text that is searched. */
const PER_CHARACTER = 2;

/** Anywhere in the text. @throws Failure */
export function matches(pattern: string, text: string, budget: Budget): boolean {
  budget.step(text.length * PER_CHARACTER);
  return compile(pattern).matcher(text).find();
}

/** Go's ReplaceAllString. @throws Failure */
export function replaceAll(pattern: string, replacement: string, text: string, budget: Budget): string {
  budget.step(text.length * PER_CHARACTER);
  const expression = compileOrPanic(pattern);
  const matcher = expression.matcher(text);
  const template = parseReplacement(replacement, expression.namedGroups());
  const parts: string[] = [];
  let size = 0;
  const add = (part: string): void => {
    size += part.length;
    if (size > LARGEST_VALUE) throw new LimitFailure(`the text passes ${LARGEST_VALUE} characters`);
    parts.push(part);
  };
  let from = 0;
  let copied = 0;
  while (from <= text.length && matcher.find(from)) {
    const start = matcher.start();
    const end = matcher.end();
    add(text.slice(copied, start));
    // An empty match directly behind a match counts for nothing.
    if (end > copied || start === 0) {
      for (const piece of template) {
        add(typeof piece === 'string' ? piece : piece > matcher.groupCount() ? '' : (matcher.group(piece) ?? ''));
      }
    }
    copied = end;
    const next = from + characterLength(text, from);
    from = next > end ? next : end;
  }
  add(text.slice(copied));
  return parts.join('');
}

function compileOrPanic(pattern: string): RE2JS {
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

function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

const REFERENCE = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/** Texts and numbers of groups; a name that no group has gives nothing. */
function parseReplacement(replacement: string, names: Readonly<Record<string, number>>): readonly (string | number)[] {
  const pieces: (string | number)[] = [];
  let at = 0;
  for (const match of replacement.matchAll(REFERENCE)) {
    pieces.push(replacement.slice(at, match.index));
    at = match.index + match[0].length;
    const name = match[1] ?? match[2];
    if (name === undefined) pieces.push('$');
    else if (/^(?:0|[1-9]\d{0,7})$/.test(name)) pieces.push(Number(name));
    else if (Object.hasOwn(names, name)) pieces.push(names[name] ?? 0);
  }
  pieces.push(replacement.slice(at));
  return pieces.filter((piece) => piece !== '');
}
