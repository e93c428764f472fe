/**
 * Alertmanager's fingerprint (common/model LabelSet.Fingerprint): FNV-1a, 64 bit, over the UTF-8 bytes of
 * name, 0xFF, value, 0xFF for each pair in name order.
 *
 * @param pairs flat `[name, value, ...]`, sorted bytewise by name. @returns 16 lower-case hex digits.
 */
export function fingerprint(pairs: readonly string[]): string {
  return hash(pairs, 0x7f) ?? (hash(pairs.map(utf8), 0xff) as string);
}

/**
 * JavaScript has no cheap 64-bit integer, so the state is two halves. They are local variables, and ASCII is not encoded
 * first, because this runs for each character of each alert that comes in.
 * @param largest no text may have a larger unit: it would be no byte of UTF-8. @returns undefined if one has.
 */
function hash(pairs: readonly string[], largest: number): string | undefined {
  let high = 0xcbf29ce4 | 0;
  let low = 0x84222325 | 0;
  for (const text of pairs) {
    for (let i = 0; i <= text.length; i++) {
      const byte = i === text.length ? 0xff : text.charCodeAt(i);
      if (byte > largest && i < text.length) return undefined;
      // Xor the byte, multiply by 2^40 + 0x1b3 modulo 2^64.
      const x = low ^ byte;
      const product = (x & 0xffff) * 0x1b3;
      const middle = (x >>> 16) * 0x1b3 + (product >>> 16);
      high = (Math.imul(high, 0x1b3) + (middle >>> 16) + (x << 8)) | 0;
      low = (middle << 16) | (product & 0xffff);
    }
  }
  return hex(high, low);
}

/** The bytes of a text as characters. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** All at once: concatenated pieces would be kept beside their sum. */
function hex(high: number, low: number): string {
  const digits: number[] = [];
  for (let shift = 28; shift >= 0; shift -= 4) digits.push(DIGITS[(high >>> shift) & 15] as number);
  for (let shift = 28; shift >= 0; shift -= 4) digits.push(DIGITS[(low >>> shift) & 15] as number);
  return String.fromCharCode(...digits);
}
