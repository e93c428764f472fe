/** Go's strconv.FormatFloat for float64. */

/** The digits of a number that is 0.DIGITS times ten to the power of `point`; no digits: zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Verbs of formatFloat: e, f and g in decimal, b with a binary exponent, x in hexadecimal. */
export type FloatVerb = 'e' | 'E' | 'f' | 'g' | 'G' | 'b' | 'x' | 'X';

/** @param precision digits behind the point (e, f, x) or in all (g); -1: the fewest that give the number back. */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + formatSize(Math.abs(value), verb, precision);
}

function formatSize(value: number, verb: FloatVerb, precision: number): string {
  if (verb === 'b') return binary(value);
  if (verb === 'x' || verb === 'X') {
    const text = hexadecimal(value, precision);
    return verb === 'X' ? text.toUpperCase() : text;
  }
  const lower = verb.toLowerCase();
  const isShortest = precision < 0;
  const decimal = isShortest ? shortest(value) : rounded(value, lower, precision);
  const count = decimal.digits.length;
  let text: string;
  if (lower === 'e') text = exponential(decimal, isShortest ? Math.max(count - 1, 0) : precision);
  else if (lower === 'f') text = fixed(decimal, isShortest ? Math.max(count - decimal.point, 0) : precision);
  else text = general(decimal, isShortest ? undefined : precision || 1);
  return verb === lower ? text : text.toUpperCase();
}

function shortest(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** To a precision: half to even, from the exact value. */
function rounded(value: number, verb: string, precision: number): Decimal {
  const { digits, point } = exact(value);
  const keep = verb === 'e' ? precision + 1 : verb === 'f' ? point + precision : precision || 1;
  if (keep >= digits.length) return { digits, point };
  if (keep < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, keep);
  const half = compareWithHalf(digits.slice(keep));
  const isOdd = keep > 0 && Number(kept.at(-1)) % 2 === 1;
  if (half < 0 || (half === 0 && !isOdd)) return trimmed(kept, point);
  const up = keep === 0 ? '1' : (BigInt(kept) + 1n).toString().padStart(keep, '0');
  return trimmed(up, point + up.length - keep);
}

function trimmed(digits: string, point: number): Decimal {
  const short = digits.replace(/0+$/, '');
  return { digits: short, point: short === '' ? 0 : point };
}

/** Whether 0.REST is less than, equal to or more than a half: negative, 0, positive. */
function compareWithHalf(rest: string): number {
  if (rest[0] !== '5') return (rest[0] ?? '0') < '5' ? -1 : 1;
  return /^50*$/.test(rest) ? 0 : 1;
}

/** All digits of a float64: at the most 767. */
function exact(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = parts(value);
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const digits = scaled.toString();
  return trimmed(digits, digits.length - (exponent >= 0 ? 0 : -exponent));
}

/** `value` is mantissa times two to the power of exponent. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1_074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1_075 };
}

function exponential({ digits, point }: Decimal, precision: number): string {
  const fraction = digits.slice(1, precision + 1).padEnd(precision, '0');
  return (digits[0] ?? '0') + (fraction && `.${fraction}`) + exponentText('e', digits === '' ? 0 : point - 1, 2);
}

function exponentText(letter: string, exponent: number, width: number): string {
  return `${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(width, '0')}`;
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const zeros = Math.min(Math.max(-point, 0), precision);
  const fraction = '0'.repeat(zeros) + digits.slice(Math.max(point, 0), Math.max(point + precision, 0));
  return `${whole}.${fraction.padEnd(precision, '0')}`;
}

/** @param precision undefined: the shortest form. */
function general(decimal: Decimal, precision: number | undefined): string {
  const count = decimal.digits.length;
  let limit = precision ?? 6;
  if (precision !== undefined && limit > count && count >= decimal.point) limit = count;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit)
    return exponential(decimal, Math.max(Math.min(precision ?? count, count) - 1, 0));
  return fixed(decimal, Math.max(count - decimal.point, 0));
}

function binary(value: number): string {
  const { mantissa, exponent } = parts(value);
  return `${mantissa}${exponentText('p', exponent, 1)}`;
}

/** `0x1.8p+01`. */
function hexadecimal(value: number, precision: number): string {
  let { mantissa, exponent } = parts(value);
  if (mantissa === 0n) exponent = 0;
  else {
    // One bit before the point, 60 behind it: whole hexadecimal digits.
    const shift = 61 - mantissa.toString(2).length;
    mantissa <<= BigInt(shift);
    exponent += 60 - shift;
  }
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - precision * 4);
    const rest = mantissa & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa += 1n;
    mantissa <<= drop;
    if (mantissa >> 61n > 0n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const all = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0');
  const digits = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  return `0x${mantissa >> 60n}${digits && `.${digits}`}${exponentText('p', exponent, 2)}`;
}
