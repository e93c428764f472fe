import { toBytes } from '../bytes.ts';
import { FAILSAFE, type Printed } from './printed.ts';

/** A relative URL, or one of http, https or mailto. */
function isSafeUrl(text: string): boolean {
  const [scheme = ''] = /^[^:]*(?=:)/.exec(text) ?? [];
  return scheme.includes('/') || !text.includes(':') || /^(?:http|https|mailto)$/iu.test(scheme);
}

export function filterUrl({ text, safe }: Printed): string {
  return safe === 'url' || isSafeUrl(text) ? text : `#${FAILSAFE}`;
}

/** Percent-encodes what may not stand in a URL, but no escape twice. */
export function normalizeUrl(text: string): string {
  return encode(text, /[\w.~!#$&*+,/:;=?@[\]-]/, true);
}

/** Percent-encodes everything that has a meaning in a URL, for its query. */
export function escapeUrl({ text, safe }: Printed): string {
  return safe === 'url' ? normalizeUrl(text) : encode(text, /[\w.~-]/, false);
}

function encode(text: string, kept: RegExp, keepsEscapes: boolean): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  let encoded = '';
  const bytes = toBytes(text);
  const isHex = (byte: number | undefined): boolean => byte !== undefined && /[\da-f]/i.test(String.fromCharCode(byte));
  bytes.forEach((byte, index) => {
    const character = String.fromCharCode(byte);
    const isEscape = keepsEscapes && character === '%' && isHex(bytes[index + 1]) && isHex(bytes[index + 2]);
    const isKept = isEscape || (byte < 0x80 && kept.test(character));
    encoded += isKept ? character : `%${byte.toString(16).padStart(2, '0')}`;
  });
  return encoded;
}

/** Of a `srcset`, each candidate. */
export function filterSrcset({ text, safe }: Printed): string {
  if (safe === 'url') return normalizeUrl(text).replaceAll(',', '%2c');
  return text.split(',').map(filterCandidate).join(',');
}

/** A URL, with a width or density behind it. */
function filterCandidate(candidate: string): string {
  const [, before = '', url = '', behind = ''] = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)(.*)$/s.exec(candidate) ?? [];
  const isSafe = isSafeUrl(url) && /^[\t\n\f\r \da-zA-Z]*$/.test(behind);
  return isSafe ? before + normalizeUrl(url) + behind : `#${FAILSAFE}`;
}
