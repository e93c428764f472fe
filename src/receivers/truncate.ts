/** Where a text is cut, it ends so. */
const ELLIPSIS = '…';

/**
 * Cuts a text to `limit` code points, the last one being the ellipsis. A surrogate pair is never split. With a limit of
 * 3 or less there is no ellipsis (as Alertmanager's TruncateInRunes).
 */
export function truncateRunes(text: string, limit: number): string {
  // Never more code points than UTF-16 units: most texts need not be counted.
  if (text.length <= limit) return text;
  const end = unitsOf(text, limit);
  if (end === text.length) return text;
  return limit <= 3 ? text.slice(0, end) : text.slice(0, unitsOf(text, limit - 1)) + ELLIPSIS;
}

/**
 * Cuts a text to `limit` bytes of UTF-8, the ellipsis (3 bytes) among them, at a code point's boundary: it may be up to
 * 3 bytes shorter (as Alertmanager's TruncateInBytes).
 */
export function truncateBytes(text: string, limit: number): string {
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text;
  if (limit <= 3) return cutBytes(text, limit);
  return cutBytes(text, limit - 3) + ELLIPSIS;
}

/** The longest start of a text that has at most `limit` bytes and ends between two code points. */
export function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(limit, bytes.length);
  while (end > 0 && end < bytes.length && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** UTF-16 units of a text's first `count` code points. */
function unitsOf(text: string, count: number): number {
  let units = 0;
  for (let i = 0; i < count && units < text.length; i++) units += (text.codePointAt(units) as number) > 0xffff ? 2 : 1;
  return units;
}
