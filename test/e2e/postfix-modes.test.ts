import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EmailConfig } from '../../src/receivers/email/config.ts';
import { type DeliveryError, PermanentError, RetryableError } from '../../src/receivers/receiver.ts';
import { secret } from '../receivers/support/email.ts';
import { oauth2Config } from '../receivers/support/http.ts';
import { expectNoSecrets } from '../receivers/support/no-secrets.ts';
import { failure } from '../receivers/support/until.ts';
import { certificates } from '../support/certificates.ts';
import { TestOAuth2Server } from '../support/oauth2-server.ts';
import { type Listener, MailRelay } from './mail-relay.ts';

const certs = certificates();
let relay: MailRelay;

// Postfix's master and Dovecot start as root only.
describe.runIf(process.getuid?.() === 0)('a real Postfix with Dovecot', () => {
  beforeAll(async () => {
    relay = await MailRelay.start();
  });
  afterEach(() => relay.closeUsers());
  afterAll(() => relay.stop());

  test.each<[string, Listener, Partial<EmailConfig>, RegExp]>([
    ['without TLS', 'plain', { requireTls: false }, /with ESMTP /],
    ['without TLS although it is offered', 'optional', { requireTls: false }, /with ESMTP /],
    ['by STARTTLS where it is offered', 'optional', {}, /\(using TLSv1\.3 .* with ESMTPS /],
    ['by STARTTLS where it is demanded', 'required', {}, /\(using TLSv1\.3 .* with ESMTPS /],
    ['by TLS from the first byte', 'implicit', { forceImplicitTls: true }, /\(using TLSv1\.3 .* with ESMTPS /],
    ['by TLS 1.2 at most', 'optional', { tls: trust({ maxVersion: 'TLSv1.2' }) }, /\(using TLSv1\.2 /],
    ['with a CA in a file', 'optional', { tls: { caFile: certs.ca.certFile, insecureSkipVerify: false } }, /ESMTPS/],
    ['with any certificate', 'selfSigned', { tls: { insecureSkipVerify: true } }, /with ESMTPS /],
    ['with a certificate of another name', 'wrongHost', { tls: trust({ serverName: 'wrong.example' }) }, /ESMTPS/],
    ['with a client certificate', 'client', { tls: clientCertificate() }, /with ESMTPS /],
    ['by PLAIN', 'PLAIN', asTocsin(), /\(Authenticated sender: tocsin\) .* with ESMTPSA /],
    ['by LOGIN', 'LOGIN', asTocsin(), /\(Authenticated sender: tocsin\) .* with ESMTPSA /],
    ['by CRAM-MD5', 'CRAM-MD5', asTocsin(), /\(Authenticated sender: tocsin\) .* with ESMTPSA /],
    ['by CRAM-MD5 without TLS', 'CRAM-MD5', asTocsin({ requireTls: false }), /with ESMTPA /],
    ['by what it finds', 'all', asTocsin(), /\(Authenticated sender: tocsin\) .* with ESMTPSA /],
    [
      'under its own name',
      'plain',
      { requireTls: false, hello: 'tocsin.cluster.test' },
      /^from tocsin\.cluster\.test /,
    ],
  ])('takes a mail %s', async (_name, listener, over, received) => {
    const { send, arrived } = await relay.use(listener, over);
    await send();
    expect(await arrived('ops')).toMatchObject({ received: expect.stringMatching(received), signature: 'True' });
  });

  test.each<[string, Listener, Partial<EmailConfig>, string, typeof RetryableError | typeof PermanentError]>([
    [
      'that must have STARTTLS where there is none',
      'plain',
      {},
      `'require_tls' is true (default) but "localhost:PORT" does not advertise the STARTTLS extension`,
      RetryableError,
    ],
    [
      'without TLS where it is demanded',
      'required',
      { requireTls: false },
      'send MAIL command: 530 5.7.0 Must issue a STARTTLS command first',
      PermanentError,
    ],
    [
      'by implicit TLS where STARTTLS is spoken',
      'optional',
      { forceImplicitTls: true },
      'establish TLS connection to server: TLS handshake failed: wrong version number',
      RetryableError,
    ],
    [
      'over an expired certificate',
      'expired',
      { forceImplicitTls: true },
      "establish TLS connection to server: the server's certificate has expired",
      RetryableError,
    ],
    [
      'over a certificate of another name',
      'wrongHost',
      {},
      "send STARTTLS command: the server's certificate is for another name (tls_config.server_name says which to expect): " +
        "Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:wrong.example",
      RetryableError,
    ],
    [
      'over a certificate of nobody that is known',
      'optional',
      { tls: { insecureSkipVerify: false } },
      "send STARTTLS command: the server's certificate is not trusted (tls_config.ca_file names the CA to trust): unable to verify the first certificate",
      RetryableError,
    ],
    [
      'without a client certificate',
      'client',
      {},
      'send EHLO command: 421 4.7.1 postfix.test Error: No client certificate presented',
      RetryableError,
    ],
    [
      'with a wrong password by PLAIN',
      'PLAIN',
      asTocsin({ authPassword: secret('wr0ng') }),
      'PLAIN auth: 535 5.7.8 Error: authentication failed: (reason unavailable)',
      PermanentError,
    ],
    [
      'with a wrong password by CRAM-MD5',
      'CRAM-MD5',
      asTocsin({ authSecret: secret('wr0ng') }),
      'CRAM-MD5 auth: 535 5.7.8 Error: authentication failed: (reason unavailable)',
      PermanentError,
    ],
    [
      'without a login where one is demanded',
      'all',
      {},
      'send RCPT command: all recipients refused: ops@box.test: 554 5.7.1 <ops@box.test>: Recipient address rejected: Access denied',
      PermanentError,
    ],
    [
      'to nobody whom it knows',
      'optional',
      { to: 'nobody@box.test' },
      'send RCPT command: all recipients refused: nobody@box.test: 550 5.1.1 <nobody@box.test>: Recipient address rejected: User unknown in virtual mailbox table',
      PermanentError,
    ],
    ['larger than it takes', 'tiny', {}, 'message of 1234 bytes is over the limit of 900 bytes', PermanentError],
  ])('is not sent a mail %s', async (_name, listener, over, text, kind) => {
    const { send, port } = await relay.use(listener, over);
    const error = await failure<DeliveryError>(send());
    expect(error.message.replace(`:${port}`, ':PORT').replace(/\d+ bytes is/, '1234 bytes is')).toBe(text);
    expect(error).toBeInstanceOf(kind);
    expectNoSecrets(error, ['wr0ng', MailRelay.password]);
  });

  test('sends to those whom it knows, and names the others', async () => {
    const { send, arrived } = await relay.use('optional', {
      to: 'ops@box.test, nobody@box.test',
      bcc: 'desk@box.test',
    });
    expect(await send()).toEqual({
      response: expect.stringMatching(/^250 2\.0\.0 Ok: queued as /),
      refused: [
        {
          address: 'nobody@box.test',
          reply: '550 5.1.1 <nobody@box.test>: Recipient address rejected: User unknown in virtual mailbox table',
          permanent: true,
        },
      ],
    });
    const ops = await arrived('ops');
    const desk = await arrived('desk');
    expect(ops.text).toBe(desk.text);
    expect(ops.raw).not.toContain('desk@box.test');
  });

  test('gets an email cut to the size that it takes', async () => {
    const { send, arrived } = await relay.use('small', {});
    await send('long '.repeat(2_000));
    const { raw, text, signature } = await arrived('ops');
    expect(raw.length).toBeLessThan(6_500);
    expect(text).toMatch(/^\[Truncated: the email has \d+ bytes, the limit is \d+\.\]\n/);
    expect(signature).toBe('True');
  });

  test('gets many emails on few connections', async () => {
    const { send, arrived, connections } = await relay.use('PLAIN', asTocsin());
    const before = connections();
    await Promise.all(Array.from({ length: 40 }, () => send()));
    expect(connections() - before).toBeLessThanOrEqual(10);
    expect((await arrived('ops')).signature).toBe('True');
  });

  test('that takes one recipient for a message gets one for each', async () => {
    const { send, arrived } = await relay.use('fewRecipients', { to: 'ops@box.test, desk@box.test' });
    expect((await send()).refused).toEqual([]);
    expect((await arrived('ops')).text).toBe((await arrived('desk')).text);
  });

  test('that takes two connections from a client gets many emails on those', async () => {
    const { send } = await relay.use('fewConnections', {});
    const reports = await Promise.all(Array.from({ length: 30 }, () => send()));
    expect(reports.every(({ response }) => response.startsWith('250 2.0.0 Ok: queued as '))).toBe(true);
  });

  describe('XOAUTH2', () => {
    const { user, client } = TestOAuth2Server;
    const asMailbox = (over: object = {}): Partial<EmailConfig> => ({
      oauth2: {
        user,
        ...oauth2Config({ tokenUrl: relay.oauth2.url('/token'), clientSecret: secret(client.secret), ...over }),
      },
    });

    test.each([
      ['client credentials', {}],
      ['a refresh token', { refreshToken: secret('r3fresh-0') }],
    ])('logs in by a token from %s', async (_name, over) => {
      const { send, arrived } = await relay.use('XOAUTH2', asMailbox(over));
      await send();
      expect((await arrived('ops')).received).toMatch(/\(Authenticated sender: tocsin@example\.org\) .* with ESMTPSA /);
    });

    test('logs in by a new token when the one that it has was revoked', async () => {
      const { send, context } = await relay.use('all', asMailbox());
      await send();
      await context.clock.advance(31_000);
      const before = relay.oauth2.issued.length;
      relay.oauth2.revoke();
      await send();
      expect(relay.oauth2.issued).toHaveLength(before + 1);
    });

    test('says what the server says of a token that it does not take', async () => {
      const { send } = await relay.use('XOAUTH2', {
        oauth2: { ...(asMailbox().oauth2 as object), user: 'other@example.org' } as never,
      });
      const error = await failure<PermanentError>(send());
      expect(error).toBeInstanceOf(PermanentError);
      expect([error.message, error.reason]).toEqual([
        'XOAUTH2 auth: 535 5.7.8 Error: authentication failed: (reason unavailable) (status 401, schemes bearer, scope mail)',
        'authError',
      ]);
      expectNoSecrets(error, relay.oauth2.issued);
    });
  });
});

function trust(more: object): EmailConfig['tls'] {
  return { ca: certs.ca.cert, insecureSkipVerify: false, ...more };
}

function clientCertificate(): EmailConfig['tls'] {
  return trust({ certFile: certs.client.certFile, key: { file: certs.client.keyFile } });
}

function asTocsin(over: Partial<EmailConfig> = {}): Partial<EmailConfig> {
  return {
    authUsername: 'tocsin',
    authPassword: secret(MailRelay.password),
    authSecret: secret(MailRelay.password),
    ...over,
  };
}
