import { encodeWord, foldLines, quoteString } from 'nodemailer/lib/mime-funcs';
import type { Mailbox } from './addresses.ts';

const LINE = 76;
/** Longest encoded word, charset and delimiters included (RFC 2047 allows 75). */
const WORD = 52;
const NAME_LENGTH = 200;
/** Direction overrides and isolates turn the text after them around; line separators end lines in some readers. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

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

/** A folded line of an unstructured header; encoded words (RFC 2047) where it is not plain ASCII. */
export function textHeader(name: string, text: string): string {
  // '=?' would be decoded by readers although nobody encoded it, and a long run of text cannot be folded.
  const plain = /^[\x20-\x7e]*$/.test(text) && !text.includes('=?') && !/\S{500}/.test(text);
  return foldLines(`${name}: ${plain ? text : encodeWord(text, 'Q', WORD)}`, LINE);
}

/** A folded line of an address header. Only display names are encoded, never an address. */
export function addressHeader(name: string, mailboxes: readonly Mailbox[]): string {
  return foldLines(`${name}: ${mailboxes.map(formatMailbox).join(', ')}`, LINE);
}

/** A line of a header whose value has a syntax of its own (message ids, keywords): ASCII only, never encoded. */
export function structuredHeader(name: string, value: string): string {
  return foldLines(`${name}: ${value.replace(/[^\x20-\x7e]/g, '')}`, LINE);
}

function formatMailbox({ name, address }: Mailbox): string {
  const clean = headerText(name, NAME_LENGTH);
  if (clean === '') return address;
  if (/^[\w ]+$/.test(clean)) return `${clean} <${address}>`;
  const plain = /^[\x20-\x7e]*$/.test(clean) && !clean.includes('=?');
  return `${plain ? quoteString(clean) : encodeWord(clean, 'Q', WORD)} <${address}>`;
}
