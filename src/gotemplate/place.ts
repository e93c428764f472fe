import { byteLength } from './bytes.ts';
import type { Source } from './nodes.ts';

/** Where `pos`, an index in a source's text, is: the line from 1, and the column in bytes from 0, as Go counts. */
export function placeOf({ text }: Source, pos: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, pos);
  return { line: before.split('\n').length, column: byteLength(before.slice(before.lastIndexOf('\n') + 1)) };
}
