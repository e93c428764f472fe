import type { SmtpStep } from './errors.ts';

/** Where a dialogue stands. */
export interface Stage {
  readonly step: SmtpStep;
  /** How an error's text begins; default: the step. */
  readonly prefix?: string;
}

/** nodemailer's name of a command to the step in Alertmanager's words. */
const STEPS: ReadonlyMap<string, SmtpStep> = new Map([
  ['EHLO', 'send EHLO command'],
  ['HELO', 'send EHLO command'],
  ['LHLO', 'send EHLO command'],
  ['STARTTLS', 'send STARTTLS command'],
  ['MAIL', 'send MAIL command'],
  ['MAIL FROM', 'send MAIL command'],
  ['RCPT', 'send RCPT command'],
  ['RCPT TO', 'send RCPT command'],
  ['DATA', 'send DATA command'],
  ['.', 'send DATA command'],
  ['RSET', 'send DATA command'],
]);

/** undefined: no command, or one that has no step of its own. */
export function stepOf(command: string): SmtpStep | undefined {
  return STEPS.get(command);
}

/** The reply code; undefined where the reply does not begin with one. */
export function codeOf(reply: string): number | undefined {
  return Number(/^\d{3}(?!\d)/.exec(reply)?.[0]) || undefined;
}

/** The keywords of an EHLO reply, upper case, each with the words after it. Old servers write `AUTH=LOGIN`. */
export function offersOf(reply: string): ReadonlyMap<string, string> {
  const offers = new Map<string, string>();
  for (const line of reply.split('\n').slice(1)) {
    const [, keyword = '', words = ''] = /^([^ =]*)[ =]*(.*)$/.exec(line.slice(4).trim().toUpperCase()) ?? [];
    // Some servers have both forms, with different mechanisms.
    offers.set(keyword, [offers.get(keyword), words].filter(Boolean).join(' '));
  }
  return offers;
}

/** A text without these secrets, as they are, in base64 or percent-encoded. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((hidden, secret) => {
    const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
    return [secret, `${base64}==`, `${base64}=`, base64, encodeURIComponent(secret.toWellFormed())].reduce(
      (rest, form) => rest.replaceAll(form, '<secret>'),
      hidden,
    );
  }, text);
}

/** A server's reply as one line without control characters, of bounded length. */
export function oneLine(reply: string): string {
  const lines = reply.slice(0, 5_000).split(/\r?\n/);
  const words = lines.map((line, i) => (i === 0 ? line.replace(/^(\d{3})-/, '$1 ') : line.replace(/^\d{3}[ -]/, '')));
  const clean = words
    .join(' ')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return clean.length > 500 ? `${clean.slice(0, 500)}...` : clean;
}
