/**
 * Go's strings are bytes, mostly valid UTF-8. Here they are JavaScript strings; a byte that belongs to no character is a lone low surrogate, U+DC80..U+DCFF
 * for 0x80..0xFF. Text from outside is made well-formed first, so a lone surrogate has no other origin.
 */

// Not global: .test() keeps no state.
// biome-ignore lint/suspicious/noControlCharactersInRegex: every ASCII character is meant.
const ASCII = /^[\x00-\x7f]*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether one character is one byte, so that plain string functions count bytes. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Length in bytes. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : toBytes(text).length;
}

/** The bytes of a string, stray ones as themselves. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (isStray(code)) parts.push(code - 0xdc00);
    else parts.push(...encoder.encode(character));
  }
  return Uint8Array.from(parts);
}

/** The string of these bytes; each byte outside a valid character becomes a stray one. */
export function fromBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeWithStrays(bytes);
  }
}

/** Bytes `start` to `end` (exclusive) of a string. */
export function sliceBytes(text: string, start: number, end: number): string {
  return isAscii(text) ? text.slice(start, end) : fromBytes(toBytes(text).subarray(start, end));
}

/** Whether this code unit or code point stands for a byte of its own. */
export function isStray(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

/** Characters and stray bytes, in order: what Go's `range` over a string goes through. */
export function runes(text: string): string[] {
  return Array.from(joinStrays(text));
}

/** Stray bytes that have come together to a character become that character. */
export function joinStrays(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text));
}

/** For JSON, mail and every other text outside: each stray byte becomes U+FFFD. */
export function toText(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text)).toWellFormed();
}

/** Order of two strings by their bytes. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  if (isAscii(a) && isAscii(b)) return a < b ? -1 : 1;
  return Buffer.compare(toBytes(a), toBytes(b));
}

function decodeWithStrays(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
      at++;
    } else {
      text += decoder.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** Bytes of the valid character at `at`; 0 if there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  try {
    if (decoder.decode(bytes.subarray(at, at + length)).length > 0 && at + length <= bytes.length) return length;
  } catch {
    // Not a character.
  }
  return 0;
}
