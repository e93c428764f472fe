import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type { MimeNodeHeaderValue } from 'nodemailer/lib/mime-node';
import { isAscii, type Mailbox, parseAddresses } from './addresses.ts';
import type { Mail } from './mail.ts';

/** Longest encoded word, charset and delimiters included (RFC 2047 allows 75). */
const WORD = 52;
const MAX_NAME = 200;
const MAX_SUBJECT = 400;
const MAX_HEADER = 2_000;
/** Direction overrides and isolates turn the text after them around; line separators end lines in some readers. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const ADDRESS_HEADERS: ReadonlySet<string> = new Set(['from', 'sender', 'to', 'cc', 'reply-to']);
/** Headers whose value has a syntax of its own (message ids, keywords): ASCII only, never encoded. */
const STRUCTURED_HEADERS: ReadonlySet<string> = new Set(['message-id', 'references', 'in-reply-to', 'date']);
/** The message's own form, and the hidden recipients: not the file's to write. */
const FORBIDDEN = /^(?:content-.*|mime-version|bcc|resent-bcc|dkim-signature)$/;
/** nodemailer drops an address header without an address; under another name it is text to it. */
const TEXT_PREFIX = 'X-Text-';

export type Header = readonly [name: string, value: MimeNodeHeaderValue];

/** RFC 5322's field-name. */
export function isHeaderName(name: string): boolean {
  return /^[!-9;-~]+$/.test(name);
}

/** Whether a header is written by Tocsin alone, whatever the file says. */
export function isOwnHeader(name: string): boolean {
  return FORBIDDEN.test(name.toLowerCase());
}

/** Text as a header may hold it: one line without control characters, at most `max` characters. */
export function headerText(text: string, max: number): string {
  // Cut first: nothing after this pays for a megabyte of label.
  const clean = text
    .slice(0, max * 4)
    .toWellFormed()
    .replace(UNSAFE, ' ')
    .trim();
  if (clean.length <= max) return clean;
  const characters = [...clean];
  return characters.length <= max ? clean : `${characters.slice(0, max - 1).join('')}…`;
}

/** All headers but those of the MIME structure, in order, as nodemailer takes them. @param utf8 SMTPUTF8 is offered */
export function headersOf(mail: Mail, utf8: boolean): Header[] {
  const headers = new Map<string, Header>();
  const set = (name: string, value: MimeNodeHeaderValue): void => {
    headers.set(name.toLowerCase(), [name, value]);
  };
  const setAddresses = (name: string, mailboxes: readonly Mailbox[]): void => {
    const possible = mailboxes.filter(({ address }) => utf8 || isAscii(address));
    if (possible.length > 0) set(name, possible.map(toAddress));
  };
  set('Date', new Date(mail.date));
  setAddresses('From', [mail.from]);
  headers.set('to', textHeader('To', 'undisclosed-recipients:;'));
  setAddresses('To', mail.to);
  setAddresses('Cc', mail.cc);
  setAddresses('Reply-To', mail.replyTo);
  headers.set('subject', textHeader('Subject', headerText(mail.subject, MAX_SUBJECT)));
  set('Message-ID', mail.messageId);
  set('In-Reply-To', mail.root);
  set('References', mail.root);
  set('Auto-Submitted', 'auto-generated');
  set('X-Auto-Response-Suppress', 'OOF, AutoReply');
  if (mail.severity === 'critical' || mail.severity === 'high') {
    set('X-Priority', mail.severity === 'critical' ? '1 (Highest)' : '2 (High)');
    set('Importance', 'high');
    set('Priority', 'urgent');
  }
  if (mail.headers.has('References') || mail.headers.has('In-Reply-To')) {
    headers.delete('references');
    headers.delete('in-reply-to');
  }
  for (const [name, value] of mail.headers) {
    const key = name.toLowerCase();
    if (isOwnHeader(key)) continue;
    const text = headerText(value, key === 'subject' ? MAX_SUBJECT : MAX_HEADER);
    const mailboxes = ADDRESS_HEADERS.has(key) ? tryParse(value) : undefined;
    if (text === '') {
      // An empty value takes a header out; an email needs From.
      if (key !== 'from') headers.delete(key);
    } else if (mailboxes) setAddresses(name, mailboxes);
    else if (STRUCTURED_HEADERS.has(key)) set(name, text.replace(/[^\x20-\x7e]/g, ''));
    else headers.set(key, textHeader(name, text));
  }
  return [...headers.values()];
}

/** nodemailer's `normalizeHeaderKey`. */
export function writtenName(name: string): string {
  return name.startsWith(TEXT_PREFIX) ? name.slice(TEXT_PREFIX.length) : name;
}

function textHeader(name: string, text: string): Header {
  const isAddress = ADDRESS_HEADERS.has(name.toLowerCase());
  // '=?' would be decoded by readers although it is not encoded, and a long run of text cannot be folded.
  const encode = text.includes('=?') || /\S{500}/.test(text);
  return [isAddress ? `${TEXT_PREFIX}${name}` : name, encode ? encodeWord(text, 'Q', WORD) : text];
}

function toAddress({ name, address }: Mailbox): { name: string; address: string } {
  // Readers decode '=?' in quotes too.
  return { name: headerText(name, MAX_NAME).replaceAll('=?', '= ?'), address };
}

/** undefined: not an address list; Alertmanager files may have any text in such a header. */
function tryParse(value: string): Mailbox[] | undefined {
  try {
    return parseAddresses(value);
  } catch {
    return undefined;
  }
}
