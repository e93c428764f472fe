import { isPrintable, quote } from './quote.ts';

export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'character'
  | 'complex'
  | '='
  | ':='
  | 'eof'
  | 'field'
  | 'identifier'
  | '{{'
  | '('
  | 'number'
  | '|'
  | 'raw string'
  | '}}'
  | ')'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'keyword'
  | 'dot'
  | 'nil';

export interface Token {
  readonly type: TokenType;
  /** Index in the source. */
  readonly pos: number;
  /** As written; of an error its message. */
  readonly text: string;
  /** From 1: where it starts. */
  readonly line: number;
}

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const WORD = /[\p{L}\p{Nd}_]+/uy;
const WORD_START = /[\p{L}\p{Nd}_]/uy;
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;
const SPACES = /[ \t\r\n]+/y;
const QUOTED = /(?:[^"\\\n]|\\[^\n])*"/y;
const CHARACTER = /(?:[^'\\\n]|\\[^\n])*'/y;
const TRIM_RIGHT = /[ \t\r\n]+$/;
/** What may follow a name, besides white space, the end of the input and `}}`. */
const TERMINATORS = new Set(['.', ',', '|', ':', ')', '(']);
const SINGLE: Readonly<Record<string, TokenType>> = { '=': '=', '|': '|', '(': '(', ')': ')' };

/** Cuts a template into tokens, one at a time, as the parser asks for them. An error is the last token. */
export class Lexer {
  readonly #input: string;
  #pos = 0;
  #line = 1;
  /** The first line break that #line does not count; Infinity: there is none. */
  #nextBreak: number;
  #insideAction = false;
  #parens = 0;

  constructor(input: string) {
    this.#input = input;
    this.#nextBreak = this.#breakFrom(0);
  }

  next(): Token {
    return this.#insideAction ? this.#action() : this.#text();
  }

  #text(): Token {
    for (;;) {
      const start = this.#pos;
      const open = this.#input.indexOf('{{', start);
      const end = open < 0 ? this.#input.length : open;
      this.#pos = end;
      if (end > start) {
        const text = this.#input.slice(start, end);
        const shown = open >= 0 && this.#trimsLeft(open + 2) ? text.replace(TRIM_RIGHT, '') : text;
        if (shown !== '') return this.#token('text', start, shown);
      }
      if (open < 0) return this.#token('eof', end, 'EOF');
      const marker = this.#trimsLeft(open + 2) ? 2 : 0;
      if (!this.#input.startsWith('/*', open + 2 + marker)) return this.#leftDelimiter(open, marker);
      const failed = this.#comment(open + 2 + marker);
      if (failed !== undefined) return failed;
    }
  }

  #leftDelimiter(open: number, marker: number): Token {
    this.#insideAction = true;
    this.#parens = 0;
    this.#pos = open + 2 + marker;
    return this.#token('{{', open, '{{');
  }

  /** Skips a comment. @returns an error token, if it is not closed as it must be. */
  #comment(start: number): Token | undefined {
    const end = this.#input.indexOf('*/', start + 2);
    if (end < 0) return this.#error(start, 'unclosed comment');
    this.#pos = end + 2;
    if (!this.#atRightDelimiter()) return this.#error(start, 'comment ends before closing delimiter');
    this.#skipRightDelimiter();
    return undefined;
  }

  #atRightDelimiter(): boolean {
    return this.#input.startsWith('}}', this.#pos) || this.#atTrimmingDelimiter(this.#pos);
  }

  #atTrimmingDelimiter(at: number): boolean {
    return isSpace(this.#input[at]) && this.#input.startsWith('-}}', at + 1);
  }

  /** @returns where the delimiter itself starts. */
  #skipRightDelimiter(): number {
    const trims = !this.#input.startsWith('}}', this.#pos);
    const start = this.#pos + (trims ? 2 : 0);
    this.#pos = start + 2;
    if (trims) this.#pos = this.#match(SPACES) ?? this.#pos;
    return start;
  }

  #trimsLeft(at: number): boolean {
    return this.#input[at] === '-' && isSpace(this.#input[at + 1]);
  }

  #action(): Token {
    const start = this.#pos;
    if (this.#atRightDelimiter()) {
      return this.#parens === 0 ? this.#rightDelimiter() : this.#error(start, 'unclosed left paren');
    }
    const char = this.#input[start];
    if (char === undefined) return this.#error(start, 'unclosed action');
    if (isSpace(char)) return this.#space(start);
    if (char === ':') {
      if (this.#input[start + 1] !== '=') return this.#error(start, 'expected :=');
      return this.#emit(':=', start, start + 2);
    }
    if (char === '"') return this.#delimited(QUOTED, 'string', 'unterminated quoted string');
    if (char === '`') return this.#raw(start);
    if (char === "'") return this.#delimited(CHARACTER, 'character', 'unterminated character constant');
    if (char === '$') return this.#name('variable', start);
    if (char === '.' && !isDigit(this.#input[start + 1])) {
      // At the very end a dot starts a number, as it does for Go.
      return start + 1 < this.#input.length ? this.#name('field', start) : this.#number(start);
    }
    if (char === '.' || char === '+' || char === '-' || isDigit(char)) return this.#number(start);
    if (this.#isWordAt(start)) return this.#identifier(start);
    return this.#single(char, start);
  }

  #rightDelimiter(): Token {
    const start = this.#skipRightDelimiter();
    this.#insideAction = false;
    return this.#token('}}', start, '}}');
  }

  #single(char: string, start: number): Token {
    if (char === '(') this.#parens++;
    if (char === ')' && --this.#parens < 0) return this.#error(start, 'unexpected right paren');
    const type = SINGLE[char];
    if (type !== undefined) return this.#emit(type, start, start + 1);
    if (char >= ' ' && char <= '~') return this.#emit('char', start, start + 1);
    return this.#error(start, `unrecognized character in action: ${describe(this.#codePoint(start))}`);
  }

  #space(start: number): Token {
    SPACES.lastIndex = start;
    SPACES.test(this.#input);
    const end = SPACES.lastIndex;
    // The last of the white space may belong to ` -}}`.
    return this.#emit('space', start, this.#atTrimmingDelimiter(end - 1) ? end - 1 : end);
  }

  #delimited(pattern: RegExp, type: TokenType, problem: string): Token {
    const start = this.#pos;
    this.#pos++;
    const end = this.#match(pattern);
    return end === undefined ? this.#error(start, problem) : this.#emit(type, start, end);
  }

  #raw(start: number): Token {
    const end = this.#input.indexOf('`', start + 1);
    return end < 0 ? this.#error(start, 'unterminated raw quoted string') : this.#emit('raw string', start, end + 1);
  }

  #name(type: 'field' | 'variable', start: number): Token {
    this.#pos = start + 1;
    if (this.#atTerminator()) return this.#emit(type === 'variable' ? 'variable' : 'dot', start, start + 1);
    const end = this.#match(WORD) ?? this.#pos;
    return this.#terminated(type, start, end);
  }

  #identifier(start: number): Token {
    const end = this.#match(WORD) ?? start;
    const word = this.#input.slice(start, end);
    const type =
      word === 'nil'
        ? 'nil'
        : KEYWORDS.has(word)
          ? 'keyword'
          : word === 'true' || word === 'false'
            ? 'bool'
            : 'identifier';
    return this.#terminated(type, start, end);
  }

  #terminated(type: TokenType, start: number, end: number): Token {
    this.#pos = end;
    if (!this.#atTerminator()) return this.#error(start, `bad character ${describe(this.#codePoint(end))}`);
    return this.#emit(type, start, end);
  }

  #atTerminator(): boolean {
    const char = this.#input[this.#pos];
    return char === undefined || isSpace(char) || TERMINATORS.has(char) || this.#input.startsWith('}}', this.#pos);
  }

  #number(start: number): Token {
    const bad = (end: number) => this.#error(start, `bad number syntax: ${quote(this.#input.slice(start, end))}`);
    let end = this.#match(NUMBER) ?? start;
    if (this.#isWordAt(end)) return bad(this.#after(end));
    const sign = this.#input[end];
    if (sign !== '+' && sign !== '-') return this.#emit('number', start, end);
    this.#pos = end;
    end = this.#match(NUMBER) ?? end;
    if (this.#isWordAt(end)) return bad(this.#after(end));
    return this.#input[end - 1] === 'i' ? this.#emit('complex', start, end) : bad(end);
  }

  #isWordAt(at: number): boolean {
    WORD_START.lastIndex = at;
    return WORD_START.test(this.#input);
  }

  #codePoint(at: number): number {
    return this.#input.codePointAt(at) ?? -1;
  }

  #after(at: number): number {
    return at + (this.#codePoint(at) > 0xffff ? 2 : 1);
  }

  /** @returns the end of the match at #pos. */
  #match(pattern: RegExp): number | undefined {
    pattern.lastIndex = this.#pos;
    return pattern.test(this.#input) ? pattern.lastIndex : undefined;
  }

  #emit(type: TokenType, start: number, end: number): Token {
    this.#pos = end;
    return this.#token(type, start, this.#input.slice(start, end));
  }

  #token(type: TokenType, pos: number, text: string): Token {
    return { type, pos, text, line: this.#lineOf(pos) };
  }

  #error(pos: number, message: string): Token {
    this.#pos = this.#input.length;
    return { type: 'error', pos, text: message, line: this.#lineOf(pos) };
  }

  /** Tokens come in order, so each line break is counted once. */
  #lineOf(pos: number): number {
    while (this.#nextBreak < pos) {
      this.#line++;
      this.#nextBreak = this.#breakFrom(this.#nextBreak + 1);
    }
    return this.#line;
  }

  #breakFrom(at: number): number {
    const next = this.#input.indexOf('\n', at);
    return next < 0 ? Number.POSITIVE_INFINITY : next;
  }
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** Go's `%#U`. */
function describe(code: number): string {
  if (code < 0) return 'U+FFFFFFFFFFFFFFFF';
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const character = String.fromCodePoint(code);
  return isPrintable(character) ? `${hex} '${character}'` : hex;
}
