/** Number constants of templates, read as Go's text/template does. */
import { Failure } from './errors.ts';
import type { NumberNode } from './nodes.ts';
import { quote, unquoteCharacter } from './quote.ts';

type Readings = Omit<NumberNode, 'kind' | 'pos' | 'text' | 'character'>;

const MAX_INT = (1n << 63n) - 1n;
const MIN_INT = -(1n << 63n);
const MAX_UINT = (1n << 64n) - 1n;
const NOTHING: Readings = { int: undefined, uint: undefined, float: undefined, complex: undefined };

/** @throws Failure when the text is no number. */
export function parseNumber(text: string, pos: number, type: 'number' | 'complex' | 'character'): NumberNode {
  const node = { kind: 'number' as const, pos, text, character: type === 'character' };
  if (type === 'character') return { ...node, ...characterReadings(text) };
  if (type === 'complex') return { ...node, ...complexReadings(...complexParts(text)) };
  if (text.endsWith('i')) {
    const imaginary = parseFloatLiteral(text.slice(0, -1));
    if (imaginary !== undefined) return { ...node, ...complexReadings(0, imaginary) };
  }
  return { ...node, ...realReadings(text) };
}

function characterReadings(text: string): Readings {
  const character = unquoteCharacter(text, 1, "'");
  if (character === undefined) throw new Failure('invalid syntax');
  if (text.slice(1 + character.length) !== "'") throw new Failure(`malformed character constant: ${text}`);
  const code = BigInt(character.code);
  return { ...NOTHING, int: code, uint: code, float: character.code };
}

function complexParts(text: string): [number, number] {
  const split = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
  const exponent = /[eEpP]/.test(text[split - 1] ?? '') && !/^[+-]?0[xX]/.test(text.slice(0, split));
  const at = exponent ? Math.max(text.lastIndexOf('+', split - 1), text.lastIndexOf('-', split - 1)) : split;
  const re = parseFloatLiteral(text.slice(0, at));
  const im = parseFloatLiteral(text.slice(at, -1));
  if (re === undefined) throw invalidFloat(text.slice(0, at));
  if (im === undefined) throw invalidFloat(text.slice(at, -1));
  return [re, im];
}

function invalidFloat(text: string): Failure {
  return new Failure(`strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
}

/** A complex without imaginary part also serves as a float, and as an integer if it is one. */
function complexReadings(re: number, im: number): Readings {
  return im === 0 ? { ...integralReadings(re), complex: { re, im } } : { ...NOTHING, complex: { re, im } };
}

function integralReadings(value: number): Readings {
  const exact = Number.isInteger(value) ? BigInt(value) : undefined;
  return {
    int: exact !== undefined && exact >= MIN_INT && exact <= MAX_INT ? exact : undefined,
    uint: exact !== undefined && exact >= 0n && exact <= MAX_UINT ? exact : undefined,
    float: value,
    complex: undefined,
  };
}

function realReadings(text: string): Readings {
  const integer = parseIntegerLiteral(text);
  if (integer !== undefined) {
    const int = integer >= MIN_INT && integer <= MAX_INT ? integer : undefined;
    const uint = integer >= 0n && integer <= MAX_UINT && !/^\+/.test(text) ? integer : undefined;
    if (int !== undefined || uint !== undefined) return { ...NOTHING, int, uint, float: Number(int ?? uint) };
  }
  const float = parseFloatLiteral(text);
  if (float === undefined) throw new Failure(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new Failure(`integer overflow: ${quote(text)}`);
  return integralReadings(float);
}

/** As strconv.ParseInt with base 0, of any size: 0x1F, 0b101, 0o17, 017, 1_000. */
function parseIntegerLiteral(text: string): bigint | undefined {
  const match =
    /^([+-]?)(?:(0[xX])((?:_?[\da-fA-F])+)|(0[bB])((?:_?[01])+)|0[oO]?((?:_?[0-7])+)|([1-9](?:_?\d)*|0))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, , hex, , binary, octal, decimal] = match;
  const digits = (hex ?? binary ?? octal ?? decimal ?? '').replaceAll('_', '');
  const prefix = hex !== undefined ? '0x' : binary !== undefined ? '0b' : octal !== undefined ? '0o' : '';
  const value = BigInt(prefix + digits);
  return sign === '-' ? -value : value;
}

/** As strconv.ParseFloat, for what the lexer lets through; infinite: undefined. */
function parseFloatLiteral(text: string): number | undefined {
  const hex = /^([+-]?)0[xX]((?:_?[\da-fA-F])*)(?:\.([\da-fA-F_]*))?[pP]([+-]?\d[\d_]*)$/.exec(text);
  if (hex !== null) return hexFloat(hex);
  if (!/^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/.test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

function hexFloat([, sign, whole = '', fraction = '', exponent]: RegExpExecArray): number | undefined {
  const digits = (whole + fraction).replaceAll('_', '');
  if (digits === '') return undefined;
  const power = Number(exponent?.replaceAll('_', '')) - 4 * fraction.replaceAll('_', '').length;
  const value = Number(BigInt(`0x${digits}`)) * 2 ** power;
  if (!Number.isFinite(value)) return undefined;
  return sign === '-' ? -value : value;
}
