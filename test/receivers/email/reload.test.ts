import { expect, it } from 'vitest';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { RetryableError } from '../../../src/receivers/receiver.ts';
import { TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

it('goes after a reload to those only who do not have the email yet', async () => {
  const server = await TestSmtpServer.start();
  const context = await testContext();
  const config = emailConfig(server, { to: 'a@example.org, b@example.org' });
  const notification = notificationOf(undefined, { id: 'abcdefabcdefabcdefabcdefabcdefab' });
  const before = createEmailReceiver(config, context);
  const after = createEmailReceiver(config, context);
  try {
    server.fail('RCPT', '450 4.2.0 Greylisted', { when: (line) => line.includes('b@') });
    const { data } = await failure<RetryableError>(before.send(notification, never));
    expect(data).toBeDefined();
    await before.close();
    server.recover();
    await after.send({ ...notification, data: data ?? {} }, never);
    const mails = await server.waitForMails(2);
    expect(mails.map(({ to }) => to)).toEqual([['a@example.org'], ['b@example.org']]);
  } finally {
    await after.close();
    await server.close();
  }
});

it("takes nobody for notified whom another engine notified, though its notification's id is the same", async () => {
  const server = await TestSmtpServer.start();
  const config = emailConfig(server, { to: 'a@example.org, b@example.org' });
  const notification = notificationOf(undefined, { id: 'abcdefabcdefabcdefabcdefabcdefab' });
  const one = createEmailReceiver(config, await testContext());
  const other = createEmailReceiver(config, await testContext());
  try {
    server.fail('RCPT', '450 4.2.0 Greylisted', { when: (line) => line.includes('b@') });
    expect(await failure(one.send(notification, never))).toBeInstanceOf(RetryableError);
    server.recover();
    await other.send(notification, never);
    const mails = await server.waitForMails(2);
    expect(mails.map(({ to }) => to)).toEqual([['a@example.org'], ['a@example.org', 'b@example.org']]);
  } finally {
    await one.close();
    await other.close();
    await server.close();
  }
});
