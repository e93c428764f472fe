import { afterEach, describe, expect, it } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { type DeliveryError, PermanentError, RetryableError } from '../../../src/receivers/receiver.ts';
import { type SmtpFault, type SmtpStage, TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(over: Partial<EmailConfig>) {
  const server = await TestSmtpServer.start();
  const context = await testContext();
  const receiver = createEmailReceiver(emailConfig(server, over), context);
  open.push(server, receiver);
  const send = (id = 'a'.repeat(32)) => receiver.send(notificationOf(undefined, { id }), never);
  return { server, context, send };
}

describe('some recipients refused', () => {
  const to = 'a@example.org, bob@example.org, c@example.org';
  const bob = { when: (line: string) => line.includes('bob') };

  it('for good: the others get the mail, and it is told', async () => {
    const { server, context, send } = await setUp({ to });
    server.fail('RCPT', '550 5.1.1 No such user', bob);
    const report = await send();
    expect(report).toEqual({
      response: '250 2.0.0 Ok: queued as MAIL1',
      refused: [{ address: 'bob@example.org', reply: '550 5.1.1 No such user', permanent: true }],
    });
    expect(server.mails[0]?.to).toEqual(['a@example.org', 'c@example.org']);
    expect(context.logged).toContainEqual([
      'warn',
      'Some recipients refused',
      { receiver: 'ops', refused: 'bob@example.org: 550 5.1.1 No such user' },
    ]);
  });

  it('for now: only they are tried again', async () => {
    const { server, send } = await setUp({ to });
    server.fail('RCPT', '450 4.2.0 Greylisted', { ...bob, times: 1 });
    const error = await failure<DeliveryError>(send());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe(
      'send RCPT command: 1 of 3 recipients refused for now: bob@example.org: 450 4.2.0 Greylisted',
    );
    await send();
    expect(server.mails.map((mail) => mail.to)).toEqual([['a@example.org', 'c@example.org'], ['bob@example.org']]);
    await send('b'.repeat(32));
    expect(server.mails[2]?.to).toEqual(['a@example.org', 'bob@example.org', 'c@example.org']);
  });

  it('all of them, in two attempts', async () => {
    const { server, send } = await setUp({ to: 'a@example.org, bob@example.org' });
    server.fail('RCPT', '550 5.1.1 No such user', { when: (line) => line.includes('a@') });
    server.fail('RCPT', '450 4.2.0 Greylisted', { ...bob, times: 1 });
    server.fail('RCPT', '551 5.1.6 Moved', bob);
    expect(await failure(send())).toBeInstanceOf(RetryableError);
    const error = await failure(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      'send RCPT command: all recipients refused: a@example.org: 550 5.1.1 No such user; bob@example.org: 551 5.1.6 Moved',
    );
  });
});

describe('several smarthosts', () => {
  async function two() {
    const [first, second] = [await TestSmtpServer.start(), await TestSmtpServer.start()];
    const smarthosts = [first, second].map(({ host, port }) => ({ host, port }));
    const receiver = createEmailReceiver(emailConfig(first, { smarthosts }), await testContext());
    open.push(first, second, receiver);
    return { first, second, send: () => receiver.send(notificationOf(), never) };
  }

  it.each<[SmtpStage, SmtpFault]>([
    ['CONNECT', 'drop'],
    ['MAIL', '451 4.3.0 Later'],
    ['DATA', 'drop'],
    ['END', '451 4.7.1 Scanner down'],
  ])('are tried in order: the first fails at %s with %j', async (stage, fault) => {
    const { first, second, send } = await two();
    first.fail(stage, fault);
    await send();
    expect([first.mails.length, second.mails.length]).toEqual([0, 1]);
    first.recover();
    await send();
    expect([first.mails.length, second.mails.length]).toEqual([1, 1]);
  });

  it.each<[SmtpStage, SmtpFault]>([
    ['END', 'drop'],
    ['END', '554 5.7.1 Spam'],
    ['MAIL', '550 5.7.1 Sender refused'],
  ])('are not tried after a %s of %j: no second copy, no second refusal', async (stage, fault) => {
    const { first, second, send } = await two();
    first.fail(stage, fault);
    await failure(send());
    expect(second.connections).toBe(0);
  });
});
