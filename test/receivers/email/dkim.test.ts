import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { encodeMail } from '../../../src/receivers/email/message/compose.ts';
import { DkimSigner } from '../../../src/receivers/email/message/dkim.ts';
import type { Mail } from '../../../src/receivers/email/message/mail.ts';
import { RetryableError } from '../../../src/receivers/receiver.ts';
import { certificates } from '../../support/certificates.ts';
import { dkimPair, verifyDkim } from '../../support/dkim.ts';
import { type SmtpServerOptions, TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig, secret } from '../support/email.ts';
import { expectNoSecrets } from '../support/no-secrets.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const rsa = dkimPair('rsa');
const ed25519 = dkimPair('ed25519');
const RECORDS = { 's1._domainkey.example.org.': rsa.record, 'ed._domainkey.example.org.': ed25519.record };
const WITH_RSA = { domain: 'example.org', selector: 's1', privateKey: secret(rsa.pem) };
const WITH_ED25519 = { domain: 'example.org', selector: 'ed', privateKey: secret(ed25519.pem) };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(over: Partial<EmailConfig>, options: SmtpServerOptions = {}) {
  const server = await TestSmtpServer.start(options);
  const context = await testContext();
  const receiver = createEmailReceiver(emailConfig(server, { dkim: WITH_RSA, ...over }), context);
  open.push(server, receiver);
  const send = (annotations: Record<string, string> = {}) =>
    receiver.send(notificationOf([alertWith({}, annotations)]), never);
  const received = () => server.mails.map(({ raw }) => Buffer.from(raw, 'latin1'));
  return { server, send, received };
}

const CRLF = Buffer.from('\r\n');
const HOSTILE = [
  '',
  ' ',
  '\n',
  ' \n \n\n',
  'x',
  'x \t \n\n\n',
  '\n\nx',
  '.\n..\n.x\n',
  'a\tb  c\n \nd\n\n \n',
  'x\r\ry\r\n\n\rz\r',
  '\u0000\u001b[31m\u2028\u2029\u00a0x\u00a0',
  'ä'.repeat(2_000),
  `${'y'.repeat(3_000)}\n${' '.repeat(3_000)}\n`,
  'From here\n--tocsin\n',
  '=3D= =\n=\n',
  '\ud800 lone',
];

describe('a signature', () => {
  it.each([
    ['RSA', WITH_RSA, 'rsa-sha256'],
    ['Ed25519', WITH_ED25519, 'ed25519-sha256'],
  ])('by %s holds for a mail as it arrives', async (_name, dkim, algorithm) => {
    const { send, received } = await setUp({ dkim, cc: 'Jürgen Größe <c@example.org>' });
    await send({ summary: 'Größe  1\t\n\n.\n..x \n' });
    const text = received()[0]?.toString('latin1') ?? '';
    expect(text).toMatch(
      new RegExp(
        `^DKIM-Signature: v=1;\\r\\n a=${algorithm};\\r\\n c=relaxed/relaxed;\\r\\n d=example\\.org;\\r\\n s=${dkim.selector};\\r\\n t=1772353200;\\r\\n h=from:from:\\r\\n to:to:`,
      ),
    );
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThan(100);
    expect(await verifyDkim(received(), RECORDS)).toEqual(['True']);
  });

  it('holds whatever an alert brings', async () => {
    const mail: Mail = {
      from: { name: '', address: 'a@example.org' },
      to: [{ name: 'B', address: 'b@example.org' }],
      cc: [],
      replyTo: [],
      subject: '',
      date: 0,
      messageId: '<a@b>',
      root: '<c@d>',
      severity: '',
      headers: new Map(),
      text: '',
      html: undefined,
      attachments: [],
    };
    const limits = { size: undefined, utf8: true };
    const texts = [...HOSTILE, ...fc.sample(fc.string({ unit: 'binary', maxLength: 300 }), 40)].concat(
      fc.sample(fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '.', 'x', 'ä'), maxLength: 40 }), 60),
    );
    const sign = await new DkimSigner(WITH_RSA).ready();
    const signed = texts.flatMap((text) => [
      sign(encodeMail({ ...mail, text }, limits), 0),
      sign(encodeMail({ ...mail, subject: text, html: text, headers: new Map([['X-A', text]]) }, limits), 0),
    ]);
    // SMTP ends the last line of a message that does not do it itself.
    const wired = signed.map((message) =>
      /\r\n$/.test(message.toString('latin1')) ? message : Buffer.concat([message, CRLF]),
    );
    const answers = await verifyDkim(wired, RECORDS);
    expect(answers.flatMap((answer, i) => (answer === 'True' ? [] : [texts[i >> 1]]))).toEqual([]);
    expect(answers).toHaveLength(signed.length);
  });

  it('takes no time on a great many empty lines', async () => {
    const sign = await new DkimSigner(WITH_ED25519).ready();
    const body = '\r\n'.repeat(2_000_000);
    const signed = sign(Buffer.from(`From: a@example.org\r\n\r\n${body}x${' \r\n'.repeat(500_000)}`), 0);
    expect(await verifyDkim([signed], RECORDS)).toEqual(['True']);
  });

  it('is kept by changes of white space and broken by any other', async () => {
    const { send, received } = await setUp({ replyTo: 'r@example.org' });
    await send({ summary: 'two  words' });
    const text = received()[0]?.toString('latin1') ?? '';
    const changed = (from: string, to: string) => {
      expect(text).toContain(from);
      return Buffer.from(text.replace(from, to), 'latin1');
    };
    const answers = await verifyDkim(
      [
        changed('two  words', 'two \t words  '),
        changed('Subject: ', 'SUBJECT:  '),
        changed('two  words', 'two other words'),
        changed('\r\nFrom: Tocsin', '\r\nFrom: Nobody'),
        changed('\r\nSubject: ', '\r\nFrom: evil@example.com\r\nSubject: '),
        changed('\r\nSubject: ', '\r\nSubject: Free!\r\nSubject: '),
        changed('t=1772353200', 't=1772353201'),
      ],
      RECORDS,
    );
    expect(answers).toEqual(['True', 'True', 'False', 'False', 'False', 'False', 'False']);
  });

  it('does not take an email over what the server takes', async () => {
    const long = { summary: 'long '.repeat(2_000) };
    const free = await setUp({});
    await free.send(long);
    const [whole = ''] = free.server.mails.map(({ raw }) => raw);
    const unsigned = whole.length - whole.indexOf('Date: ');
    const { server, send, received } = await setUp({}, { size: unsigned + 100 });
    await send(long);
    expect(server.mails[0]?.parsed.text).toMatch(/^\[Truncated: /);
    expect(await verifyDkim(received(), RECORDS)).toEqual(['True']);
  });

  it('reserves space for itself in an email that is cut, and for a server without SMTPUTF8', async () => {
    const { send, received } = await setUp(
      { to: 'ä@example.org, b@example.org', dkim: WITH_RSA },
      { size: 20_000, hide: ['SMTPUTF8'] },
    );
    await send({ summary: 'long '.repeat(5_000) });
    expect(received()[0]?.length).toBeLessThanOrEqual(20_000);
    expect(received()[0]?.length).toBeGreaterThan(10_000);
    expect(await verifyDkim(received(), RECORDS)).toEqual(['True']);
  });
});

describe('a key', () => {
  it('in a file is read again when it changes, and an email waits for one that can be used', async () => {
    const file = join(certificates().folder, 'dkim.pem');
    const { server, send, received } = await setUp({ dkim: { ...WITH_RSA, privateKey: { file } } });
    const missing = await failure(send());
    expect(missing).toBeInstanceOf(RetryableError);
    expect(missing.message).toBe(`dkim private key ${file}: ENOENT: no such file or directory, open '${file}'`);
    writeFileSync(file, 'v3ry-s3cret');
    const broken = await failure(send());
    expect(broken).toBeInstanceOf(RetryableError);
    expect(broken.message).toBe(`dkim private key ${file}: not a private key in PEM form (without passphrase)`);
    expectNoSecrets(broken, ['v3ry-s3cret']);
    writeFileSync(file, certificates().good.key);
    expect((await failure(send())).message).toBe(
      `dkim private key ${file}: DKIM knows keys of RSA and Ed25519, not of ec`,
    );
    expect(server.connections).toBe(0);
    writeFileSync(file, rsa.pem);
    await send();
    const other = dkimPair('rsa');
    writeFileSync(file, other.pem);
    await send();
    const [first, second] = received() as [Buffer, Buffer];
    expect(await verifyDkim([first, second], RECORDS)).toEqual(['True', 'False']);
    expect(await verifyDkim([second], { 's1._domainkey.example.org.': other.record })).toEqual(['True']);
  });
});
