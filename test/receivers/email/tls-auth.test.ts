import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { PermanentError, RetryableError } from '../../../src/receivers/receiver.ts';
import { type Certificate, certificates } from '../../support/certificates.ts';
import { type SmtpServerOptions, TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig, secret } from '../support/email.ts';
import { expectNoSecrets } from '../support/no-secrets.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const certs = certificates();
const PASSWORD = 'p4ssw0rd-of-the-relay';
const LOGIN = { username: 'relay', password: PASSWORD };
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(options: SmtpServerOptions, over: Partial<EmailConfig>) {
  const server = await TestSmtpServer.start(options);
  const context = await testContext();
  const receiver = createEmailReceiver(emailConfig(server, over), context);
  open.push(server, receiver);
  return { server, send: () => receiver.send(notificationOf(), never) };
}

const trust = (ca: string, more: object = {}) => ({ tls: { ca, insecureSkipVerify: false, ...more } });
const asRelay = { authUsername: 'relay', authPassword: secret(PASSWORD) };

describe('TLS', () => {
  it.each([
    ['implicit TLS', { tls: 'implicit' }, { forceImplicitTls: true, requireTls: true }],
    ['STARTTLS', { tls: 'starttls' }, { requireTls: true }],
  ] as const)('%s with a CA of its own', async (_name, options, over) => {
    const { server, send } = await setUp(options, over);
    await send();
    expect(server.mails[0]?.secure).toBe(true);
  });

  it('is not tried without require_tls, even where it is offered', async () => {
    const { server, send } = await setUp({ tls: 'starttls' }, { requireTls: false });
    await send();
    expect(server.mails[0]?.secure).toBe(false);
    expect(server.commands).not.toContain('STARTTLS');
  });

  it('that is required must be offered', async () => {
    const { server, send } = await setUp({ tls: 'none' }, { requireTls: true });
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe(
      `'require_tls' is true (default) but "${server.smarthost}" does not advertise the STARTTLS extension`,
    );
    expect(server.commands).toEqual(['EHLO tocsin.example']);
  });

  const wrongName =
    /^send STARTTLS command: the server's certificate is for another name \(tls_config\.server_name says which to expect\): /;
  it.each([
    ['expired', certs.expired, {}, "send STARTTLS command: the server's certificate has expired"],
    ['for another host', certs.wrongHost, {}, wrongName],
    [
      'signed by itself',
      certs.selfSigned,
      {},
      /^send STARTTLS command: the server's certificate is not trusted \(tls_config\.ca_file names the CA to trust\): self-signed certificate$/,
    ],
    [
      'of a CA that is not the one',
      certs.good,
      trust(certs.selfSigned.cert),
      /^send STARTTLS command: the server's certificate is not trusted/,
    ],
    ['for a name other than server_name', certs.good, trust(certs.ca.cert, { serverName: 'other.example' }), wrongName],
  ])('refuses a certificate that is %s, for now', async (_name, certificate, over, text) => {
    const { server, send } = await setUp({ tls: 'starttls', certificate }, { requireTls: true, ...over });
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toMatch(text);
    expect(server.mails).toEqual([]);
  });

  it('names the implicit handshake in its errors', async () => {
    const { send } = await setUp({ tls: 'implicit', certificate: certs.expired }, { forceImplicitTls: true });
    expect((await failure(send())).message).toBe(
      "establish TLS connection to server: the server's certificate has expired",
    );
  });

  it('says so where the port is one for STARTTLS', async () => {
    const { send } = await setUp({ tls: 'starttls' }, { forceImplicitTls: true });
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe('establish TLS connection to server: TLS handshake failed: wrong version number');
  });

  it.each([
    ['insecure_skip_verify', certs.selfSigned, { tls: { insecureSkipVerify: true } }],
    ['server_name', certs.wrongHost, trust(certs.ca.cert, { serverName: 'wrong.example' })],
    ['server_name that is an address', certs.good, trust(certs.ca.cert, { serverName: '127.0.0.1' })],
    ['ca_file', certs.good, { tls: { caFile: certs.ca.certFile, insecureSkipVerify: false } }],
    ['TLS 1.2 at most', certs.good, trust(certs.ca.cert, { maxVersion: 'TLSv1.2' })],
    ['TLS 1.3 at least', certs.good, trust(certs.ca.cert, { minVersion: 'TLSv1.3' })],
  ])('goes by %s', async (_name, certificate, over) => {
    const { server, send } = await setUp({ tls: 'starttls', certificate }, { requireTls: true, ...over });
    await send();
    expect(server.mails[0]?.secure).toBe(true);
  });

  it('shows a client certificate', async () => {
    const tls = {
      ca: certs.ca.cert,
      certFile: certs.client.certFile,
      key: { file: certs.client.keyFile },
      insecureSkipVerify: false,
    };
    const options = { tls: 'implicit', clientCa: certs.ca.cert } as const;
    const { server, send } = await setUp(options, { forceImplicitTls: true, tls });
    await send();
    expect(server.mails).toHaveLength(1);
    const without = await setUp(options, { forceImplicitTls: true });
    expect(await failure(without.send())).toBeInstanceOf(RetryableError);
  });

  it('says which file it cannot read', async () => {
    const { server, send } = await setUp(
      { tls: 'starttls' },
      { requireTls: true, tls: { caFile: '/nowhere/ca.pem', insecureSkipVerify: false } },
    );
    const error = await failure(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      "parse TLS configuration: unable to read CA cert: ENOENT: no such file or directory, open '/nowhere/ca.pem'",
    );
    expect(server.connections).toBe(0);
  });
});

describe('a weak server key', () => {
  function weakCertificate(): Certificate {
    const { folder } = certs;
    const [certFile, keyFile] = [join(folder, 'weak.pem'), join(folder, 'weak-key.pem')];
    const files = ['-keyout', keyFile, '-out', certFile];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-days', '30', ...files, ...subject], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
  }

  it('is refused, the error says what to set, and that works while the name is still checked', async () => {
    const certificate = weakCertificate();
    const sendWith = async (more: object) => {
      const over = { requireTls: true, ...trust(certificate.cert, more) };
      const { server, send } = await setUp({ tls: 'starttls', certificate }, over);
      return { server, outcome: await send().catch((error: Error) => error.message) };
    };
    expect((await sendWith({})).outcome).toBe(
      "send STARTTLS command: the server's key or certificate is too weak (EE certificate key too weak); " +
        'tls_config.security_level: 1 allows it, 0 allows weaker ones',
    );
    expect((await sendWith({ securityLevel: 1 })).server.mails[0]?.secure).toBe(true);
    expect((await sendWith({ securityLevel: 1, serverName: 'other.example' })).outcome).toMatch(
      /^send STARTTLS command: the server's certificate is for another name/,
    );
  });
});

describe('TLS material', () => {
  it.each([
    [
      'a key of another certificate',
      { cert: certs.client.cert, key: secret(certs.good.key) },
      'ca, cert or key cannot be used: x509 certificate routines::key values mismatch',
    ],
    ['a CA that is none', { ca: 'hello' }, 'unable to use specified CA cert: no certificate in it'],
  ])('of %s is a permanent error', async (_name, over, words) => {
    const { server, send } = await setUp(
      { tls: 'starttls' },
      { requireTls: true, tls: { insecureSkipVerify: false, ...over } },
    );
    const error = await failure(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(`parse TLS configuration: ${words}`);
    expect(server.connections).toBe(0);
  });
});

describe('login', () => {
  it.each([
    ['PLAIN', ['PLAIN'], asRelay, 'AUTH PLAIN'],
    ['LOGIN', ['LOGIN'], asRelay, 'AUTH LOGIN'],
    ['CRAM-MD5', ['CRAM-MD5'], { authUsername: 'relay', authSecret: secret(PASSWORD) }, 'AUTH CRAM-MD5'],
    ['the server’s first', ['LOGIN', 'PLAIN'], asRelay, 'AUTH LOGIN'],
    ['the server’s first that can be used', ['XOAUTH2', 'CRAM-MD5', 'PLAIN'], asRelay, 'AUTH PLAIN'],
  ])('by %s', async (_name, methods, over, command) => {
    const { server, send } = await setUp(
      { tls: 'starttls', auth: { ...LOGIN, methods } },
      { requireTls: true, ...over },
    );
    await send();
    expect(server.mails[0]?.user).toBe('relay');
    expect(
      server.commands.filter((line) => line.startsWith('AUTH')).map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual([command]);
  });

  it('sends the identity with PLAIN', async () => {
    const { server, send } = await setUp(
      { tls: 'starttls', auth: LOGIN },
      { requireTls: true, ...asRelay, authIdentity: 'team' },
    );
    await send();
    const line = server.commands.find((command) => command.startsWith('AUTH')) ?? '';
    expect(Buffer.from(line.split(' ')[2] ?? '', 'base64').toString()).toBe(`team\0relay\0${PASSWORD}`);
  });

  it('reads the password’s file each time', async () => {
    const file = join(certs.folder, 'password');
    writeFileSync(file, 'old\n');
    const { server, send } = await setUp(
      { tls: 'starttls', auth: LOGIN },
      { requireTls: true, authUsername: 'relay', authPassword: { file } },
    );
    expect(await failure(send())).toBeInstanceOf(PermanentError);
    writeFileSync(file, `${PASSWORD}\n`);
    await send();
    expect(server.mails).toHaveLength(1);
  });

  it('says which password file it cannot read, and tries again later', async () => {
    const { send } = await setUp(
      { auth: LOGIN },
      { authUsername: 'relay', authPassword: { file: '/nowhere/password' } },
    );
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe(
      'could not read password or secret: auth_password_file: /nowhere/password: no such file',
    );
  });

  it('is left out where no user is configured or the server offers none', async () => {
    const { server, send } = await setUp({ tls: 'none' }, asRelay);
    await send();
    expect(server.mails[0]?.user).toBe('');
  });

  it.each([
    [
      'missing password',
      ['PLAIN', 'LOGIN'],
      { authUsername: 'relay' },
      'find auth mechanism: missing password for PLAIN auth mechanism\nmissing password for LOGIN auth mechanism',
    ],
    ['missing secret', ['CRAM-MD5'], asRelay, 'find auth mechanism: missing secret for CRAM-MD5 auth mechanism'],
    ['missing oauth2', ['XOAUTH2'], asRelay, 'find auth mechanism: missing oauth2 for XOAUTH2 auth mechanism'],
  ])('%s is a permanent error', async (_name, methods, over, text) => {
    const { send } = await setUp({ tls: 'starttls', auth: { ...LOGIN, methods } }, { requireTls: true, ...over });
    const error = await failure<PermanentError>(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect([error.message, error.reason]).toEqual([text, 'authError']);
  });

  it.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])(
    'that is refused by %s is a permanent error without the password',
    async (method) => {
      const wrong = {
        authUsername: 'relay',
        authPassword: secret('wr0ng-password'),
        authSecret: secret('wr0ng-password'),
      };
      const { send } = await setUp(
        { tls: 'starttls', auth: { ...LOGIN, methods: [method] } },
        { requireTls: true, ...wrong },
      );
      const error = await failure<PermanentError>(send());
      expect(error).toBeInstanceOf(PermanentError);
      expect([error.message, error.reason]).toEqual([
        `${method} auth: 535 5.7.8 Authentication credentials invalid`,
        'authError',
      ]);
      expectNoSecrets(error, ['wr0ng-password']);
    },
  );

  it('hides a password that the server says aloud', async () => {
    const { server, send } = await setUp({ tls: 'starttls', auth: LOGIN }, { requireTls: true, ...asRelay });
    server.fail('AUTH', `535 bad ${PASSWORD} ${Buffer.from(PASSWORD).toString('base64')}`);
    const error = await failure(send());
    expect(error.message).toBe('PLAIN auth: 535 bad <secret> <secret>');
    expectNoSecrets(error, [PASSWORD]);
  });

  it('by PLAIN is refused in clear text, except to this machine', async () => {
    const local = await setUp({ auth: LOGIN }, asRelay);
    await local.send();
    expect(local.server.mails[0]?.user).toBe('relay');
    const remote = await setUp({ auth: LOGIN, address: '127.0.0.2' }, asRelay);
    const error = await failure<PermanentError>(remote.send());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      'PLAIN auth: unencrypted connection (set require_tls: true, or use a server on localhost)',
    );
    expect(remote.server.commands).toEqual(['EHLO tocsin.example', 'QUIT'].slice(0, remote.server.commands.length));
  });
});
