import { afterEach, describe, expect, it } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { isThrottling } from '../../../src/receivers/email/smtp/limits.ts';
import { PermanentError, RetryableError, type SendReport } from '../../../src/receivers/receiver.ts';
import { type SmtpServerOptions, type SmtpStage, TestSmtpServer } from '../../support/smtp-server.ts';
import { type TestContext, testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never, until } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(options: SmtpServerOptions = {}, over: Partial<EmailConfig> = {}) {
  const server = await TestSmtpServer.start(options);
  const context: TestContext = await testContext();
  const receiver = createEmailReceiver(emailConfig(server, over), context);
  open.push(server, receiver);
  const send = () => receiver.send(notificationOf(), never);
  return { server, context, send };
}

const connectionsOf = ({ mails }: TestSmtpServer) => mails.map(({ connection }) => connection);

describe('a server that takes two messages on a connection', () => {
  it.each([
    ['MAIL', '451 4.7.1 Try again later'],
    ['MAIL', '550 5.7.1 Too many messages in this session'],
    ['RCPT', '452 4.5.3 Error: maximum number of messages per session exceeded'],
    ['RCPT', '550 5.7.1 No more on this connection'],
    ['DATA', '554 5.7.0 Enough'],
    ['END', '452 4.3.1 Enough'],
    ['END', '554 5.7.0 maximum number of messages per session exceeded'],
    ['MAIL', '421 4.7.0 Too many messages'],
  ] as [SmtpStage, `${number} ${string}`][])(
    'and then says at %s %j gets each further one at once on a new connection',
    async (stage, reply) => {
      const { server, send } = await setUp({ messages: { count: 2, stage, reply } });
      for (let i = 0; i < 8; i++) await send();
      expect(connectionsOf(server)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
      // One message was refused; from then on connections are closed in time.
      expect(server.commands.filter((line) => line.startsWith('MAIL'))).toHaveLength(9);
      await until(() => server.open <= 1);
    },
  );

  it('gets what comes at once without a failed attempt', async () => {
    const { server, send } = await setUp({
      messages: { count: 2, stage: 'RCPT', reply: '452 4.5.3 Too many messages per session' },
    });
    await Promise.all(Array.from({ length: 50 }, send));
    expect(server.mails).toHaveLength(50);
  });
});

describe('a refusal on a reused connection', () => {
  it('that a new connection repeats is the message’s own, and the next like it is not tried twice', async () => {
    const { server, send } = await setUp();
    await send();
    server.fail('END', '554 5.7.1 Spam, id 4F2B81');
    const error = await failure(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe('delivery failure: 554 5.7.1 Spam, id 4F2B81');
    expect(server.connections).toBe(2);
    server.recover();
    await send();
    server.fail('END', '554 5.7.1 Spam, id 5A0C12');
    await failure(send());
    server.recover();
    await send();
    expect(connectionsOf(server)).toEqual([1, 2, 3]);
  });

  it('is what is reported where no new connection is to be had', async () => {
    const { server, send } = await setUp();
    await send();
    server.fail('END', '554 5.7.1 Spam');
    server.fail('CONNECT', '554 5.7.1 Go away');
    expect((await failure(send())).message).toBe('delivery failure: 554 5.7.1 Spam');
  });
});

describe('an idle connection that is dead', () => {
  it.each(['MAIL', 'RSET'] as const)('costs a second when %s gets no reply', async (stage) => {
    const { server, context, send } = await setUp();
    if (stage === 'RSET') {
      await send();
      server.fail('RCPT', '550 5.1.1 No such user');
      await failure(send());
      server.recover();
    } else await send();
    const before = server.mails.length;
    server.fail(stage, 'hang', { times: 1 });
    const sending = send();
    await until(() => server.commands.at(-1) === stage || server.commands.some((line) => line.startsWith('MAIL')));
    for (let i = 0; i < 4; i++) await context.clock.advance(250);
    await sending;
    expect(server.mails).toHaveLength(before + 1);
    expect(connectionsOf(server).at(-1)).toBeGreaterThan(1);
  });

  it('is told from a slow one: a server that was slow before has longer', async () => {
    const { server, context, send } = await setUp();
    server.fail('MAIL', 'hang', { times: 1 });
    const first = failure(send());
    await until(() => server.commands.some((line) => line.startsWith('MAIL')));
    await context.clock.advance(120_000);
    expect(await first).toBeInstanceOf(RetryableError);
    await send();
    expect(server.mails).toHaveLength(1);
  });

  it('is not given up while the message is on its way', async () => {
    const { server, context, send } = await setUp();
    await send();
    server.fail('END', 'hang', { times: 1 });
    const sending = failure(send());
    await until(() => server.mails.length === 2);
    await context.clock.advance(119_999);
    expect(server.open).toBe(1);
    await context.clock.advance(1);
    expect((await sending).message).toBe('delivery failure: no answer within 120s');
  });
});

describe('a server that gets too much at once', () => {
  it.each([
    ['MAIL', '421 4.3.2 The maximum number of concurrent server connections has exceeded a limit'],
    ['MAIL', '450 4.7.0 Too many connections from your host'],
    ['RCPT', '451 4.7.500 Server busy. Please try again later'],
    ['DATA', '454 4.7.0 Too many concurrent connections'],
    ['END', '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded'],
  ] as [SmtpStage, `${number} ${string}`][])(
    'and says so at %s (%s) gets less, and nothing fails for it',
    async (stage, reply) => {
      const { server, send } = await setUp();
      server.fail(stage, reply, { when: () => server.open > 3 });
      await Promise.all(Array.from({ length: 60 }, send));
      expect(server.mails).toHaveLength(60);
      const refusals = server.connections;
      await Promise.all(Array.from({ length: 60 }, send));
      expect(server.mails).toHaveLength(120);
      expect(server.connections).toBeLessThanOrEqual(refusals + 3);
    },
  );

  it('on its only connection has the email tried again later', async () => {
    const { server, send } = await setUp();
    server.fail('END', '432 4.3.2 Concurrent connections limit exceeded');
    const error = await failure(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe('delivery failure: 432 4.3.2 Concurrent connections limit exceeded');
  });

  it.each([
    ['421 4.7.0 Too many concurrent SMTP connections from this IP', true],
    ['421 4.3.2 Connection rate limit exceeded', true],
    ['454 4.7.0 Too many login attempts, please try again later', true],
    ['450 4.2.1 The user you are trying to contact is receiving mail too quickly', true],
    ['451 4.7.650 The mail server has been temporarily rate limited due to IP reputation', true],
    ['432 4.7.1 anything', true],
    ['451 4.7.1 Greylisted, slow down', false],
    ['421 4.4.2 Idle timeout', false],
    ['452 4.5.3 Too many messages per connection', false],
    ['450 4.1.1 Mailbox unavailable', false],
    ['550 5.7.1 Too many connections', false],
    ['250 2.0.0 no concurrency here', false],
  ])('is recognised by %j: %s', (reply, expected) => expect(isThrottling(reply)).toBe(expected));
});

describe('a server that takes three recipients for a message', () => {
  const to = Array.from({ length: 8 }, (_, i) => `r${i}@example.org`).join(', ');

  it.each(['452 4.5.3 Too many recipients', '552 Too many recipients', '550 5.5.3 Too many recipients'] as const)(
    'and answers %j to the others gets several messages, and everybody one',
    async (reply) => {
      const { server, send } = await setUp({}, { to });
      let count = 0;
      server.fail('RCPT', reply, {
        when: () => {
          const message = server.commands.filter((line) => line.startsWith('MAIL')).length;
          const recipients = server.commands.slice(server.commands.findLastIndex((line) => line.startsWith('MAIL')));
          count = recipients.filter((line) => line.startsWith('RCPT')).length;
          return message > 0 && count > 3;
        },
      });
      const report = (await send()) as SendReport;
      expect(report.refused).toEqual([]);
      expect(server.mails.map((mail) => mail.to.length)).toEqual([3, 3, 2]);
      expect(server.mails.flatMap((mail) => mail.to).sort()).toEqual(to.split(', '));
      expect(new Set(server.mails.map(({ parsed }) => parsed.messageId)).size).toBe(1);
    },
  );

  it('and then fails keeps what was delivered for the next attempt', async () => {
    const { server, send } = await setUp({}, { to: 'a@example.org, b@example.org' });
    server.fail('RCPT', '452 4.5.3 Too many recipients', { when: (line) => line.includes('<b@'), times: 1 });
    server.fail('MAIL', '451 4.3.0 Later', { when: () => server.mails.length > 0 });
    const error = await failure<RetryableError>(send());
    expect(error.message).toBe(
      'send RCPT command: 1 of 2 recipients refused for now: b@example.org: send MAIL command: 451 4.3.0 Later',
    );
    expect(error.data).toMatchObject({ partial: { accepted: ['a@example.org'], refused: [] } });
  });

  it('is not one whose only recipient is refused with 552: a full mailbox', async () => {
    const { server, send } = await setUp();
    server.fail('RCPT', '552 5.2.2 Mailbox full');
    expect(await failure(send())).toBeInstanceOf(PermanentError);
  });
});
