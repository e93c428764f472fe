import { randomUUID } from 'node:crypto';
import type { Attachment } from '../../../templating/attachments.ts';
import { quotedPrintable } from './quoted-printable.ts';

/** RFC 5322 allows 998 bytes a line; some gateways break earlier. */
const LONGEST_PLAIN_LINE = 900;

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what this is about
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** All that keeps a text from going as it is. */
const SPECIAL = /[^\t\n\x20-\x7e]/;

/** One text part: its type and UTF-8 text. */
export interface Part {
  readonly type: 'text/plain' | 'text/html';
  readonly text: string;
}

/**
 * Content headers and body of a message made of these parts, least rich first, and files beside them; CRLF line ends,
 * 7-bit throughout.
 */
export function mimeContent(parts: readonly Part[], files: readonly Attachment[] = []): string {
  const shown = parts.length === 0 ? [encodePart({ type: 'text/plain', text: '' })] : parts.map(encodePart);
  const body = multipart('alternative', shown);
  return multipart('mixed', [body, ...files.map(encodeFile)]);
}

/** Entities (headers and body each) as one; a single one needs no wrapping. */
function multipart(kind: 'alternative' | 'mixed', entities: readonly string[]): string {
  if (entities.length === 1) return entities[0] as string;
  // Nobody can foresee it; unlike randomBytes it takes its randomness from a stock.
  const boundary = `--tocsin-${randomUUID()}`;
  const blocks = entities.map((entity) => `--${boundary}\r\n${entity}\r\n`);
  return `Content-Type: multipart/${kind};\r\n boundary="${boundary}"\r\n\r\n${blocks.join('')}--${boundary}--\r\n`;
}

/** Byte for byte as it is: files are for machines too. */
function encodeFile({ filename, contentType, content }: Attachment): string {
  const head = [
    `Content-Type: ${contentType}; charset=UTF-8`,
    `Content-Disposition: attachment;\r\n filename="${filename}"`,
    'Content-Transfer-Encoding: base64',
  ];
  return `${head.join('\r\n')}\r\n\r\n${base64(content.toWellFormed())}`;
}

function encodePart({ type, text }: Part): string {
  const [encoding, body] = encodeBody(text);
  return `Content-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

/** The encoding that keeps the source readable and small: as it is, else quoted-printable, else base64. */
function encodeBody(text: string): [encoding: string, body: string] {
  if (!SPECIAL.test(text) && !hasLongLine(text)) return ['7bit', text.replaceAll('\n', '\r\n')];
  const clean = text
    .toWellFormed()
    .replace(/\r\n?|\n/g, '\r\n')
    .replace(CONTROLS, '\ufffd');
  const outside = clean.match(/[\u0080-\uffff]/g)?.length ?? 0;
  if (outside * 6 <= clean.length) return ['quoted-printable', quotedPrintable(clean)];
  return ['base64', base64(clean)];
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n');
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
