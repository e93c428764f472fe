import { PermanentError } from '../../receiver.ts';
import { headersOf } from './headers.ts';
import type { Mail } from './mail.ts';
import { mimeMessage, type Part } from './mime.ts';

export interface MessageLimits {
  /** Bytes. */
  readonly size: number | undefined;
  /** Whether addresses may be outside ASCII (SMTPUTF8). */
  readonly utf8: boolean;
  /** Bytes of it that are for what is added afterwards; default 0. */
  readonly reserve?: number;
}

/** No email is larger, whatever the server accepts. */
export const MAX_MESSAGE = 10 * 1024 * 1024;

/**
 * Encodes an email. One that is too large loses its attachments and its HTML part, then the end of its text, and says so.
 * @throws PermanentError when not even that fits.
 */
export function encodeMail(mail: Mail, { size, utf8, reserve = 0 }: MessageLimits): Buffer {
  const limit = Math.min(size ?? MAX_MESSAGE, MAX_MESSAGE);
  const headers = headersOf(mail, utf8);
  const parts: Part[] = [];
  if (mail.text !== undefined) parts.push({ type: 'text/plain', text: mail.text });
  if (mail.html !== undefined) parts.push({ type: 'text/html', text: mail.html });
  const whole = mimeMessage(headers, parts, mail.attachments);
  const most = limit - reserve;
  if (whole.length <= most) return whole;
  const without = mail.attachments.length === 0 ? '' : ' Attachments were left out.';
  const note = `[Truncated: the email has ${whole.length} bytes, the limit is ${limit}.${without}]\n`;
  const cutTo = (length: number): Buffer => {
    const text = `${note}\n${all.toString('utf8', 0, length)}`;
    return mimeMessage(headers, [{ type: 'text/plain', text }], []);
  };
  const all = Buffer.from(mail.text ?? '', 'utf8');
  // The author of a text decides how long it gets when it is encoded: three times as long, if it is all "=".
  for (let length = most - cutTo(0).length; length >= 0; length = Math.ceil(length * 0.8) - 1) {
    const cut = cutTo(length);
    if (cut.length <= most) return cut;
  }
  throw new PermanentError(`message of ${whole.length} bytes is over the limit of ${limit} bytes`, 'clientError');
}
