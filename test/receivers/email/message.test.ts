import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../../src/receivers/email/message/addresses.ts';
import { encodeMail } from '../../../src/receivers/email/message/compose.ts';
import type { Mail } from '../../../src/receivers/email/message/mail.ts';
import { PermanentError } from '../../../src/receivers/receiver.ts';

const BASE: Mail = {
  from: { name: 'Tocsin', address: 'tocsin@example.org' },
  to: [{ name: 'Ops', address: 'ops@example.org' }],
  cc: [],
  replyTo: [],
  subject: '[FIRING:1] Disk',
  date: Date.parse('2026-03-01T08:20:00Z'),
  messageId: '<1@example.org>',
  root: '<group-2@example.org>',
  severity: '',
  headers: new Map(),
  text: 'Disk\n',
  html: '<p>Disk</p>\n',
  attachments: [],
};
const ANY = { size: undefined, utf8: true };

function raw(over: Partial<Mail>, limits: Parameters<typeof encodeMail>[1] = ANY): string {
  return encodeMail({ ...BASE, ...over }, limits).toString('latin1');
}

function headersOf(message: string): string[] {
  const [head = ''] = message.split('\r\n\r\n');
  return head.replace(/\r\n(?=[ \t])/g, '').split('\r\n');
}

const header = (message: string, name: string): string | undefined =>
  headersOf(message)
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

describe('headers', () => {
  it('are these, in this order', () => {
    expect(headersOf(raw({})).slice(0, -1)).toEqual([
      'Date: Sun, 01 Mar 2026 08:20:00 +0000',
      'From: Tocsin <tocsin@example.org>',
      'To: Ops <ops@example.org>',
      'Subject: [FIRING:1] Disk',
      'Message-ID: <1@example.org>',
      'In-Reply-To: <group-2@example.org>',
      'References: <group-2@example.org>',
      'Auto-Submitted: auto-generated',
      'X-Auto-Response-Suppress: OOF, AutoReply',
      'MIME-Version: 1.0',
    ]);
  });

  it('encode display names and never an address', async () => {
    const to = parseAddresses('Jörg Müller <jm@example.org>, "O\'Neil, B." <b@example.org>');
    const message = raw({ to });
    expect(header(message, 'To')).toBe(
      '=?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <jm@example.org>, "O\'Neil, B." <b@example.org>',
    );
    const parsed = await simpleParser(message);
    expect((parsed.to as { value: unknown }).value).toEqual([
      { name: 'Jörg Müller', address: 'jm@example.org' },
      { name: "O'Neil, B.", address: 'b@example.org' },
    ]);
  });

  it('encode a subject outside ASCII in words of at most 75 characters', async () => {
    const subject = 'Přetížení disku – „databáze“ 🔥 '.repeat(6).trim();
    const message = raw({ subject });
    const words = message.match(/=\?UTF-8\?Q\?[^ ]*\?=/g) ?? [];
    expect(words.length).toBeGreaterThan(3);
    expect(words.every((word) => word.length <= 75)).toBe(true);
    expect((await simpleParser(message)).subject).toBe(subject);
  });

  it('show text that looks like an encoded word as it is', async () => {
    const subject = 'policy =?utf-8?Q?=0D=0ABcc:_evil@example.com?= hit';
    expect((await simpleParser(raw({ subject }))).subject).toBe(subject);
  });

  it('lose line breaks, control characters and direction overrides', () => {
    const subject = 'a\r\nBcc: evil@example.com\r\n\r\nbody\u0000\u001b[31m\u202ecod.exe\u2028x';
    const message = raw({ subject, to: [{ name: 'x\r\nBcc: evil@example.com', address: 'ops@example.org' }] });
    expect(header(message, 'Subject')).toBe('a Bcc: evil@example.com body [31m cod.exe x');
    expect(header(message, 'To')).toBe('"x Bcc: evil@example.com" <ops@example.org>');
    expect(headersOf(message).some((line) => line.startsWith('Bcc'))).toBe(false);
  });

  it('have bounded length, and lines of at most 998 bytes, for a megabyte of text', () => {
    const long = 'x'.repeat(1_000_000);
    const headers = new Map([
      ['X-Long', long],
      ['X-Word', 'y'.repeat(1_500)],
    ]);
    const message = raw({ subject: long, headers, html: long, text: `${long}ü` });
    expect(header(message, 'Subject')?.length).toBeLessThan(1_500);
    const decoded = header(message, 'X-Long')?.replace(/\?= =\?UTF-8\?Q\?/g, '');
    expect(decoded?.length).toBeLessThan(2_100);
    const longest = Math.max(...message.split('\r\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(998);
  });

  it.each([
    ['critical', ['X-Priority: 1 (Highest)', 'Importance: high', 'Priority: urgent']],
    ['high', ['X-Priority: 2 (High)', 'Importance: high', 'Priority: urgent']],
    ['warning', []],
    ['', []],
  ])('raise the priority by severity %j', (severity, expected) => {
    expect(headersOf(raw({ severity })).filter((line) => /priority|importance/i.test(line))).toEqual(expected);
  });

  it('take the file’s own over the usual ones', () => {
    const headers = new Map([
      ['Subject', 'Own'],
      ['To', 'Team <team@example.org>'],
      ['X-Team', 'payments\r\nBcc: evil@example.com'],
      ['Auto-Submitted', ''],
      ['References', '<own@example.org>'],
    ]);
    const message = raw({ headers });
    expect(header(message, 'Subject')).toBe('Own');
    expect(header(message, 'To')).toBe('Team <team@example.org>');
    expect(header(message, 'X-Team')).toBe('payments Bcc: evil@example.com');
    expect(header(message, 'Auto-Submitted')).toBeUndefined();
    expect(header(message, 'References')).toBe('<own@example.org>');
    expect(header(message, 'In-Reply-To')).toBeUndefined();
  });

  it('leave the form of the message and hidden recipients out of reach', () => {
    const names = ['Bcc', 'Content-Type', 'Content-Transfer-Encoding', 'Mime-Version'];
    const message = raw({ headers: new Map(names.map((name) => [name, 'evil'])) });
    expect(message).not.toContain('evil');
  });

  it('take any text for To, as Alertmanager does', () => {
    expect(header(raw({ headers: new Map([['To', 'the whole team']]) }), 'To')).toBe('the whole team');
  });
});

describe('content', () => {
  it('is text, then HTML', async () => {
    const message = raw({});
    expect(message).toMatch(/^Content-Type: multipart\/alternative;\r\n boundary="/m);
    const types = [...message.matchAll(/^Content-Type: (text\/[^\r]*)/gm)].map(([, type]) => type);
    expect(types).toEqual(['text/plain; charset=UTF-8', 'text/html; charset=UTF-8']);
    const parsed = await simpleParser(message);
    expect([parsed.text, parsed.html]).toEqual(['Disk\n', '<p>Disk</p>\n']);
  });

  it.each([
    ['text', { html: undefined }, 'text/plain; charset=UTF-8'],
    ['html', { text: undefined }, 'text/html; charset=UTF-8'],
  ])('is one part where there is %s only', (_name, over, type) => {
    expect(header(raw(over), 'Content-Type')).toBe(type);
  });

  it.each([
    ['7bit', 'plain ASCII\n'],
    ['quoted-printable', `${'Grüße and much plain text around them, '.repeat(5)}\n.\n`],
    ['quoted-printable', `a long line ${'x'.repeat(2_000)}\n`],
    ['base64', 'Přetížení „データベース“ 🔥\n'],
  ])('is encoded as %s where that fits', async (encoding, text) => {
    const message = raw({ text, html: undefined });
    expect(header(message, 'Content-Transfer-Encoding')).toBe(encoding);
    expect(message).toMatch(/^[\t\n\r -~]*$/);
    expect((await simpleParser(message)).text).toBe(text);
  });

  it('has CRLF line ends and no control characters, whatever the text has', () => {
    const message = raw({ text: 'a\nb\rc\r\nd\0e\u001b\n', html: undefined });
    expect(message.replace(/\r\n/g, '')).not.toMatch(/\p{Cc}/u);
  });

  it('loses the HTML, then the end of the text, where the server takes no more', async () => {
    const text = `${'ä line of text\n'.repeat(2_000)}`;
    const html = `<p>${'x'.repeat(100_000)}</p>`;
    const first = encodeMail({ ...BASE, text, html }, { size: 50_000, utf8: true });
    expect(first.length).toBeLessThanOrEqual(50_000);
    const parsed = await simpleParser(first);
    expect(parsed.html).toBe(false);
    expect(parsed.text).toMatch(/^\[Truncated: the email has \d+ bytes, the limit is 50000.\]\n\nä line of text\n/);
    const second = encodeMail({ ...BASE, text, html }, { size: 5_000, utf8: true });
    expect(second.length).toBeLessThanOrEqual(5_000);
    expect(second.length).toBeGreaterThan(3_000);
  });

  it.each([
    ['equals signs', '='.repeat(100_000)],
    ['equals signs among others', '===== ====🔥'.repeat(10_000)],
    ['control characters', '\0'.repeat(100_000)],
    ['spaces', ' '.repeat(100_000)],
    ['line ends', '\n'.repeat(100_000)],
    ['what needs four bytes', '🔥'.repeat(30_000)],
  ])('is kept whatever an attacker writes: %s', (_name, text) => {
    const size = encodeMail({ ...BASE, text, html: text }, { size: 20_000, utf8: true }).length;
    expect(size).toBeLessThanOrEqual(20_000);
    expect(size).toBeGreaterThan(15_000);
  });

  it('reserves space for what is added later', () => {
    const whole = encodeMail(BASE, ANY).length;
    expect(encodeMail(BASE, { ...ANY, size: whole + 100, reserve: 100 })).toHaveLength(whole);
    expect(() => encodeMail(BASE, { ...ANY, size: whole, reserve: whole })).toThrow(
      `message of ${whole} bytes is over the limit of ${whole} bytes`,
    );
  });

  it('is refused where not even that fits', () => {
    expect(() => encodeMail(BASE, { size: 400, utf8: true })).toThrow(PermanentError);
    expect(() => encodeMail(BASE, { size: 400, utf8: true })).toThrow(
      /^message of \d+ bytes is over the limit of 400 bytes$/,
    );
  });
});
