import { randomBytes } from 'node:crypto';
import { encode, wrap } from 'nodemailer/lib/qp';

const LINE = 76;
/** RFC 5322 allows 998 bytes a line; some gateways break earlier. */
const LONGEST_PLAIN_LINE = 900;

/** One text part: its type and UTF-8 text. */
export interface Part {
  readonly type: 'text/plain' | 'text/html';
  readonly text: string;
}

/** Content headers and body of a message made of these parts, least rich first; CRLF line ends, 7-bit throughout. */
export function mimeContent(parts: readonly Part[]): string {
  const [only, ...others] = parts;
  if (only === undefined) return mimeContent([{ type: 'text/plain', text: '' }]);
  if (others.length === 0) return encodePart(only);
  const boundary = `--tocsin-${randomBytes(15).toString('hex')}`;
  const blocks = parts.map((part) => `--${boundary}\r\n${encodePart(part)}\r\n`);
  return `Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n${blocks.join('')}--${boundary}--\r\n`;
}

function encodePart({ type, text }: Part): string {
  const clean = text
    .toWellFormed()
    .replace(/\r\n?|\n/g, '\r\n')
    .replace(/(?![\r\n\t])\p{Cc}/gu, '\ufffd');
  const [encoding, body] = encodeBody(clean);
  return `Content-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

/** The encoding that keeps the source readable and small: as it is, else quoted-printable, else base64. */
function encodeBody(text: string): [encoding: string, body: string] {
  const outside = text.match(/\P{ASCII}/gu)?.length ?? 0;
  if (outside === 0 && !hasLongLine(text)) return ['7bit', text];
  if (outside * 6 <= text.length) return ['quoted-printable', wrap(encode(text), LINE)];
  const base64 = Buffer.from(text, 'utf8').toString('base64');
  return ['base64', base64.replace(/.{76}(?=.)/g, '$&\r\n')];
}

function hasLongLine(text: string): boolean {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const next = end < 0 ? text.length : end;
    if (next - start > LONGEST_PLAIN_LINE) return true;
    start = next + 1;
  }
  return false;
}
