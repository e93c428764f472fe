/** Go's limit of nesting. */
const MAX_DEPTH = 10_000;

/** What follows in the input, as encoding/json's scanner names it in its errors. */
type Scan = { readonly end: number } | { readonly error: string; readonly at: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads the first JSON value as Go's encoding/json does, to say in the same words what is wrong with it.
 * @returns where the value ends (0: there is none, only white space), or the error's text and place, both in bytes from 0.
 */
export function scanJson(body: Uint8Array): Scan {
  return new Scanner(body).scan();
}

class ScanError extends Error {}

class Scanner {
  readonly #body: Uint8Array;
  #at = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  scan(): Scan {
    try {
      this.#space();
      if (this.#at === this.#body.length) return { end: 0 };
      this.#value();
      return { end: this.#at };
    } catch (error) {
      if (error instanceof ScanError) return { error: error.message, at: this.#at };
      throw error;
    }
  }

  /** One value of any depth, without recursion: `open` holds the brackets that wait for their end. */
  #value(): void {
    const open: ('[' | '{')[] = [];
    let expectValue = true;
    for (;;) {
      this.#space();
      if (expectValue) {
        const opened = this.#openOrScalar(open);
        if (opened) {
          expectValue = this.#firstInside(open);
          continue;
        }
      }
      if (open.length === 0) return;
      expectValue = this.#next(open);
    }
  }

  /** @returns true after an opening bracket. */
  #openOrScalar(open: ('[' | '{')[]): boolean {
    const char = this.#peek();
    if (char !== '[' && char !== '{') {
      this.#scalar();
      return false;
    }
    if (open.length === MAX_DEPTH) throw this.#invalid('exceeded max depth');
    this.#at++;
    open.push(char);
    return true;
  }

  /** After an opening bracket: a closing one, a key, or a value to come. @returns whether a value comes. */
  #firstInside(open: ('[' | '{')[]): boolean {
    this.#space();
    const inObject = open.at(-1) === '{';
    if (this.#peek() === (inObject ? '}' : ']')) {
      this.#at++;
      open.pop();
      return false;
    }
    if (inObject) this.#key();
    return true;
  }

  /** After a value inside brackets. @returns whether another value comes. */
  #next(open: ('[' | '{')[]): boolean {
    this.#space();
    const inObject = open.at(-1) === '{';
    const char = this.#peek();
    if (char === ',') {
      this.#at++;
      this.#space();
      if (inObject) this.#key();
      return true;
    }
    if (char !== (inObject ? '}' : ']')) {
      throw this.#invalid(inObject ? 'after object key:value pair' : 'after array element');
    }
    this.#at++;
    open.pop();
    return false;
  }

  #key(): void {
    if (this.#peek() !== '"') throw this.#invalid('looking for beginning of object key string');
    this.#string();
    this.#space();
    if (this.#peek() !== ':') throw this.#invalid('after object key');
    this.#at++;
  }

  #scalar(): void {
    const char = this.#peek();
    if (char === '"') this.#string();
    else if (char === '-' || isDigit(char)) this.#number();
    else if (char === 't') this.#literal('true');
    else if (char === 'f') this.#literal('false');
    else if (char === 'n') this.#literal('null');
    else throw this.#invalid('looking for beginning of value');
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const byte = this.#byte();
      if (byte < 0x20) throw this.#invalid('in string literal');
      this.#at++;
      if (byte === QUOTE) return;
      if (byte === BACKSLASH) this.#escape();
    }
  }

  #escape(): void {
    const char = this.#peek();
    if (!'"\\/bfnrtu'.includes(char)) throw this.#invalid('in string escape code');
    this.#at++;
    if (char !== 'u') return;
    for (let i = 0; i < 4; i++) {
      if (!/[\da-fA-F]/.test(this.#peek())) throw this.#invalid('in \\u hexadecimal character escape');
      this.#at++;
    }
  }

  #number(): void {
    if (this.#peek() === '-') {
      this.#at++;
      if (!isDigit(this.#peek())) throw this.#invalid('in numeric literal');
    }
    if (this.#peek() === '0') this.#at++;
    else this.#digits();
    if (this.#is('.')) {
      this.#at++;
      if (!isDigit(this.#peek())) throw this.#invalid('after decimal point in numeric literal');
      this.#digits();
    }
    if (this.#is('e') || this.#is('E')) {
      this.#at++;
      if (this.#is('+') || this.#is('-')) this.#at++;
      if (!isDigit(this.#peek())) throw this.#invalid('in exponent of numeric literal');
      this.#digits();
    }
  }

  #digits(): void {
    while (this.#at < this.#body.length && isDigit(this.#peek())) this.#at++;
  }

  #literal(word: string): void {
    for (const char of word) {
      if (this.#peek() !== char) throw this.#invalid(`in literal ${word} (expecting ${quoteChar(char)})`);
      this.#at++;
    }
  }

  #space(): void {
    const body = this.#body;
    while (this.#at < body.length) {
      const byte = body[this.#at] as number;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #is(char: string): boolean {
    return this.#at < this.#body.length && this.#peek() === char;
  }

  #byte(): number {
    if (this.#at >= this.#body.length) throw new ScanError('unexpected EOF');
    return this.#body[this.#at] as number;
  }

  /** The next byte as a character (Latin-1, as Go's scanner shows bytes). */
  #peek(): string {
    return String.fromCharCode(this.#byte());
  }

  #invalid(where: string): ScanError {
    return new ScanError(`invalid character ${quoteChar(this.#peek())} ${where}`);
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

/** One byte as Go quotes a character. */
function quoteChar(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  if (char === '\\') return `'\\\\'`;
  const short = { '\x07': 'a', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v' }[char];
  if (short !== undefined) return `'\\${short}'`;
  const code = char.charCodeAt(0);
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return code >= 0x80 && code <= 0xa0 ? `'\\u${code.toString(16).padStart(4, '0')}'` : `'${char}'`;
}
