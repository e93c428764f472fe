import * as base64 from 'nodemailer/lib/base64';
import MimeNode from 'nodemailer/lib/mime-node';
import * as qp from 'nodemailer/lib/qp';
import type { Attachment } from '../../../templating/attachments.ts';
import { type Header, writtenName } from './headers.ts';

/** RFC 5322 allows 998 bytes a line; some gateways break earlier. */
const LONGEST_PLAIN_LINE = 900;

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what this is about
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** All that keeps a text from going as it is. */
const SPECIAL = /[^\t\n\x20-\x7e]/;

/** nodemailer adds a random part that no text can foresee. */
const BOUNDARY = '--tocsin-email';

/** One text part: its type and UTF-8 text. */
export interface Part {
  readonly type: 'text/plain' | 'text/html';
  readonly text: string;
}

/** A node of the MIME tree whose content, if it has any, is encoded already. */
interface Entity {
  readonly node: MimeNode;
  readonly body?: string;
  readonly children?: readonly Entity[];
}

/**
 * A whole message of these parts, least rich first, and files beside them; CRLF line ends, 7-bit but for addresses.
 * Structure and headers are MimeNode's. It could also write the message, through ten streams: that takes 0.45 ms of CPU
 * for a usual email of 13 kB, where writing it here takes 0.09 ms.
 */
export function mimeMessage(headers: readonly Header[], parts: readonly Part[], files: readonly Attachment[]): Buffer {
  const shown = parts.length === 0 ? [partEntity({ type: 'text/plain', text: '' })] : parts.map(partEntity);
  const body = multipart('alternative', shown);
  const root = multipart('mixed', [body, ...files.map(fileEntity)]);
  for (const [name, value] of headers) root.node.setHeader(name, value);
  return Buffer.from(write(root), 'utf8');
}

function multipart(kind: 'alternative' | 'mixed', children: readonly Entity[]): Entity {
  const [only, ...others] = children;
  if (only && others.length === 0) return only;
  const node = newNode(`multipart/${kind}`);
  for (const child of children) node.appendChild(child.node);
  return { node, children };
}

function partEntity({ type, text }: Part): Entity {
  const [encoding, body] = encodeText(text);
  const node = newNode(`${type}; charset=UTF-8`);
  node.setHeader('Content-Transfer-Encoding', encoding);
  return { node, body };
}

/** Byte for byte as it is: files are for machines too. */
function fileEntity({ filename, contentType, content }: Attachment): Entity {
  const node = newNode(`${contentType}; charset=UTF-8`, filename);
  node.setHeader('Content-Transfer-Encoding', 'base64');
  return { node, body: base64.wrap(base64.encode(content.toWellFormed())) };
}

function newNode(contentType: string, filename?: string): MimeNode {
  return new MimeNode(contentType, {
    filename,
    textEncoding: 'Q',
    boundaryPrefix: BOUNDARY,
    normalizeHeaderKey: writtenName,
  });
}

function write({ node, body = '', children = [] }: Entity): string {
  const head = `${node.buildHeaders()}\r\n\r\n`;
  if (children.length === 0) return head + body;
  const boundary = String(node.boundary);
  const blocks = children.map((child) => `--${boundary}\r\n${write(child)}\r\n`);
  return `${head}${blocks.join('')}--${boundary}--\r\n`;
}

/** The encoding that keeps the source readable and small: as it is, else quoted-printable, else base64. */
function encodeText(text: string): [encoding: string, body: string] {
  if (!SPECIAL.test(text) && !hasLongLine(text)) return ['7bit', text.replaceAll('\n', '\r\n')];
  const clean = text
    .toWellFormed()
    .replace(/\r\n?|\n/g, '\r\n')
    .replace(CONTROLS, '\ufffd');
  const outside = clean.match(/[\u0080-\uffff]/g)?.length ?? 0;
  if (outside * 6 <= clean.length) return ['quoted-printable', qp.wrap(qp.encode(clean))];
  return ['base64', base64.wrap(base64.encode(clean))];
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
