import { Time, ZERO_TIME_SECONDS } from '../../time/go-time.ts';
import { Location } from '../../time/location.ts';
import { UTC } from '../../time/zones.ts';
import { fromBytes, toBytes } from '../bytes.ts';
import { Failure } from '../errors.ts';
import { Complex, Int, Pointer, SafeText, Slice, StringMap, Struct, typeName, type Value } from '../value.ts';
import type { FloatVerb } from './float.ts';
import { Formatter } from './formatter.ts';
import { goStringMethod, stringMethod } from './string-method.ts';

/** Lists within lists, as a template can make them without end. */
const DEEPEST = 500;
/** Addresses are never shown as they are. */
const ADDRESS = 0xc000000000n;

/** Writes values as Go's fmt does. @throws Failure where the text grows without bound. */
export class Printer {
  readonly out = new Formatter();
  /** Inside `%!verb(type=value)`, where String() is not used. */
  #isError = false;

  /** One operand. @param verb one character. */
  printArgument(value: Value, verb: string): void {
    if (value === null || value === undefined) {
      if (verb === 'T' || verb === 'v') this.out.pad('<nil>');
      else this.#badVerb(value, verb);
    } else if (verb === 'T') this.out.string(typeName(value));
    else if (verb === 'p') this.#pointer(value, verb);
    else if (!this.#useMethod(value, verb)) this.#printValue(value, verb, 0);
  }

  #useMethod(value: Value, verb: string): boolean {
    if (this.#isError || typeof value !== 'object') return false;
    if (verb === 'w' && !(value instanceof Slice && value.type === '[]uint8')) {
      this.#badVerb(value, verb);
      return true;
    }
    if (this.out.flags.sharpV) {
      const text = goStringMethod(value);
      if (text !== undefined) this.out.string(text);
      return text !== undefined;
    }
    if (!'vsxXq'.includes(verb)) return false;
    const text = stringMethod(value);
    if (text !== undefined) this.#formatString(text, verb);
    return text !== undefined;
  }

  #printNested(value: Value, verb: string, depth: number): void {
    if (depth > DEEPEST) throw new Failure(`value of more than ${DEEPEST} levels`);
    if (value === null || value === undefined) this.out.write(this.out.flags.sharpV ? 'interface {}(nil)' : '<nil>');
    else if (!this.#useMethod(value, verb)) this.#printValue(value, verb, depth);
  }

  #printValue(value: Exclude<Value, null | undefined>, verb: string, depth: number): void {
    if (typeof value === 'string') this.#formatString(value, verb);
    else if (typeof value === 'bigint') this.#formatInteger(value, value, verb, true);
    else if (typeof value === 'boolean') {
      if (verb === 't' || verb === 'v') this.out.pad(String(value));
      else this.#badVerb(value, verb);
    } else if (typeof value === 'number') this.#formatFloat(value, value, verb);
    else if (value instanceof Int) {
      this.#formatInteger(value, value.value, verb, value.type !== 'uint8' && value.type !== 'uint64');
    } else if (value instanceof SafeText) this.#formatString(value.text, verb, value);
    else if (value instanceof Complex) this.#formatComplex(value, verb);
    else if (value instanceof Slice) this.#printSlice(value, verb, depth);
    else if (value instanceof StringMap) this.#printMap(value, verb, depth);
    else if (value instanceof Struct) this.#printStruct(value, verb, depth);
    else if (value instanceof Time) this.#printTime(value, verb);
    else if (value instanceof Pointer && depth === 0) {
      this.out.write('&');
      this.#printNested(value.target, verb, 1);
    } else this.#pointer(value, verb);
  }

  #printSlice(slice: Slice, verb: string, depth: number): void {
    const { sharpV } = this.out.flags;
    if (slice.type === '[]uint8' && 'sqxX'.includes(verb)) {
      this.#formatString(String.fromCharCode(...slice.items.map(byteOf)), verb, slice);
      return;
    }
    if (sharpV) {
      this.out.write(slice.type === '[]uint8' && depth === 0 ? '[]byte' : slice.type);
      if (slice.isNil) {
        this.out.write('(nil)');
        return;
      }
    }
    this.out.write(sharpV ? '{' : '[');
    slice.items.forEach((item, index) => {
      if (index > 0) this.out.write(sharpV ? ', ' : ' ');
      this.#printNested(item, verb, depth + 1);
    });
    this.out.write(sharpV ? '}' : ']');
  }

  #printMap(map: StringMap, verb: string, depth: number): void {
    const { sharpV } = this.out.flags;
    this.out.write(sharpV ? map.type : 'map[');
    if (sharpV && map.isNil) {
      this.out.write('(nil)');
      return;
    }
    if (sharpV) this.out.write('{');
    map.sortedKeys.forEach((key, index) => {
      if (index > 0) this.out.write(sharpV ? ', ' : ' ');
      this.#formatString(key, verb);
      this.out.write(':');
      this.#printNested(map.entries.get(key), verb, depth + 1);
    });
    this.out.write(sharpV ? '}' : ']');
  }

  #printStruct(struct: Struct, verb: string, depth: number): void {
    const { plusV, sharpV } = this.out.flags;
    if (sharpV) this.out.write(struct.type.name);
    this.out.write('{');
    struct.type.fields.forEach((field, index) => {
      if (index > 0) this.out.write(sharpV ? ', ' : ' ');
      if (plusV || sharpV) this.out.write(`${field.name}:`);
      this.#printNested(struct.values[index], verb, depth + 1);
    });
    this.out.write('}');
  }

  /** A time as the struct that it is in Go: seconds since year 1, and where its zone lies. */
  #printTime(time: Time, verb: string): void {
    const { plusV, sharpV } = this.out.flags;
    const separator = sharpV ? ', ' : ' ';
    const name = (text: string): string => (plusV || sharpV ? `${text}:` : '');
    this.out.write(`${sharpV ? 'time.Time' : ''}{${name('wall')}`);
    this.#printNested(new Int('uint64', BigInt(time.nanoseconds)), verb, 1);
    this.out.write(separator + name('ext'));
    this.#printNested(new Int('int64', BigInt(time.seconds - ZERO_TIME_SECONDS)), verb, 1);
    this.out.write(separator + name('loc'));
    this.#location(time.location, verb);
    this.out.write('}');
  }

  /** UTC is a nil pointer in a time. */
  #location(location: Location, verb: string): void {
    if (location !== UTC) this.#pointer(location, verb);
    else if (this.out.flags.sharpV) this.out.write('(*time.Location)(nil)');
    else if (verb === 'v') this.out.pad('<nil>');
    else if ('bodxX'.includes(verb)) this.#formatInteger(location, 0n, verb, false);
    else {
      this.out.write(`%!${verb}(*time.Location=`);
      this.out.pad('<nil>');
      this.out.write(')');
    }
  }

  #pointer(value: Value, verb: string): void {
    const isPointer =
      value instanceof Pointer || value instanceof Location || value instanceof Slice || value instanceof StringMap;
    if (!isPointer) this.#badVerb(value, verb);
    else if (verb === 'v' || verb === 'p') this.out.hexadecimal(ADDRESS, !this.out.flags.sharp);
    else if ('bodxX'.includes(verb)) this.#formatInteger(value, ADDRESS, verb, false);
    else this.#badVerb(value, verb);
  }

  #badVerb(value: Value, verb: string): void {
    this.out.write(`%!${verb}(`);
    if (value === null || value === undefined) this.out.write('<nil>');
    else {
      this.#isError = true;
      this.out.write(`${typeName(value)}=`);
      this.printArgument(value, 'v');
      this.#isError = false;
    }
    this.out.write(')');
  }

  /** @param value for a wrong verb: what the text belongs to. Of bytes, `text` has one character each. */
  #formatString(text: string, verb: string, value: Value = text): void {
    const isBytes = value instanceof Slice;
    const string = (): string => (isBytes ? fromCharacters(text) : text);
    if (verb === 's' || (verb === 'v' && !this.out.flags.sharpV)) this.out.string(string());
    else if (verb === 'q' || verb === 'v') this.out.quoted(string());
    else if (verb === 'x' || verb === 'X') this.out.hexString(isBytes ? bytesOf(text) : toBytes(text), verb);
    else this.#badVerb(value, verb);
  }

  /** @param value for a wrong verb. */
  #formatInteger(value: Value, integer: bigint, verb: string, signed: boolean): void {
    if (verb === 'v' && this.out.flags.sharpV && !signed) this.out.hexadecimal(integer, true);
    else if (verb === 'v' || verb === 'd') this.out.integer(integer, 10, verb);
    else if (verb === 'b') this.out.integer(integer, 2, verb);
    else if (verb === 'o' || verb === 'O') this.out.integer(integer, 8, verb);
    else if (verb === 'x' || verb === 'X') this.out.integer(integer, 16, verb);
    else if (verb === 'c') this.out.character(integer);
    else if (verb === 'q') this.out.quotedCharacter(integer);
    else if (verb === 'U') this.out.unicode(integer);
    else this.#badVerb(value, verb);
  }

  #formatFloat(value: Value, float: number, verb: string): void {
    if (verb === 'v') this.out.float(float, 'g', -1);
    else if ('bgGxX'.includes(verb)) this.out.float(float, verb as FloatVerb, -1);
    else if ('feE'.includes(verb)) this.out.float(float, verb as FloatVerb, 6);
    else if (verb === 'F') this.out.float(float, 'f', 6);
    else this.#badVerb(value, verb);
  }

  #formatComplex(value: Complex, verb: string): void {
    if (!'vbgGxXfFeE'.includes(verb)) {
      this.#badVerb(value, verb);
      return;
    }
    const { plus } = this.out.flags;
    this.out.write('(');
    this.#formatFloat(value, value.re, verb);
    this.out.flags.plus = true;
    this.#formatFloat(value, value.im, verb);
    this.out.write('i)');
    this.out.flags.plus = plus;
  }
}

function byteOf(item: Value): number {
  return item instanceof Int ? Number(item.value) : 0;
}

function bytesOf(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

function fromCharacters(characters: string): string {
  return fromBytes(bytesOf(characters));
}
