import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config/secret.ts';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { type DeliveryError, RetryableError } from '../../../src/receivers/receiver.ts';
import { type SmtpServerOptions, TestSmtpServer } from '../../support/smtp-server.ts';
import { type TestContext, testContext } from '../support/context.ts';
import { emailConfig, secret } from '../support/email.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never, until } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(options: SmtpServerOptions = {}, over: Partial<EmailConfig> = {}) {
  const server = await TestSmtpServer.start(options);
  const context: TestContext = await testContext();
  const create = (more: Partial<EmailConfig> = {}) => {
    const receiver = createEmailReceiver(emailConfig(server, { ...over, ...more }), context);
    open.push(receiver);
    return receiver;
  };
  open.push(server);
  const receiver = create();
  const send = (signal = never, to = receiver) => to.send(notificationOf(), signal);
  return { server, context, receiver, create, send };
}

describe('connections', () => {
  it('are used again', async () => {
    const auth = { username: 'relay', password: 'p4ssw0rd' };
    const { server, send } = await setUp(
      { tls: 'starttls', auth },
      { requireTls: true, authUsername: 'relay', authPassword: secret('p4ssw0rd') },
    );
    for (let i = 0; i < 5; i++) await send();
    expect(server.connections).toBe(1);
    expect(server.commands.filter((line) => /^(EHLO|AUTH|RSET)/.test(line)).map((line) => line.split(' ')[0])).toEqual([
      'EHLO',
      'EHLO',
      'AUTH',
    ]);
  });

  it('are at most ten at once, whatever waits', async () => {
    const { server, send } = await setUp();
    await Promise.all(Array.from({ length: 300 }, () => send()));
    expect(server.mails).toHaveLength(300);
    expect(server.peak).toBe(10);
    expect(server.connections).toBe(10);
  });

  it('are as few as the server takes, and nothing fails for it', async () => {
    const { server, send } = await setUp({ maxClients: 3 });
    await Promise.all(Array.from({ length: 50 }, () => send()));
    expect(server.mails).toHaveLength(50);
    expect(server.peak).toBeLessThanOrEqual(3);
    const refused = server.connections;
    await Promise.all(Array.from({ length: 50 }, () => send()));
    expect(server.connections).toBe(refused);
  });

  it('are many again once all were closed', async () => {
    const { server, context, send } = await setUp();
    const many = () => Promise.all(Array.from({ length: 50 }, () => send()));
    server.fail('CONNECT', '421 4.7.0 Too many connections', { when: () => server.open > 1 });
    await many();
    expect(new Set(server.mails.map(({ connection }) => connection)).size).toBe(1);
    await context.clock.advance(30_000);
    await until(() => server.open === 0);
    server.recover();
    server.mails.length = 0;
    await many();
    expect(new Set(server.mails.map(({ connection }) => connection)).size).toBe(10);
  });

  it('carry a hundred emails each', async () => {
    const { server, send } = await setUp();
    for (let i = 0; i < 101; i++) await send();
    expect(server.connections).toBe(2);
    expect(server.commands.filter((line) => line === 'QUIT')).toHaveLength(1);
    expect(new Set(server.mails.map(({ connection }) => connection))).toEqual(new Set([1, 2]));
  });

  it('are closed with QUIT after half a minute without email', async () => {
    const { server, context, send } = await setUp();
    await send();
    await context.clock.advance(29_999);
    expect(server.open).toBe(1);
    await send();
    await context.clock.advance(29_999);
    expect(server.open).toBe(1);
    await context.clock.advance(1);
    await until(() => server.open === 0);
    expect(server.commands.at(-1)).toBe('QUIT');
    expect(context.clock.pending).toBe(0);
  });

  it('are cut when the server does not answer QUIT', async () => {
    const { server, context, receiver, send } = await setUp();
    await send();
    server.fail('QUIT' as never, 'hang');
    const closed = receiver.close();
    await until(() => server.commands.includes('QUIT'));
    await context.clock.advance(5_000);
    await closed;
    await until(() => server.open === 0);
  });
});

describe('a connection that the server closed meanwhile', () => {
  it('is replaced without a failed attempt', async () => {
    const { server, send } = await setUp();
    await send();
    server.dropConnections();
    await send();
    expect(server.mails.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it('is forgotten as soon as it is gone', async () => {
    const { server, context, send } = await setUp();
    await send();
    expect(context.clock.pending).toBe(1);
    server.dropConnections();
    await until(() => context.clock.pending === 0);
  });

  it.each(['421 4.4.2 Idle for too long', 'drop'] as const)('is replaced when MAIL gets %j', async (fault) => {
    const { server, send } = await setUp();
    await send();
    server.fail('MAIL', fault, { times: 1 });
    await send();
    expect(server.mails.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it('is replaced once, not for ever', async () => {
    const { server, send } = await setUp();
    await send();
    server.fail('MAIL', 'drop');
    expect(await failure(send())).toBeInstanceOf(RetryableError);
    expect(server.connections).toBe(2);
  });

  it('is not replaced once the message was under way: the server may have it', async () => {
    const { server, send } = await setUp();
    await send();
    server.fail('END', 'drop', { times: 1 });
    expect(await failure(send())).toBeInstanceOf(RetryableError);
    expect(server.mails).toHaveLength(2);
  });

  it('is not replaced for a new one that fails at once', async () => {
    const { server, send } = await setUp();
    server.fail('MAIL', 'drop');
    expect(await failure(send())).toBeInstanceOf(RetryableError);
    expect(server.connections).toBe(1);
  });
});

describe('after a refused message', () => {
  it('the connection is reset and used again', async () => {
    const { server, send } = await setUp();
    server.fail('MAIL', '550 5.7.1 No', { times: 1 });
    await failure(send());
    await send();
    expect(server.connections).toBe(1);
    expect(server.commands).toContain('RSET');
  });

  it('a connection that cannot be reset is replaced', async () => {
    const { server, send } = await setUp();
    server.fail('MAIL', '550 5.7.1 No', { times: 1 });
    server.fail('RSET', 'drop');
    await failure(send());
    await send();
    expect(server.mails.map(({ connection }) => connection)).toEqual([2]);
  });
});

describe('waiting for a connection', () => {
  it('ends with the attempt', async () => {
    const { server, send } = await setUp({});
    server.fail('DATA', 'hang');
    const stop = new AbortController();
    const stuck = Array.from({ length: 10 }, () => failure(send(stop.signal)));
    await until(() => server.commands.filter((line) => line === 'DATA').length === 10);
    const abort = new AbortController();
    const waiting = failure<DeliveryError>(send(abort.signal));
    abort.abort(new Error('stopping'));
    const error = await waiting;
    expect([error.message, error.reason]).toEqual(['wait for a connection: stopping', 'contextCanceled']);
    expect(server.connections).toBe(10);
    stop.abort(new Error('over'));
    await Promise.all(stuck);
    server.recover();
    await send();
    expect(server.mails).toHaveLength(1);
  });
});

describe('receivers', () => {
  it('with the same server and login share connections, also over a reload', async () => {
    const { server, receiver, create, send } = await setUp();
    await send();
    const next = create({ to: 'other@example.org' });
    await receiver.close();
    await send(never, next);
    expect(server.connections).toBe(1);
    await next.close();
    await until(() => server.open === 0);
  });

  it.each([
    ['password', { authUsername: 'relay', authPassword: { value: new Secret('other') } }],
    ['EHLO name', { hello: 'other.example' }],
    ['TLS configuration', { tls: { insecureSkipVerify: true } }],
  ])('with another %s do not', async (_name, over) => {
    const { server, create, send } = await setUp(
      {},
      { authUsername: 'relay', authPassword: { value: new Secret('one') } },
    );
    await send();
    await send(never, create(over));
    expect(server.connections).toBe(2);
  });

  it('can be closed twice, and unused', async () => {
    const { receiver, send } = await setUp();
    await send();
    await receiver.close();
    await receiver.close();
  });
});
