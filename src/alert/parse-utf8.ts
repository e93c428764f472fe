import { createMatcher, type Matcher, type MatchType } from './matcher.ts';
import { Lexer, type Token, type TokenKind } from './parse-lexer.ts';
import { goUnquote } from './quote.ts';

/** Alertmanager's UTF-8 matcher grammar (matcher/parse): `[{] matcher {, matcher} [,] [}]`. */

const OPERATORS: readonly TokenKind[] = ['=', '!=', '=~', '!~'];
const WORDS: readonly TokenKind[] = ['quoted', 'unquoted'];

/** @throws Error with Alertmanager's text, which carries `startcolumn:endcolumn:`. */
export function parseUtf8Matchers(input: string): Matcher[] {
  const lexer = new Lexer(input);
  const matchers: Matcher[] = [];
  const first = lexer.peek();
  const braced = first.kind === '{';
  if (braced) lexer.next();
  else if (first.kind === 'end') return matchers;

  for (let more = !isEnd(lexer.peek()); more; more = hasNext(lexer)) matchers.push(parseMatcher(lexer));

  closeBrace(lexer, braced);
  const expected = 'expected end of input';
  const rest = lexer.peek(expected);
  if (rest.kind !== 'end') throw new Error(`${at(rest)}: ${rest.text}: ${expected}`);
  return matchers;
}

/** Exactly one matcher. @throws Error with Alertmanager's text. */
export function parseUtf8Matcher(input: string): Matcher {
  const matchers = parseUtf8Matchers(input);
  const [matcher] = matchers;
  if (!matcher) throw new Error('no matchers');
  if (matchers.length > 1) throw new Error(`expected 1 matcher, found ${matchers.length}`);
  return matcher;
}

function parseMatcher(lexer: Lexer): Matcher {
  const name = unquote(expect(lexer, WORDS, 'expected label name'));
  const operator = expect(lexer, OPERATORS, "expected an operator such as '=', '!=', '=~' or '!~'");
  const value = unquote(expect(lexer, WORDS, 'expected label value'));
  try {
    return createMatcher(operator.kind as MatchType, name, value);
  } catch (error) {
    throw new Error(`failed to create matcher: ${(error as Error).message}`);
  }
}

/** After a matcher: takes the comma, if any, and says whether another matcher follows. */
function hasNext(lexer: Lexer): boolean {
  const separator = 'expected a comma or close brace';
  if (isEnd(lexer.peek(separator))) return false;
  expect(lexer, [','], separator);
  const expected = 'expected a matcher or close brace after comma';
  const token = lexer.peek(expected);
  if (isEnd(token)) return false;
  if (!WORDS.includes(token.kind)) throw unexpected(token, expected);
  return true;
}

function closeBrace(lexer: Lexer, braced: boolean): void {
  const closed = lexer.peek().kind === '}';
  const before = lexer.column;
  if (closed) lexer.next();
  if (braced && !closed) throw new Error(`0:${before}: end of input: expected close brace`);
  if (!braced && closed) throw new Error(`0:${lexer.column}: }: expected opening brace`);
}

function expect(lexer: Lexer, kinds: readonly TokenKind[], expected: string): Token {
  const token = lexer.peek(expected);
  if (!kinds.includes(token.kind)) throw unexpected(token, expected);
  return lexer.next();
}

function unquote(token: Token): string {
  const text = token.kind === 'quoted' ? goUnquote(token.text) : token.text;
  if (text === undefined) throw new Error(`${at(token)}: ${token.text}: invalid input`);
  return text;
}

function unexpected(token: Token, expected: string): Error {
  const what = token.kind === 'end' ? 'end of input' : `${at(token)}: unexpected ${token.text}`;
  return new Error(`${what}: ${expected}`);
}

function isEnd(token: Token): boolean {
  return token.kind === 'end' || token.kind === '}';
}

function at(token: Token): string {
  return `${token.start}:${token.end}`;
}
