/** Up to this product of lengths the engine's own search, quadratic at worst, is quicker. */
const NATIVE_PRODUCT = 100_000;

/** Where a text stands in another at or behind `from`, or -1: indexOf, but linear in both lengths. */
export function findText(text: string, part: string, from = 0): number {
  if (part.length < 8 || part.length * (text.length - from) <= NATIVE_PRODUCT) return text.indexOf(part, from);
  const borders = bordersOf(part);
  let matched = 0;
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = borders[matched - 1] as number;
    if (part.charCodeAt(matched) === unit) matched++;
    if (matched === part.length) return i - matched + 1;
  }
  return -1;
}

/** For each beginning of a text, the length of the longest shorter beginning that is also its end (Knuth, Morris, Pratt). */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let length = 0;
  for (let i = 1; i < part.length; i++) {
    while (length > 0 && part.charCodeAt(i) !== part.charCodeAt(length)) length = borders[length - 1] as number;
    if (part.charCodeAt(i) === part.charCodeAt(length)) length++;
    borders[i] = length;
  }
  return borders;
}
