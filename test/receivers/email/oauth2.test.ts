import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { PermanentError, RetryableError } from '../../../src/receivers/receiver.ts';
import { certificates } from '../../support/certificates.ts';
import { type OAuth2ServerOptions, TestOAuth2Server } from '../../support/oauth2-server.ts';
import { type SmtpServerOptions, TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig, secret } from '../support/email.ts';
import { oauth2Config } from '../support/http.ts';
import { expectNoSecrets } from '../support/no-secrets.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never, until } from '../support/until.ts';

const { client, user } = TestOAuth2Server;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface SetUp extends OAuth2ServerOptions {
  readonly smtp?: SmtpServerOptions;
  readonly oauth2?: Partial<NonNullable<EmailConfig['oauth2']>>;
  readonly over?: Partial<EmailConfig>;
}

async function setUp({ smtp = {}, oauth2, over, ...options }: SetUp = {}) {
  const tokens = await TestOAuth2Server.start(options);
  const auth = {
    username: user,
    password: '',
    methods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    accepts: (token: string) => tokens.isGood(token),
  };
  const server = await TestSmtpServer.start({ tls: 'starttls', auth, ...smtp });
  const context = await testContext();
  const config = oauth2Config({ tokenUrl: tokens.url('/token'), clientSecret: secret(client.secret), ...oauth2 });
  const entry = { requireTls: true, oauth2: { user, ...config }, ...over };
  const receiver = createEmailReceiver(emailConfig(server, entry), context);
  open.push(tokens, server, receiver);
  return { tokens, server, context, send: () => receiver.send(notificationOf(), never) };
}

const auths = ({ commands }: TestSmtpServer) => commands.filter((line) => line.startsWith('AUTH'));

describe('XOAUTH2', () => {
  it('logs in with a token for the mailbox, whatever else the server offers', async () => {
    const { tokens, server, send } = await setUp({
      oauth2: { scopes: ['a', 'b'], endpointParams: new Map([['x', 'y']]) },
    });
    await send();
    expect(server.mails[0]?.user).toBe(user);
    expect(auths(server).map((line) => Buffer.from(line.split(' ')[2] ?? '', 'base64').toString())).toEqual([
      `user=${user}\x01auth=Bearer ${tokens.issued[0]}\x01\x01`,
    ]);
    expect([...(tokens.grants[0] ?? [])]).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'a b'],
      ['x', 'y'],
    ]);
  });

  it('asks for one token for all connections', async () => {
    const { tokens, server, send } = await setUp();
    await Promise.all(Array.from({ length: 30 }, send));
    expect([server.mails.length, server.connections, tokens.grants.length]).toEqual([30, 10, 1]);
  });

  it('renews a token before it ends, when a connection needs one', async () => {
    const { tokens, server, context, send } = await setUp({ lifetime: 60 });
    await send();
    await context.clock.advance(49_999);
    await until(() => server.open === 0);
    await send();
    expect(tokens.issued).toHaveLength(1);
    server.dropConnections();
    await until(() => server.open === 0);
    await context.clock.advance(1);
    tokens.revoke();
    await send();
    expect([tokens.issued.length, auths(server).length]).toEqual([2, 3]);
  });

  it('renews a token that the server takes no more, on the same connection', async () => {
    const { tokens, server, send } = await setUp();
    await send();
    server.dropConnections();
    tokens.revoke();
    await Promise.all(Array.from({ length: 10 }, send));
    expect([server.mails.length, tokens.issued.length]).toEqual([11, 2]);
    expect(server.connections).toBeLessThanOrEqual(11);
  });

  it('that is refused with a new token too is a permanent error with the server’s reason and without the token', async () => {
    const { tokens, send } = await setUp({
      smtp: { auth: { username: user, password: '', methods: ['XOAUTH2'], accepts: () => false } },
    });
    const error = await failure<PermanentError>(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect([error.message, error.reason]).toEqual([
      'XOAUTH2 auth: 535 Error: Username and Password not accepted (status 401, schemes bearer, scope https://mail.test/)',
      'authError',
    ]);
    expect(tokens.issued).toHaveLength(2);
    expectNoSecrets(error, [...tokens.issued, client.secret]);
  });

  it('is not renewed for a refusal that is none of the token’s', async () => {
    const { tokens, server, send } = await setUp();
    server.fail('AUTH', '454 4.7.0 Directory down');
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe('XOAUTH2 auth: 454 4.7.0 Directory down');
    expect(tokens.issued).toHaveLength(1);
  });

  it('hides a token that the server says aloud', async () => {
    const { tokens, server, send } = await setUp();
    await send();
    server.dropConnections();
    const [token = ''] = tokens.issued;
    const sasl = Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
    server.fail('AUTH', `454 bad ${token} in ${sasl}`);
    expect((await failure(send())).message).toBe('XOAUTH2 auth: 454 bad <secret> in <secret>');
    server.recover();
    server.fail('AUTH', '535 5.7.8 No', { times: 1 });
    server.fail('AUTH', `454 bad ${token.replace('1', '2')}`);
    expect((await failure(send())).message).toBe('XOAUTH2 auth: 454 bad <secret>');
    expect(tokens.issued[1]).toBe(token.replace('1', '2'));
  });

  it('is refused in clear text, except to this machine', async () => {
    const smtp = { tls: 'none', address: '127.0.0.2' } as const;
    const { server, send } = await setUp({ smtp, over: { requireTls: false } });
    const error = await failure(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      'XOAUTH2 auth: unencrypted connection (set require_tls: true, or use a server on localhost)',
    );
    expect(auths(server)).toEqual([]);
  });

  it('that the server does not offer is said', async () => {
    const { send } = await setUp({ smtp: { auth: { username: user, password: 'x' } } });
    expect((await failure(send())).message).toBe(
      'find auth mechanism: missing password for PLAIN auth mechanism\nmissing password for LOGIN auth mechanism',
    );
  });
});

describe('a token', () => {
  it.each([
    ['in the header', {}],
    ['in the body only', { bodyOnly: true }],
  ])('is had from a server that takes the client’s secret %s', async (_name, options) => {
    const { server, send } = await setUp(options);
    await send();
    expect(server.mails).toHaveLength(1);
  });

  it('is had with a refresh token', async () => {
    const { tokens, server, send } = await setUp({ oauth2: { refreshToken: secret('r3fresh-0') } });
    await send();
    expect(server.mails).toHaveLength(1);
    expect(tokens.grants[0]?.get('grant_type')).toBe('refresh_token');
  });

  it('is had with the refresh token that came with the last one, and with the configured one if that fails', async () => {
    const { tokens, server, send } = await setUp({ rotates: true, oauth2: { refreshToken: secret('r3fresh-0') } });
    const again = async () => {
      server.dropConnections();
      tokens.revoke();
      await until(() => server.open === 0);
    };
    await send();
    await again();
    await send();
    await again();
    tokens.refreshToken = 'r3fresh-0';
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toMatch(/^oauth2: cannot fetch token: status code 400: invalid_grant: The refresh token /);
    await send();
    expect(
      tokens.grants.map((form) => form.get('refresh_token')).filter((token, i, all) => token !== all[i - 1]),
    ).toEqual(['r3fresh-0', 'r3fresh-1', 'r3fresh-2', 'r3fresh-0']);
  });

  it('is got anew when the secret’s file changes', async () => {
    const file = join(certificates().folder, 'client-secret');
    writeFileSync(file, 'old');
    const { tokens, server, send } = await setUp({ oauth2: { clientSecret: { file } } });
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe('oauth2: cannot fetch token: status code 401: invalid_client: Unknown client');
    writeFileSync(file, `${client.secret}\n`);
    await send();
    expect([server.mails.length, tokens.issued.length]).toEqual([1, 1]);
  });

  it.each([
    [503, 'status code 503'],
    [{ status: 200, body: '{"access_token": 5}' }, 'status code 200'],
    [{ status: 200, body: 'hello' }, 'status code 200'],
    [
      { status: 400, body: JSON.stringify({ error: 'invalid_scope', error_description: `no ${client.secret}\r\n` }) },
      'status code 400: invalid_scope: no <redacted> ',
    ],
    ['drop', 'the server closed the connection'],
  ] as const)('that is not to be had (%j) is worth another attempt, and no connection', async (answer, text) => {
    const { tokens, server, send } = await setUp();
    tokens.fail(answer);
    const error = await failure<RetryableError>(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect([error.message, error.reason]).toEqual([`oauth2: cannot fetch token: ${text}`, 'authError']);
    expectNoSecrets(error, [client.secret]);
    expect(server.connections).toBe(0);
    tokens.fail(undefined);
    await send();
  });

  it('that does not come is waited for half a minute, and the attempt’s end is not the others’', async () => {
    const { tokens, context, server } = await setUp();
    const config = { ...oauth2Config({ tokenUrl: tokens.url('/token'), clientSecret: secret(client.secret) }), user };
    const receiver = createEmailReceiver(emailConfig(server, { requireTls: true, oauth2: config }), context);
    open.push(receiver);
    tokens.fail('hang');
    const abort = new AbortController();
    const first = failure<RetryableError>(receiver.send(notificationOf(), abort.signal));
    const second = failure<RetryableError>(receiver.send(notificationOf(), never));
    await until(() => tokens.grants.length === 1);
    abort.abort(new Error('stopping'));
    const { message, reason } = await first;
    expect([message, reason]).toEqual(['oauth2: stopping', 'contextCanceled']);
    await context.clock.advance(30_000);
    expect((await second).message).toMatch(/^oauth2: .*no answer within 30s$/);
    expect(tokens.grants).toHaveLength(1);
  });

  it('of a file that cannot be read is said', async () => {
    const { send } = await setUp({ oauth2: { clientSecret: { file: '/nowhere/secret' } } });
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe(
      "could not read password or secret: ENOENT: no such file or directory, open '/nowhere/secret'",
    );
  });
});
