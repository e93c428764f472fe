import { isAscii, runes } from '../bytes.ts';
import { Failure } from '../errors.ts';
import { isPrintable, quote } from '../quote.ts';
import { type FloatVerb, formatFloat } from './float.ts';

/** No text that a template makes may fill the memory. */
const MOST_CHARACTERS = 16_000_000;
const LARGEST_CHARACTER = 0x10ffffn;

/** What stands between `%` and the verb. */
export interface Flags {
  width: number | undefined;
  precision: number | undefined;
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v`: names of fields. */
  plusV: boolean;
  /** `%#v`: as Go source. */
  sharpV: boolean;
}

export function noFlags(): Flags {
  return {
    width: undefined,
    precision: undefined,
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
  };
}

/** Writes single strings and numbers by the flags of a verb, and keeps what is written. @throws Failure where that grows without bound. */
export class Formatter {
  flags = noFlags();
  #text = '';

  get text(): string {
    return this.#text;
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length > MOST_CHARACTERS) throw new Failure(`text of more than ${MOST_CHARACTERS} characters`);
  }

  string(text: string): void {
    this.pad(this.#cut(text));
  }

  /** To the precision, in characters. */
  #cut(text: string): string {
    const { precision } = this.flags;
    if (precision === undefined || text.length <= precision) return text;
    return isAscii(text) ? text.slice(0, precision) : runes(text).slice(0, precision).join('');
  }

  quoted(text: string): void {
    const cut = this.#cut(text);
    if (this.flags.sharp && canBackquote(cut)) this.pad(`\`${cut}\``);
    else this.pad(quote(cut, { ascii: this.flags.plus }));
  }

  hexString(bytes: Uint8Array, verb: string): void {
    const { precision, space, sharp, width } = this.flags;
    const shown = precision === undefined ? bytes : bytes.subarray(0, precision);
    if (shown.length === 0) {
      if (width !== undefined) this.write(this.#padding(width));
      return;
    }
    const prefix = sharp ? `0${verb}` : '';
    const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).map((digits) =>
      verb === 'X' ? digits.toUpperCase() : digits,
    );
    this.pad(prefix + hex.join(space ? ` ${prefix}` : ''));
  }

  character(integer: bigint): void {
    this.pad(characterOf(integer));
  }

  quotedCharacter(integer: bigint): void {
    this.pad(quote(characterOf(integer), { mark: "'", ascii: this.flags.plus }));
  }

  hexadecimal(integer: bigint, prefix: boolean): void {
    const { sharp } = this.flags;
    this.flags.sharp = prefix;
    this.integer(integer, 16, 'x');
    this.flags.sharp = sharp;
  }

  integer(integer: bigint, base: number, verb: string): void {
    const { precision, width, zero, minus, sharp } = this.flags;
    if (precision === 0 && integer === 0n) {
      this.write(' '.repeat(width ?? 0));
      return;
    }
    const isNegative = integer < 0n;
    let least = precision ?? 0;
    if (precision === undefined && zero && !minus && width !== undefined) {
      least = width - this.#sign(isNegative).length;
    }
    let digits = (isNegative ? -integer : integer).toString(base).padStart(least, '0');
    if (verb === 'X') digits = digits.toUpperCase();
    if (sharp && base === 2) digits = `0b${digits}`;
    else if (sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
    else if (sharp && base === 16) digits = `0${verb === 'X' ? 'X' : 'x'}${digits}`;
    if (verb === 'O') digits = `0o${digits}`;
    this.#padWithSpaces(this.#sign(isNegative) + digits);
  }

  #sign(isNegative: boolean): string {
    if (isNegative) return '-';
    return this.flags.plus ? '+' : this.flags.space ? ' ' : '';
  }

  unicode(integer: bigint): void {
    const code = BigInt.asUintN(64, integer);
    const digits = code
      .toString(16)
      .toUpperCase()
      .padStart(Math.max(this.flags.precision ?? 4, 4), '0');
    const character = code <= LARGEST_CHARACTER ? String.fromCodePoint(Number(code)) : '';
    const shown = this.flags.sharp && character !== '' && isPrintable(character) ? ` '${character}'` : '';
    this.#padWithSpaces(`U+${digits}${shown}`);
  }

  float(float: number, verb: FloatVerb, defaultPrecision: number): void {
    const { plus, space, sharp, zero, minus, width } = this.flags;
    const precision = this.flags.precision ?? defaultPrecision;
    const text = formatFloat(float, verb, precision);
    let sign = text.startsWith('-') ? '-' : '+';
    let number = text.replace(/^[-+]/, '');
    if (space && sign === '+' && !plus) sign = ' ';
    if (number === 'Inf' || number === 'NaN') {
      const shown = number === 'Inf' || plus || space;
      this.#padWithSpaces(shown ? sign + number : number);
      return;
    }
    if (sharp && verb !== 'b') number = withPoint(number, verb, precision);
    if (!plus && sign === '+') this.pad(number);
    else if (zero && !minus && width !== undefined && width > number.length + 1) {
      this.write(sign + '0'.repeat(width - number.length - 1) + number);
    } else this.pad(sign + number);
  }

  #padding(count: number): string {
    return (this.flags.zero && !this.flags.minus ? '0' : ' ').repeat(count);
  }

  /** To the width, in characters. */
  pad(text: string): void {
    const { width, minus } = this.flags;
    if (width === undefined) {
      this.write(text);
      return;
    }
    const padding = this.#padding(Math.max(width - (isAscii(text) ? text.length : runes(text).length), 0));
    this.write(minus ? text + padding : padding + text);
  }

  #padWithSpaces(text: string): void {
    const { zero } = this.flags;
    this.flags.zero = false;
    this.pad(text);
    this.flags.zero = zero;
  }
}

/** `#` keeps the point and the zeros behind it. */
function withPoint(text: string, verb: FloatVerb, precision: number): string {
  const isHex = verb === 'x' || verb === 'X';
  const [, number = '', tail = ''] = (isHex ? /^([^pP]*)(.*)$/ : /^([^eE]*)(.*)$/).exec(text) ?? [];
  let missing = verb === 'g' || verb === 'G' || verb === 'x' ? (precision < 0 ? 6 : precision) : 0;
  const significant = number.replace('.', '').replace(/^0+/, '');
  missing -= significant.length;
  if (number === '0') missing -= 1;
  const point = number.includes('.') ? '' : '.';
  return number + point + '0'.repeat(Math.max(missing, 0)) + tail;
}

/** Of a number that is no character: U+FFFD. */
function characterOf(integer: bigint): string {
  const isCharacter = integer >= 0n && integer <= LARGEST_CHARACTER && (integer < 0xd800n || integer > 0xdfffn);
  return isCharacter ? String.fromCodePoint(Number(integer)) : '\ufffd';
}

function canBackquote(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters cannot be written in back quotes.
  return text.isWellFormed() && !/[\x00-\x08\x0a-\x1f`\x7f\ufeff]/.test(text);
}
