import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { type DeliveryError, PermanentError, RetryableError } from '../../../src/receivers/receiver.ts';
import { type SmtpFault, type SmtpServerOptions, type SmtpStage, TestSmtpServer } from '../../support/smtp-server.ts';
import { circuitClosed } from '../support/circuit.ts';
import { testContext } from '../support/context.ts';
import { emailConfig, secret } from '../support/email.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never, until } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const AUTH = { username: 'relay', password: 'p4ssw0rd' };
const SECURE: Partial<EmailConfig> = { requireTls: true, authUsername: 'relay', authPassword: secret('p4ssw0rd') };

async function setUp(
  over: Partial<EmailConfig> = SECURE,
  options: SmtpServerOptions = { tls: 'starttls', auth: AUTH },
) {
  const server = await TestSmtpServer.start(options);
  const context = await testContext();
  const receiver = createEmailReceiver(emailConfig(server, over), context);
  open.push(server, receiver);
  const send = (signal = never, id = 'a'.repeat(32)) => receiver.send(notificationOf(undefined, { id }), signal);
  return { server, context, receiver, send };
}

/** Waits until the server has met the stage, as far as it can tell. */
function met(server: TestSmtpServer, stage: SmtpStage): Promise<void> {
  if (stage === 'CONNECT') return until(() => server.connections > 0);
  if (stage === 'END') return until(() => server.mails.length > 0);
  const verb = stage === 'HANDSHAKE' ? 'STARTTLS' : stage;
  return until(() => server.commands.some((line) => line.startsWith(verb)));
}

describe('a reply', () => {
  it.each<[SmtpStage, SmtpFault, string, DeliveryError['reason'], boolean]>([
    ['CONNECT', '554 5.7.1 No service', 'create SMTP client: 554 5.7.1 No service', 'serverError', true],
    ['EHLO', '421 4.3.2 Busy', 'send EHLO command: 421 4.3.2 Busy', 'serverError', true],
    ['EHLO', '502 5.5.1 Unknown', 'send EHLO command: 502 5.5.1 Unknown', 'serverError', true],
    [
      'STARTTLS',
      '454 4.7.0 TLS not available',
      'send STARTTLS command: 454 4.7.0 TLS not available',
      'serverError',
      true,
    ],
    ['AUTH', '454 4.7.0 Directory down', 'PLAIN auth: 454 4.7.0 Directory down', 'authError', true],
    ['AUTH', '535 5.7.8 No', 'PLAIN auth: 535 5.7.8 No', 'authError', false],
    ['MAIL', '451 4.3.0 Later', 'send MAIL command: 451 4.3.0 Later', 'serverError', true],
    ['MAIL', '550 5.7.1 Sender refused', 'send MAIL command: 550 5.7.1 Sender refused', 'clientError', false],
    ['MAIL', '530 5.7.0 Log in first', 'send MAIL command: 530 5.7.0 Log in first', 'authError', false],
    [
      'RCPT',
      '450 4.2.0 Greylisted',
      'send RCPT command: 1 of 1 recipients refused for now: ops@example.org: 450 4.2.0 Greylisted',
      'serverError',
      true,
    ],
    [
      'RCPT',
      '550 5.1.1 No such user',
      'send RCPT command: all recipients refused: ops@example.org: 550 5.1.1 No such user',
      'clientError',
      false,
    ],
    ['DATA', '451 4.3.0 Later', 'send DATA command: 451 4.3.0 Later', 'serverError', true],
    ['DATA', '554 5.3.4 No', 'send DATA command: 554 5.3.4 No', 'clientError', false],
    ['END', '451 4.7.1 Scanner down', 'delivery failure: 451 4.7.1 Scanner down', 'serverError', true],
    ['END', '554 5.7.1 Spam', 'delivery failure: 554 5.7.1 Spam', 'clientError', false],
  ])('at %s of %j', async (stage, reply, text, reason, retryable) => {
    const { server, context, send } = await setUp();
    server.fail(stage, reply);
    const error = await failure<DeliveryError>(send());
    expect(error).toBeInstanceOf(retryable ? RetryableError : PermanentError);
    expect([error.message, error.reason, error.retryable]).toEqual([text, reason, retryable]);
    expect(server.mails).toEqual([]);
    server.recover();
    await circuitClosed(context);
    await send();
    expect(server.mails).toHaveLength(1);
  });

  it('is the same without pipelining', async () => {
    const { server, send } = await setUp({}, { hide: ['PIPELINING'] });
    server.fail('MAIL', '550 5.7.1 Sender refused');
    expect((await failure(send())).message).toBe('send MAIL command: 550 5.7.1 Sender refused');
  });

  it('is shown on one line, without control characters, in bounded length', async () => {
    const { server, send } = await setUp();
    server.fail('DATA', `554 5.7.1 \u001b[31m${'x'.repeat(2_000)}`);
    const { message } = await failure(send());
    expect(message).toMatch(/^send DATA command: 554 5\.7\.1 {2}\[31mx+\.\.\.$/);
    expect(message.length).toBeLessThan(600);
  });

  it('of HELO only is enough where TLS is not required', async () => {
    const { server, send } = await setUp({}, {});
    server.fail('EHLO', '502 5.5.1 Unknown', { times: 1 });
    await send();
    expect(server.commands.slice(0, 2)).toEqual(['EHLO tocsin.example', 'HELO tocsin.example']);
  });
});

describe('a connection that is cut', () => {
  it.each<[SmtpStage, string]>([
    ['CONNECT', 'create SMTP client: Connection closed unexpectedly'],
    ['EHLO', 'send EHLO command: Connection closed unexpectedly'],
    ['STARTTLS', 'send STARTTLS command: Connection closed unexpectedly'],
    [
      'HANDSHAKE',
      'send STARTTLS command: Client network socket disconnected before secure TLS connection was established',
    ],
    ['AUTH', 'PLAIN auth: Connection closed unexpectedly'],
    ['MAIL', 'send DATA command: Connection closed unexpectedly'],
    ['RCPT', 'send DATA command: Connection closed unexpectedly'],
    ['DATA', 'send DATA command: Connection closed unexpectedly'],
    ['END', 'delivery failure: Connection closed unexpectedly'],
  ])('at %s is worth another attempt', async (stage, text) => {
    const { server, send } = await setUp();
    server.fail(stage, 'drop');
    const error = await failure<DeliveryError>(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect([error.message, error.reason]).toEqual([text, stage === 'AUTH' ? 'authError' : 'other']);
  });

  it('before the 250 leaves an email that the next attempt repeats under the same id', async () => {
    const { server, send } = await setUp();
    server.fail('END', 'drop', { times: 1 });
    await failure(send());
    await send();
    expect(server.mails.map(({ parsed }) => parsed.messageId)).toEqual([
      `<${'a'.repeat(32)}@example.org>`,
      `<${'a'.repeat(32)}@example.org>`,
    ]);
  });

  it('by nobody listening', async () => {
    const { server, send } = await setUp();
    const { port } = server;
    await server.close();
    open.splice(open.indexOf(server), 1);
    const error = await failure<DeliveryError>(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe(`establish connection to server: connect ECONNREFUSED 127.0.0.1:${port}`);
  });
});

describe('a server that falls silent', () => {
  const stages: [SmtpStage, number, string][] = [
    ['CONNECT', 30, 'create SMTP client'],
    ['EHLO', 30, 'send EHLO command'],
    ['STARTTLS', 30, 'send STARTTLS command'],
    ['HANDSHAKE', 30, 'send STARTTLS command'],
    ['AUTH', 30, 'PLAIN auth'],
    ['MAIL', 120, 'send DATA command'],
    ['RCPT', 120, 'send DATA command'],
    ['DATA', 120, 'send DATA command'],
    ['END', 120, 'delivery failure'],
  ];

  it.each(stages)('at %s is given up after %d s', async (stage, seconds, prefix) => {
    const { server, context, send } = await setUp();
    server.fail(stage, 'hang');
    const attempt = failure<DeliveryError>(send());
    await met(server, stage);
    await context.clock.advance(seconds * 1_000 - 1);
    expect(server.open).toBe(1);
    await context.clock.advance(1);
    const error = await attempt;
    expect(error).toBeInstanceOf(RetryableError);
    expect([error.message, error.reason]).toEqual([
      `${prefix}: no answer within ${seconds}s`,
      'contextDeadlineExceeded',
    ]);
    await until(() => server.open === 0);
    // Nothing but the probe of a server to which no connection comes about.
    const probes = ['CONNECT', 'EHLO', 'STARTTLS', 'HANDSHAKE'].includes(stage) ? 1 : 0;
    expect(context.clock.pending).toBe(probes);
  });

  it.each(stages)('at %s ends at once when the attempt is aborted', async (stage, _seconds, prefix) => {
    const { server, context, send } = await setUp();
    server.fail(stage, 'hang');
    const abort = new AbortController();
    const attempt = failure<DeliveryError>(send(abort.signal));
    await met(server, stage);
    abort.abort(new Error('stopping'));
    const error = await attempt;
    expect(error).toBeInstanceOf(RetryableError);
    expect([error.message, error.reason]).toEqual([`${prefix}: stopping`, 'contextCanceled']);
    await until(() => server.open === 0);
    expect(context.clock.pending).toBe(0);
  });

  it.each([
    ['is given up after 30 s', 'no answer within 30s', 'contextDeadlineExceeded'],
    ['ends at once when the attempt is aborted', 'stopping', 'contextCanceled'],
  ])('in the implicit TLS handshake %s', async (_name, text, reason) => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.on('error', () => {}).resume()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => silent.close(() => resolve())) });
    const context = await testContext();
    const { port } = silent.address() as AddressInfo;
    const receiver = createEmailReceiver(emailConfig({ host: 'localhost', port }, { forceImplicitTls: true }), context);
    const abort = new AbortController();
    const attempt = failure<DeliveryError>(receiver.send(notificationOf(), abort.signal));
    await until(() => sockets.length > 0);
    if (reason === 'contextCanceled') abort.abort(new Error('stopping'));
    else await context.clock.advance(30_000);
    const error = await attempt;
    expect(error).toBeInstanceOf(RetryableError);
    expect([error.message, error.reason]).toEqual([`establish TLS connection to server: ${text}`, reason]);
    await until(() => sockets[0]?.closed === true);
  });

  it('says so when the attempt’s own time is over', async () => {
    const { server, send } = await setUp();
    server.fail('DATA', 'hang');
    const abort = new AbortController();
    const attempt = failure<DeliveryError>(send(abort.signal));
    await met(server, 'DATA');
    abort.abort(new DOMException('the group interval is over', 'TimeoutError'));
    expect((await attempt).reason).toBe('contextDeadlineExceeded');
  });

  it('is not even connected to for an attempt that is over', async () => {
    const { server, send } = await setUp();
    const error = await failure<DeliveryError>(send(AbortSignal.abort(new Error('stopping'))));
    expect(error.reason).toBe('contextCanceled');
    expect(server.connections).toBe(0);
  });
});
