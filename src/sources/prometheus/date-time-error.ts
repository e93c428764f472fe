/** Go's quoting inside time errors: bytes outside printable ASCII as \xNN. */
function quote(text: string): string {
  let out = '"';
  for (const byte of Buffer.from(text)) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (byte >= 0x80 || byte < 0x20) out += `\\x${byte.toString(16).padStart(2, '0')}`;
    else out += char;
  }
  return `${out}"`;
}

/**
 * The words in which Alertmanager refuses a time that no accepted layout fits: the error of the last layout tried, a
 * bare date (go-openapi strfmt).
 * @param text what parseTimestamp could not read.
 */
export function dateTimeError(text: string): string {
  const layout = '2006-01-02';
  const fault = (rest: string, element: string): string =>
    `parsing time ${quote(text)} as "${layout}": cannot parse ${quote(rest)} as "${element}"`;
  let rest = text;
  for (const [element, pattern] of DATE_ELEMENTS) {
    if (!pattern.test(rest)) return fault(rest, element);
    const read = rest.slice(0, element.length);
    rest = rest.slice(element.length);
    if (element === '01' && (Number(read) < 1 || Number(read) > 12)) {
      return `parsing time ${quote(text)}: month out of range`;
    }
  }
  if (rest !== '') return `parsing time ${quote(text)}: extra text: ${quote(rest)}`;
  return `parsing time ${quote(text)}: day out of range`;
}

const DATE_ELEMENTS: readonly (readonly [string, RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
];
