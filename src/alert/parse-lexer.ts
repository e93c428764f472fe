import { hasReserved, isSpace } from './quote.ts';

export type TokenKind = 'end' | '{' | '}' | ',' | '=' | '!=' | '=~' | '!~' | 'quoted' | 'unquoted';

/** `text` as written; `start` and `end` are columns, counted in characters (code points) from 0. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Cuts the UTF-8 matcher grammar into tokens, with one token of look-ahead. Errors carry Alertmanager's texts. */
export class Lexer {
  readonly #chars: readonly string[];
  #at = 0;
  #column = 0;
  #ahead: Token | undefined;

  constructor(input: string) {
    this.#chars = [...input];
  }

  /** The end column of the last token taken. */
  get column(): number {
    return this.#column;
  }

  /**
   * The token that next() will give.
   * @param expected what the grammar asks for here; ends the error's text.
   * @throws Error where the input is no token.
   */
  peek(expected?: string): Token {
    try {
      this.#ahead ??= this.#scan();
      return this.#ahead;
    } catch (error) {
      throw expected === undefined ? error : new Error(`${(error as Error).message}: ${expected}`);
    }
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    this.#column = token.end;
    return token;
  }

  #scan(): Token {
    while (isSpace(this.#chars[this.#at] ?? '')) this.#at++;
    const start = this.#at;
    const char = this.#chars[start];
    if (char === undefined) return { kind: 'end', text: '', start, end: start };
    if (char === '{' || char === '}' || char === ',') return this.#token(char, start, start + 1);
    if (char === '=' || char === '!') return this.#operator(char, start);
    if (char === '"') return this.#quoted(start);
    if (hasReserved(char)) throw new Error(`${start}:${start + 1}: ${char}: invalid input`);
    let end = start + 1;
    while (end < this.#chars.length && !hasReserved(this.#chars[end] as string)) end++;
    return this.#token('unquoted', start, end);
  }

  #operator(first: '=' | '!', start: number): Token {
    const second = this.#chars[start + 1];
    if (second === '~') return this.#token(`${first}~`, start, start + 2);
    if (first === '=') return this.#token('=', start, start + 1);
    if (second === '=') return this.#token('!=', start, start + 2);
    const end = start + 1;
    if (end >= this.#chars.length) {
      throw new Error(`${start}:${end}: unexpected end of input, expected one of '=~'`);
    }
    throw new Error(`${start}:${end}: !: expected one of '=~'`);
  }

  #quoted(start: number): Token {
    let end = start + 1;
    while (end < this.#chars.length && this.#chars[end] !== '"') end += this.#chars[end] === '\\' ? 2 : 1;
    if (end < this.#chars.length) return this.#token('quoted', start, end + 1);
    const length = this.#chars.length;
    throw new Error(`${start}:${length}: ${this.#chars.slice(start).join('')}: missing end "`);
  }

  #token(kind: TokenKind, start: number, end: number): Token {
    this.#at = end;
    return { kind, text: this.#chars.slice(start, end).join(''), start, end };
  }
}
