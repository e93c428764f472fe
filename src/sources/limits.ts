import { createHash } from 'node:crypto';

/** Longest label value that a webhook source makes, in UTF-16 units. */
export const LONGEST_LABEL = 1024;
/** Longest single annotation, in UTF-16 units. */
export const LONGEST_ANNOTATION = 16_384;

/** Cuts a text, never through a surrogate pair, and marks the cut with `…`. @param length longest result, UTF-16 units. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 2);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, splitsPair ? length - 2 : length - 1)}…`;
}

/** Cuts a label's value to LONGEST_LABEL. The hash of the whole keeps two long values apart that begin alike. */
export function cutLabel(text: string): string {
  if (text.length <= LONGEST_LABEL) return text;
  const hash = shortHash(text);
  return cutText(text, LONGEST_LABEL - hash.length) + hash;
}

/** 32 hex digits of the text's SHA-256. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
