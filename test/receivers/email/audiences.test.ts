import { afterEach, describe, expect, it } from 'vitest';
import type { NotifiedAlert, Target } from '../../../src/alert/notification.ts';
import { sendOrDefault } from '../../../src/notify/send-or-default.ts';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { PermanentError, type Receiver, RetryableError } from '../../../src/receivers/receiver.ts';
import { TestSmtpServer } from '../../support/smtp-server.ts';
import { type TestContext, testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const plain = (address: string): Target => ({ id: address, name: '', address });
const DEV: Target = { id: 'dev@example.org', name: 'Dev Team', address: 'Dev@example.org' };
const NOTED = '{{#each tocsin.notes}}{{this}}\n{{/each}}';

async function setUp(over: Partial<EmailConfig> = {}) {
  const server = await TestSmtpServer.start();
  const context: TestContext = await testContext();
  const recipients = { annotation: 'email', default: [], allowed: [] };
  const config = emailConfig(server, { to: 'SOC <soc@example.org>', text: NOTED, html: '', recipients, ...over });
  const receiver: Receiver = createEmailReceiver(config, context);
  open.push(server, receiver);
  return { server, context, receiver };
}

const named = (email: string, instance = 'db-1'): NotifiedAlert => alertWith({ instance }, { email });

describe('an email to an audience', () => {
  it('is for that recipient alone, with the name that the alert gives', async () => {
    const { server, receiver } = await setUp({
      cc: 'cc@example.org',
      bcc: 'bcc@example.org',
      headers: new Map([
        ['To', 'All <all@example.org>'],
        ['Cc', 'others@example.org'],
        ['X-Team', 'ops'],
      ]),
    });
    const alert = named('Dev Team <Dev@example.org>, ops@example.org');
    await receiver.send(notificationOf([alert], { target: DEV }), never);
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['Dev@example.org']);
    expect(
      mail?.parsed.headerLines.filter(({ key }) => /^(to|cc|bcc|x-team)$/.test(key)).map(({ line }) => line),
    ).toEqual(['To: Dev Team <Dev@example.org>', 'X-Team: ops']);
    expect(mail?.raw).not.toMatch(/ops@example|soc@|cc@|all@|others@/);
  });

  it('goes to a former recipient by the address alone', async () => {
    const { server, receiver } = await setUp();
    await receiver.send(notificationOf([named('new@example.org')], { target: plain('old@example.org') }), never);
    expect(server.mails[0]?.parsed.headers.get('to')).toMatchObject({ text: 'old@example.org' });
  });

  it('gathers in a thread of its own', async () => {
    const { server, receiver } = await setUp();
    const alert = named('a@example.org, b@example.org');
    for (const address of ['a@example.org', 'b@example.org', 'a@example.org']) {
      await receiver.send(notificationOf([alert], { target: plain(address) }), never);
    }
    const [first, second, third] = server.mails.map(({ parsed }) => parsed.inReplyTo);
    expect(first).toBe(third);
    expect(first).not.toBe(second);
  });
});

describe('the default', () => {
  it('is `to`, with cc and bcc', async () => {
    const { server, receiver } = await setUp({ cc: 'cc@example.org', bcc: 'bcc@example.org' });
    await receiver.send(notificationOf([alertWith()]), never);
    expect(server.mails[0]?.to).toEqual(['soc@example.org', 'cc@example.org', 'bcc@example.org']);
    expect(server.mails[0]?.parsed.headers.get('to')).toMatchObject({ text: '"SOC" <soc@example.org>' });
  });

  it('is recipients.default where there is one', async () => {
    const recipients = {
      annotation: 'email',
      default: ['A <a@example.org>', '{{commonLabels.job}}@example.org'],
      allowed: [],
    };
    const { server, receiver } = await setUp({ recipients });
    await receiver.send(notificationOf([alertWith()]), never);
    expect(server.mails[0]?.to).toEqual(['a@example.org', 'node@example.org']);
  });

  it('says in the email why it is notified', async () => {
    const { server, receiver } = await setUp();
    await receiver.send(notificationOf([alertWith()], { notes: ['One.', 'Two <2>.'] }), never);
    expect(server.mails[0]?.parsed.text).toBe('One.\nTwo <2>.\n');
  });
});

describe('a recipient whom the mail server refuses', () => {
  it('permanently: the default gets the email, with the reason', async () => {
    const { server, context, receiver } = await setUp();
    server.fail('RCPT', '550 5.1.1 No such user', { when: (line) => line.includes('gone') });
    const notification = notificationOf([named('gone@example.org')], { target: plain('gone@example.org') });
    const report = await sendOrDefault(receiver, notification, never, context.logger);
    const refused = [{ address: 'gone@example.org', reply: '550 5.1.1 No such user' }];
    expect(report).toMatchObject({ refused, response: '250 2.0.0 Ok: queued as MAIL1' });
    expect(server.mails.map(({ to }) => to)).toEqual([['soc@example.org']]);
    expect(server.mails[0]?.parsed.text).toBe(
      'gone@example.org was refused: 550 5.1.1 No such user. The default recipients were notified instead.\n',
    );
    expect(server.mails[0]?.parsed.messageId).toBe('<0123456789abcdef0123456789abcdef.default@example.org>');
    expect(context.logged.map(([level, message]) => `${level} ${message}`)).toEqual([
      'warn A recipient named by an alert was rejected',
    ]);
  });

  it('for now: it is tried again, and the default is not troubled', async () => {
    const { server, context, receiver } = await setUp();
    server.fail('RCPT', '451 4.7.1 Greylisted', { times: 1 });
    const notification = notificationOf([named('dev@example.org')], { target: plain('dev@example.org') });
    expect(await failure(sendOrDefault(receiver, notification, never, context.logger))).toBeInstanceOf(RetryableError);
    await sendOrDefault(receiver, notification, never, context.logger);
    expect(server.mails.map(({ to }) => to)).toEqual([['dev@example.org']]);
  });

  it('like everybody: that is a failure', async () => {
    const { server, context, receiver } = await setUp();
    server.fail('RCPT', '554 5.7.1 Relay access denied');
    const notification = notificationOf([named('dev@example.org')], { target: DEV });
    const error = await failure(sendOrDefault(receiver, notification, never, context.logger));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      'send RCPT command: all recipients refused: soc@example.org: 554 5.7.1 Relay access denied',
    );
  });
});

describe('without recipients', () => {
  it('there is one audience, whatever alerts say', async () => {
    const { receiver } = await setUp({ recipients: undefined });
    expect(receiver.recipients).toBeUndefined();
  });
});
