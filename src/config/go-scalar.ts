import { isNull, type ScalarNode } from './node.ts';

export type GoScalar = null | boolean | number | bigint | string;

/**
 * What Go's YAML 1.1 makes of a scalar where anything may stand: `yes` is true, `010` is 8, `1_000` a number, a date text.
 * @returns bigint for whole numbers (64 bits), number for all others, NaN and infinities included
 */
export function goScalar(node: ScalarNode): GoScalar {
  const { text, plain } = node;
  if (isNull(node)) return null;
  if (!plain) return text;
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  const infinite = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  return /^[-+.\d]/.test(text) ? goNumber(text) : text;
}

function goNumber(text: string): bigint | number | string {
  const plain = text.replaceAll('_', '');
  const whole = text.startsWith('.') ? undefined : goInteger(plain);
  if (whole !== undefined) return whole;
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(plain)) return text;
  const value = Number(plain);
  // Go finds the text of a number that is too large to be none.
  return Number.isFinite(value) ? value : text;
}

/** A whole number of 64 bits in any of Go's bases; undefined: it is none. */
export function goInteger(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(0x[\da-f]+|0b[01]+|0o[0-7]+|0[0-7]*|[1-9]\d*)$/i.exec(text) ?? [];
  if (digits === '') return undefined;
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const value = sign === '-' ? -size : size;
  const fits = value === BigInt.asIntN(64, value) || (sign === '' && value === BigInt.asUintN(64, value));
  return fits ? value : undefined;
}
