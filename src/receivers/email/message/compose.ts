import type { Attachment } from '../../../templating/attachments.ts';
import { PermanentError } from '../../receiver.ts';
import { isAscii, type Mailbox, parseAddresses } from './addresses.ts';
import { addressHeader, headerText, structuredHeader, textHeader } from './headers.ts';
import { mimeContent, type Part } from './mime.ts';

/** A mail before it is encoded. */
export interface Mail {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  /** ms */
  readonly date: number;
  readonly messageId: string;
  readonly root: string;
  /** Lower case; critical and high raise the mail's priority. */
  readonly severity: string;
  /** The file's own headers, rendered: canonical name to text. They replace those above. */
  readonly headers: ReadonlyMap<string, string>;
  /** undefined: no such part. */
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
}

export interface MessageLimits {
  /** Bytes. */
  readonly size: number | undefined;
  /** Whether addresses may be outside ASCII (SMTPUTF8). */
  readonly utf8: boolean;
  /** Bytes of it that are for what is added afterwards; default 0. */
  readonly reserve?: number;
}

/** No mail is larger, whatever the server would take. */
export const MAX_MESSAGE = 10 * 1024 * 1024;
const MAX_SUBJECT = 400;
const MAX_HEADER = 2_000;
const ADDRESS_HEADERS: ReadonlySet<string> = new Set(['from', 'sender', 'to', 'cc', 'reply-to']);
const STRUCTURED_HEADERS: ReadonlySet<string> = new Set(['message-id', 'references', 'in-reply-to', 'date']);
/** The message's own form, and the hidden recipients: not the file's to write. */
const FORBIDDEN = /^(?:content-.*|mime-version|bcc|resent-bcc|dkim-signature)$/;

/**
 * Encodes a mail. One that is too large loses its files and its HTML part, then the end of its text, and says so.
 * @throws PermanentError when not even that fits.
 */
export function encodeMail(mail: Mail, { size, utf8, reserve = 0 }: MessageLimits): Buffer {
  const limit = Math.min(size ?? MAX_MESSAGE, MAX_MESSAGE);
  const head = `${headerLines(mail, utf8).join('\r\n')}\r\nMIME-Version: 1.0\r\n`;
  const parts: Part[] = [];
  if (mail.text !== undefined) parts.push({ type: 'text/plain', text: mail.text });
  if (mail.html !== undefined) parts.push({ type: 'text/html', text: mail.html });
  const whole = Buffer.from(head + mimeContent(parts, mail.attachments), 'utf8');
  const most = limit - reserve;
  if (whole.length <= most) return whole;
  const without = mail.attachments.length === 0 ? '' : ' The attached files are left out.';
  const note = `[Cut: the mail has ${whole.length} bytes, ${limit} are allowed.${without}]\n`;
  const all = Buffer.from(mail.text ?? '', 'utf8');
  // How long a text gets by its encoding is in the hands of who wrote it: three times as long, if it is all "=".
  for (let room = most - head.length; room >= note.length; room = Math.floor(room * 0.8)) {
    const text = `${note}\n${all.toString('utf8', 0, room - note.length)}`;
    const cut = Buffer.from(head + mimeContent([{ type: 'text/plain', text }]), 'utf8');
    if (cut.length <= most) return cut;
  }
  throw new PermanentError(`message of ${whole.length} bytes is over the limit of ${limit} bytes`, 'clientError');
}

/** Whether a header is written by Tocsin alone, whatever the file says. */
export function isOwnHeader(name: string): boolean {
  return FORBIDDEN.test(name.toLowerCase());
}

function headerLines(mail: Mail, utf8: boolean): string[] {
  const lines = new Map<string, string>();
  const addresses = (name: string, mailboxes: readonly Mailbox[]): void => {
    const possible = mailboxes.filter(({ address }) => utf8 || isAscii(address));
    if (possible.length > 0) lines.set(name.toLowerCase(), addressHeader(name, possible));
  };
  const structured = (name: string, value: string): void => {
    lines.set(name.toLowerCase(), structuredHeader(name, value));
  };
  structured('Date', new Date(mail.date).toUTCString().replace('GMT', '+0000'));
  addresses('From', [mail.from]);
  lines.set('to', 'To: undisclosed-recipients:;');
  addresses('To', mail.to);
  addresses('Cc', mail.cc);
  addresses('Reply-To', mail.replyTo);
  lines.set('subject', textHeader('Subject', headerText(mail.subject, MAX_SUBJECT)));
  structured('Message-ID', mail.messageId);
  structured('In-Reply-To', mail.root);
  structured('References', mail.root);
  structured('Auto-Submitted', 'auto-generated');
  structured('X-Auto-Response-Suppress', 'OOF, AutoReply');
  if (mail.severity === 'critical' || mail.severity === 'high') {
    structured('X-Priority', mail.severity === 'critical' ? '1 (Highest)' : '2 (High)');
    structured('Importance', 'high');
    structured('Priority', 'urgent');
  }
  if (mail.headers.has('References') || mail.headers.has('In-Reply-To')) {
    lines.delete('references');
    lines.delete('in-reply-to');
  }
  for (const [name, value] of mail.headers) {
    const key = name.toLowerCase();
    if (isOwnHeader(key)) continue;
    const text = headerText(value, key === 'subject' ? MAX_SUBJECT : MAX_HEADER);
    if (text === '') {
      // An empty value takes a header out; a mail without From is none.
      if (key !== 'from') lines.delete(key);
    } else if (ADDRESS_HEADERS.has(key)) {
      const mailboxes = tryParse(value);
      if (mailboxes) addresses(name, mailboxes);
      else lines.set(key, textHeader(name, text));
    } else if (STRUCTURED_HEADERS.has(key)) structured(name, text);
    else lines.set(key, textHeader(name, text));
  }
  return [...lines.values()];
}

/** undefined: not an address list; Alertmanager files may have any text in such a header. */
function tryParse(value: string): Mailbox[] | undefined {
  try {
    return parseAddresses(value);
  } catch {
    return undefined;
  }
}
