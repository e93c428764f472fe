/** RFC 2045: a line has 76 characters at most, the `=` of a soft line break included. */
const LINE = 76;
/** Where a long line should rather end at a space. */
const RAGGED = 25;
/** Of the bytes of one character, all but the first. */
const CONTINUATION = /=[89AB].$/;

/**
 * Encodes well-formed text with CRLF line ends as quoted-printable. By hand since most of a mail stays as it is: a
 * library that looks at every byte takes three times as long, a tenth of what a small mail costs in all.
 */
export function quotedPrintable(text: string): string {
  const encoded = text.replaceAll('=', '=3D').replace(/[\x7f-\uffff]+|[\t ](?=\r\n|$)/g, hex);
  return encoded.split('\r\n').map(softBreaks).join('\r\n');
}

function hex(characters: string): string {
  return Buffer.from(characters, 'utf8').toString('hex').toUpperCase().replace(/../g, '=$&');
}

function softBreaks(line: string): string {
  if (line.length <= LINE) return line;
  let broken = '';
  let start = 0;
  while (line.length - start > LINE) {
    const end = breakBefore(line, start + LINE - 1);
    broken += `${line.slice(start, end)}=\r\n`;
    start = end;
  }
  return broken + line.slice(start);
}

/** The last place up to `most` that is neither inside an encoded byte nor inside a character; after a space if one is near. */
function breakBefore(line: string, most: number): number {
  const space = line.lastIndexOf(' ', most - 1);
  if (space > most - RAGGED) return space + 1;
  let end = most;
  if (line[end - 1] === '=') end -= 1;
  else if (line[end - 2] === '=') end -= 2;
  // Encoded, a character is four bytes at most.
  for (let bytes = 1; bytes < 4 && CONTINUATION.test(line.slice(end, end + 3)); bytes++) end -= 3;
  return end;
}
