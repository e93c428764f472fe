/**
 * Estimates, from the text alone and in time linear in it, what a pattern costs to parse and to compile. It never says
 * less than the true size for a pattern that compiles; where a pattern is malformed, what it says is of no account.
 */

export interface PatternSize {
  /** Instructions of the compiled program. */
  readonly instructions: number;
  /** Ranges of characters that the classes spell out. */
  readonly ranges: number;
}

/** The ranges of the largest Unicode categories, give or take: which one is asked for is not looked up. */
const UNICODE_CLASS_RANGES = 400;
/** Folding case looks at each character of a range; this many cost about as much as one range. */
const FOLDED_PER_RANGE = 10;
const FOLDABLE_FROM = 0x41;
const FOLDABLE_TO = 0x1e943;
/** RE2 refuses a count, or a product of nested counts, above this. */
const MOST_REPEATS = 1_000;

/** An open group. Sizes are in instructions. */
interface Group {
  /** Everything but the last atom. */
  size: number;
  /** What a quantifier would apply to. */
  atom: number;
  /** The largest product of counts inside the last atom, and inside the whole group. */
  atomRepeats: number;
  repeats: number;
  readonly captures: boolean;
  /** (?i) when the group opened. */
  readonly foldsAfter: boolean;
}

export function estimateSize(pattern: string): PatternSize {
  return new Estimator(pattern).estimate();
}

class Estimator {
  readonly #text: string;
  #at = 0;
  #folds = false;
  #ranges = 0;
  #group: Group = newGroup(false, false);
  readonly #open: Group[] = [];
  #quantified = false;
  /** Nothing yet in this alternative. */
  #empty = true;

  constructor(text: string) {
    this.#text = text;
  }

  estimate(): PatternSize {
    while (this.#at < this.#text.length) this.#token();
    if (this.#empty) this.#atom(1);
    while (this.#open.length > 0) this.#close();
    const { size, atom } = this.#group;
    return { instructions: size + atom + 2, ranges: this.#ranges };
  }

  #token(): void {
    const char = this.#text[this.#at++] as string;
    const wasQuantified = this.#quantified;
    this.#quantified = false;
    const wasEmpty = this.#empty;
    this.#empty = false;
    switch (char) {
      case '(':
        this.#openGroup();
        break;
      case ')':
        if (wasEmpty) this.#atom(1);
        if (this.#open.length > 0) this.#close();
        break;
      case '|':
        // An alternative without anything costs a jump.
        this.#atom(wasEmpty ? 2 : 1);
        this.#empty = true;
        break;
      case '[':
        this.#class();
        break;
      case '\\':
        this.#escape();
        break;
      case '*':
      case '+':
      case '?':
        this.#quantify(wasQuantified, 0, char === '?' ? 1 : -1);
        break;
      case '{':
        this.#braces(wasQuantified);
        break;
      default:
        this.#atom(1);
    }
  }

  #atom(size: number, repeats = 1): void {
    const group = this.#group;
    group.size += group.atom;
    group.repeats = Math.max(group.repeats, group.atomRepeats);
    group.atom = size;
    group.atomRepeats = repeats;
  }

  #openGroup(): void {
    if (this.#text[this.#at] !== '?') {
      this.#push(true, this.#folds);
      return;
    }
    const outer = this.#folds;
    const flags = /\?(?:P?<|([imsU-]*)([:)]))/y;
    flags.lastIndex = this.#at;
    const [whole = '?', letters, end] = flags.exec(this.#text) ?? [];
    this.#at += whole.length;
    if (letters !== undefined) {
      const [on = '', off = ''] = letters.split('-');
      this.#folds = on.includes('i') || (this.#folds && !off.includes('i'));
    } else if (whole.endsWith('<')) {
      const close = this.#text.indexOf('>', this.#at);
      // Without a bracket the parser gives up here; so does this.
      this.#at = close < 0 ? this.#text.length : close + 1;
    }
    if (end !== ')') this.#push(letters === undefined, outer);
  }

  #push(captures: boolean, foldsAfter: boolean): void {
    this.#open.push(this.#group);
    this.#group = newGroup(captures, foldsAfter);
    this.#empty = true;
  }

  #close(): void {
    const { size, atom, atomRepeats, repeats, captures, foldsAfter } = this.#group;
    this.#group = this.#open.pop() as Group;
    this.#folds = foldsAfter;
    this.#atom(size + atom + (captures ? 2 : 0), Math.max(repeats, atomRepeats));
  }

  /** @param most -1: without end. */
  #quantify(again: boolean, least: number, most: number): void {
    this.#quantified = true;
    if (this.#text[this.#at] === '?') this.#at++;
    const group = this.#group;
    const count = Math.max(least, most, 1);
    const repeats = count * group.atomRepeats;
    // The parser refuses both itself.
    if (again || repeats > MOST_REPEATS) return;
    group.atomRepeats = repeats;
    // A jump for each that may be left out; two for a loop (one more where what it repeats may be empty).
    group.atom = count * group.atom + (most < 0 ? 2 : most - least);
  }

  #braces(again: boolean): void {
    const count = /(\d{1,8})(?:(,)(\d{0,8}))?\}/y;
    count.lastIndex = this.#at;
    const [whole, least, comma, most] = count.exec(this.#text) ?? [];
    if (whole === undefined) {
      this.#atom(1);
      return;
    }
    this.#at += whole.length;
    const from = Number(least);
    this.#quantify(again, from, comma === undefined ? from : most === '' ? -1 : Number(most));
  }

  #escape(): void {
    const char = this.#text[this.#at] ?? '';
    if (char === 'Q') {
      this.#quoted();
      return;
    }
    this.#atom(1);
    if (char === 'p' || char === 'P') this.#unicodeClass();
    else this.#character();
  }

  #quoted(): void {
    const end = this.#text.indexOf('\\E', this.#at);
    const length = (end < 0 ? this.#text.length : end) - this.#at - 1;
    this.#atom(length);
    this.#atom(1);
    this.#at = end < 0 ? this.#text.length : end + 2;
  }

  /** Behind the backslash. */
  #unicodeClass(): void {
    this.#ranges += UNICODE_CLASS_RANGES;
    this.#at++;
    const end = this.#text[this.#at] === '{' ? this.#text.indexOf('}', this.#at) : this.#at;
    this.#at = end < 0 ? this.#text.length : end + 1;
  }

  /** Reads the escaped character behind a backslash. @returns its code point; undefined for \d and its like. */
  #character(): number | undefined {
    const code = /x\{([\da-fA-F]{1,8})\}|x([\da-fA-F]{2})|([0-7]{1,3})/y;
    code.lastIndex = this.#at;
    const match = code.exec(this.#text);
    if (match) {
      this.#at += match[0].length;
      return match[3] === undefined ? Number.parseInt(match[1] ?? match[2] ?? '', 16) : Number.parseInt(match[3], 8);
    }
    const point = this.#text.codePointAt(this.#at) ?? 0;
    this.#at += point > 0xffff ? 2 : 1;
    return /[dDsSwW]/.test(String.fromCodePoint(point)) ? undefined : point;
  }

  #class(): void {
    this.#atom(1);
    if (this.#text[this.#at] === '^') this.#at++;
    const start = this.#at;
    while (this.#at < this.#text.length && (this.#text[this.#at] !== ']' || this.#at === start)) this.#member();
    this.#at++;
  }

  #member(): void {
    this.#ranges++;
    const named = /\[:\^?\w*:\]/y;
    named.lastIndex = this.#at;
    const name = named.exec(this.#text)?.[0];
    if (name !== undefined) {
      this.#at += name.length;
      this.#ranges += 4;
      return;
    }
    // The parser searches the rest of the pattern for the end of what looks like a name.
    if (this.#text.startsWith('[:', this.#at)) this.#ranges += Math.ceil((this.#text.length - this.#at) / 100);
    const from = this.#memberCharacter();
    if (this.#text[this.#at] !== '-' || this.#text[this.#at + 1] === ']') return;
    this.#at++;
    const to = this.#memberCharacter();
    if (this.#folds && from !== undefined && to !== undefined) this.#foldRange(from, to);
  }

  #memberCharacter(): number | undefined {
    if (this.#text[this.#at] === '\\') {
      this.#at++;
      const char = this.#text[this.#at];
      if (char !== 'p' && char !== 'P') return this.#character();
      this.#unicodeClass();
      return undefined;
    }
    const point = this.#text.codePointAt(this.#at);
    this.#at += point !== undefined && point > 0xffff ? 2 : 1;
    return point;
  }

  #foldRange(from: number, to: number): void {
    if (from <= FOLDABLE_FROM && to >= FOLDABLE_TO) return;
    const length = Math.min(to, FOLDABLE_TO) - Math.max(from, FOLDABLE_FROM);
    if (length > 0) this.#ranges += Math.ceil(length / FOLDED_PER_RANGE);
  }
}

function newGroup(captures: boolean, foldsAfter: boolean): Group {
  return { size: 0, atom: 0, atomRepeats: 1, repeats: 1, captures, foldsAfter };
}
