/**
 * A text that js-yaml (YAML 1.2) reads as libyaml and Go's YAML (1.1) read the original: what they take beyond that is
 * rewritten. It is a sketch of a scanner, for files that js-yaml refuses or would read otherwise; where it is wrong about
 * a text, that text is refused as before.
 */
export interface Rewritten {
  readonly text: string;
  /** Where a character of `text` stands in the original. */
  original(offset: number): number;
  /** Where a tab stands in the indentation of an empty line or comment, which libyaml refuses; -1: nowhere. */
  readonly tab: number;
}

/** Text that only a YAML 1.1 parser reads right: other line breaks, and lines that it refuses. */
export const NEEDS_LIBYAML = /[\u0085\u2028\u2029]|^[ \t]*\t[ \t]*(?:#.*)?$/m;

export function likeLibyaml(text: string): Rewritten {
  return new Rewriter(text).run();
}

const BLANK = /[ \t]/;
const BREAK = /[\n\r\u0085\u2028\u2029]/;

class Rewriter {
  readonly #in: string;
  #at = 0;
  #out = '';
  /** Where the output begins to differ by another distance: [offset in the output, offset in the input]. */
  readonly #shifts: [number, number][] = [[0, 0]];
  #tab = -1;
  /** Column of the block collection that the current node is in. */
  #parent = -1;
  /** A plain scalar goes on in lines that are indented more than this; undefined: there is none. */
  #plain: number | undefined;

  constructor(text: string) {
    this.#in = text;
  }

  run(): Rewritten {
    while (this.#at < this.#in.length) this.#line();
    const shifts = this.#shifts;
    return {
      text: this.#out,
      tab: this.#tab,
      original: (offset) => {
        const [from, to] = shifts.findLast(([start]) => start <= offset) ?? [0, 0];
        return to + (offset - from);
      },
    };
  }

  get #char(): string {
    return this.#in[this.#at] ?? '';
  }

  get #atBreak(): boolean {
    return this.#char === '' || BREAK.test(this.#char);
  }

  /** Column, from 0, of the current character in the input. */
  get #column(): number {
    let start = this.#at;
    while (start > 0 && !BREAK.test(this.#in[start - 1] as string)) start--;
    return this.#at - start;
  }

  #copy(count = 1): void {
    this.#out += this.#in.slice(this.#at, this.#at + count);
    this.#at += count;
  }

  /** Writes `text` in place of `count` characters. */
  #replace(count: number, text: string): void {
    this.#out += text;
    this.#at += count;
    if (count !== text.length) this.#shifts.push([this.#out.length, this.#at]);
  }

  #copyWhile(pattern: RegExp): string {
    const start = this.#at;
    while (this.#char !== '' && pattern.test(this.#char)) this.#copy();
    return this.#in.slice(start, this.#at);
  }

  #copyBreak(): void {
    if (this.#in.startsWith('\r\n', this.#at)) this.#copy(2);
    else if (/[\n\r]/.test(this.#char)) this.#copy();
    else if (this.#char !== '') this.#replace(1, '\n');
  }

  #copyLine(): void {
    while (!this.#atBreak) this.#copy();
  }

  #line(): void {
    const start = this.#at;
    const indent = this.#copyWhile(BLANK);
    if (this.#atBreak || this.#char === '#') {
      if (this.#tab < 0 && indent.includes('\t')) this.#tab = start + indent.indexOf('\t');
      this.#copyLine();
      this.#copyBreak();
      return;
    }
    if (this.#plain !== undefined && indent.length > this.#plain) this.#plainText();
    else {
      this.#plain = undefined;
      if (/^(?:---|\.\.\.)(?=[\s]|$)/.test(this.#in.slice(this.#at, this.#at + 4)) && indent === '') {
        this.#copy(3);
        this.#parent = -1;
      }
      this.#nodes();
    }
    this.#copyBreak();
  }

  /** What stands in a line of block context: indicators, keys, values. */
  #nodes(): void {
    for (;;) {
      this.#blanks();
      if (this.#atBreak) return;
      const column = this.#column;
      const next = this.#in[this.#at + 1] ?? '';
      if (this.#char === '#') this.#copyLine();
      else if (/[-?:]/.test(this.#char) && (next === '' || BLANK.test(next) || BREAK.test(next))) {
        if (this.#char !== ':') this.#parent = column;
        this.#copy();
      } else if (/[&!]/.test(this.#char)) this.#copyWhile(/[^\s\u0085,[\]{}]/);
      else if (/[|>]/.test(this.#char)) this.#blockScalar();
      else if (!this.#node(column)) return;
    }
  }

  /** Blanks before a node; tabs among them are what YAML 1.2 refuses before a flow collection. */
  #blanks(): void {
    let end = this.#at;
    while (BLANK.test(this.#in[end] ?? '')) end++;
    if (/[[{]/.test(this.#in[end] ?? '')) this.#replace(end - this.#at, ' '.repeat(end - this.#at));
    else this.#copy(end - this.#at);
  }

  /** @returns whether the line goes on: the node was a key. */
  #node(column: number): boolean {
    if (/["']/.test(this.#char)) this.#quoted(column);
    else if (/[[{]/.test(this.#char)) this.#flow(column);
    else if (this.#char === '*') {
      this.#copy();
      this.#copyWhile(/[\w-]/);
      if (/^:(?:\s|$)/.test(this.#in.slice(this.#at, this.#at + 2))) this.#replace(0, ' ');
    } else return this.#plainText(column);
    this.#copyWhile(BLANK);
    if (this.#char === ':') {
      this.#parent = column;
      this.#copy();
      return true;
    }
    this.#comment();
    this.#copyLine();
    return false;
  }

  /** A comment needs a blank before it in YAML 1.2. */
  #comment(): void {
    if (this.#char === '#' && !/[ \t\n\r]/.test(this.#out.at(-1) ?? ' ')) this.#replace(0, ' ');
  }

  /** A plain scalar up to the line's end. @returns whether it was a key. @param column where it begins; absent: it goes on */
  #plainText(column?: number): boolean {
    while (!this.#atBreak) {
      const next = this.#in[this.#at + 1] ?? '';
      const ends = next === '' || BLANK.test(next) || BREAK.test(next);
      if (this.#char === ':' && ends && column !== undefined) {
        this.#parent = column;
        this.#copy();
        return true;
      }
      if (BLANK.test(this.#char) && next === '#') {
        this.#copyLine();
        this.#plain = undefined;
        return false;
      }
      this.#copy();
    }
    if (column !== undefined) this.#plain = this.#parent;
    return false;
  }

  /** Lines that go on are indented: libyaml does not care how far. */
  #breakIn(column: number): void {
    this.#copyBreak();
    const start = this.#at;
    while (BLANK.test(this.#char)) this.#at++;
    this.#replace(0, ' '.repeat(Math.max(this.#at - start, column + 1)));
    this.#shifts.push([this.#out.length, this.#at]);
  }

  #quoted(column: number): void {
    const quote = this.#char;
    this.#copy();
    while (this.#char !== '') {
      if (/[\n\r\u0085]/.test(this.#char)) this.#breakIn(column);
      else if (quote === '"' && this.#in.startsWith("\\'", this.#at)) this.#replace(2, "'");
      else if (quote === '"' && this.#char === '\\' && !/[\n\r\u0085]/.test(this.#in[this.#at + 1] ?? '\n'))
        this.#copy(2);
      else if (quote === "'" && this.#in.startsWith("''", this.#at)) this.#copy(2);
      else {
        const closing = this.#char === quote;
        this.#copy();
        if (closing) return;
      }
    }
  }

  #flow(column: number): void {
    let depth = 0;
    /** A quote begins a scalar here; within a plain one it is a character. */
    let start = true;
    while (this.#char !== '') {
      const next = this.#in[this.#at + 1] ?? '';
      if (BREAK.test(this.#char)) this.#breakIn(column);
      else if (/["']/.test(this.#char) && start) {
        this.#quoted(column);
        if (this.#char === ':') this.#copy();
        else start = false;
      } else if (/[[{]/.test(this.#char)) {
        depth++;
        this.#copy();
        start = true;
      } else if (/[\]}]/.test(this.#char)) {
        this.#copy();
        start = false;
        if (--depth === 0) return;
      } else if (this.#char === '#' && /[\s,[\]{}"']/.test(this.#out.at(-1) ?? '')) {
        this.#comment();
        this.#copyLine();
      } else if (this.#char === ',' || (this.#char === ':' && /[\s,[\]{}]/.test(next))) {
        this.#copy();
        start = true;
      } else {
        if (!BLANK.test(this.#char)) start = false;
        this.#copy();
      }
    }
  }

  /** Its header, and all lines of its text as they are. */
  #blockScalar(): void {
    this.#copy();
    const header = this.#copyWhile(/[-+\d]/);
    const given = /\d/.exec(header)?.[0];
    this.#copyWhile(BLANK);
    this.#comment();
    this.#copyLine();
    let indent = given === undefined ? undefined : Math.max(this.#parent, 0) + Number(given);
    while (this.#char !== '') {
      const lead = /(?:\r\n|[\n\r\u0085])( *)/y;
      lead.lastIndex = this.#at;
      const [all = '', { length: spaces } = ''] = lead.exec(this.#in) ?? [];
      const first = this.#in[this.#at + all.length] ?? '';
      const empty = first === '' || BREAK.test(first);
      if (!empty) {
        indent ??= spaces > this.#parent ? spaces : Number.POSITIVE_INFINITY;
        if (spaces < indent) return;
      }
      this.#copyBreak();
      while (!/^[\n\r\u0085]?$/.test(this.#char)) this.#copy();
    }
  }
}
