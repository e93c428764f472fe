import { afterEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/alert/notification.ts';
import { testReceiver } from '../../src/app/test-receiver.ts';
import type { Integration } from '../../src/notify/integration.ts';
import { sendTest } from '../../src/notify/send-test.ts';
import type { TEST_SOURCES } from '../../src/notify/test-samples.ts';
import { createEmailReceiver } from '../../src/receivers/email/email.ts';
import { PermanentError, type Receiver } from '../../src/receivers/receiver.ts';
import { alertKinds } from '../../src/sources/registry.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import { testContext } from '../receivers/support/context.ts';
import { emailConfig } from '../receivers/support/email.ts';
import { never } from '../receivers/support/until.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type SmtpStage, TestSmtpServer } from '../support/smtp-server.ts';

const NOW = Date.parse('2026-03-01T08:20:00Z');
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function integration(receiver: Receiver, kind = 'email', index = 0): Integration {
  return { receiverName: 'soc', kind, index, identity: `${index}`, sendResolved: false, receiver };
}

/** A receiver `soc` with the shipped templates, and its mail server. */
async function setUp(over: Parameters<typeof emailConfig>[1] = {}) {
  const server = await TestSmtpServer.start();
  const context = { ...(await testContext()), templates: await createTemplates({ userGlobs: [], kinds: alertKinds }) };
  const receiver = createEmailReceiver(emailConfig(server, over), context);
  open.push(server, receiver);
  const send = (source?: (typeof TEST_SOURCES)[number]) =>
    sendTest('soc', [integration(receiver)], { source }, NOW, never);
  return { server, send };
}

describe('a test', () => {
  it('is the template "test" where it looks like nobody’s alert, and reports the server’s words', async () => {
    const { server, send } = await setUp();
    expect(await send()).toEqual({
      ok: true,
      receiver: 'soc',
      integrations: [{ integration: 'email[0]', ok: true, answer: '250 2.0.0 Ok: queued as MAIL1' }],
    });
    const { parsed } = server.mails[0] ?? {};
    expect(parsed?.subject).toBe('[TEST] Tocsin can reach you through receiver soc');
    expect(parsed?.text).toContain('This is a test: nothing has happened.');
    expect(parsed?.text).not.toContain('THIS IS A TEST.');
  });

  it.each([
    ['prometheus', '[TEST] [FIRING:1] TocsinTest: This is a test: nothing has happened.'],
    ['calico', '[TEST] [FIRING:1] Calico: default.test denied packets from 192.0.2.1'],
    [
      'rhacs',
      "[TEST] [FIRING:1] Medium: Deployment tocsin-test (in cluster example) violates 'Test: Privileged Container' Policy",
    ],
  ] as const)('looks like an alert of %s, and says what it is first', async (source, subject) => {
    const { server, send } = await setUp();
    expect((await send(source)).ok).toBe(true);
    const [mail] = server.mails;
    expect(mail?.parsed.subject).toBe(subject);
    expect(mail?.parsed.text).toMatch(
      /^THIS IS A TEST\. Nothing has happened: someone checked whether alerts reach\nyou through receiver soc\.\n\n/,
    );
    expect(mail?.parsed.html).toContain('This is a test.</b> Nothing has happened');
    expect(mail?.raw).not.toMatch(/^(X-Priority|Importance):/m);
  });

  it('is marked in a subject of the user’s own', async () => {
    const { server, send } = await setUp({ headers: new Map([['Subject', 'Alert: {{commonLabels.alertname}}']]) });
    await send('prometheus');
    expect(server.mails[0]?.parsed.subject).toBe('[TEST] Alert: TocsinTest');
  });

  it('is another one for each integration: what one has sent does not suppress another', async () => {
    const ids: string[] = [];
    const receiver: Receiver = { send: async ({ id }) => void ids.push(id), close: async () => {} };
    await sendTest('soc', [integration(receiver), integration(receiver, 'email', 1)], {}, NOW, never);
    expect(new Set(ids).size).toBe(2);
  });

  it('is another email each time', async () => {
    const { server, send } = await setUp();
    await send();
    await send();
    expect(new Set(server.mails.map(({ parsed }) => parsed.messageId)).size).toBe(2);
  });

  it.each<[SmtpStage, string]>([
    ['CONNECT', 'create SMTP client: 554 5.7.1 No'],
    ['EHLO', 'send EHLO command: 554 5.7.1 No'],
    ['MAIL', 'send MAIL command: 554 5.7.1 No'],
    ['RCPT', 'send RCPT command: all recipients refused: ops@example.org: 554 5.7.1 No'],
    ['DATA', 'send DATA command: 554 5.7.1 No'],
    ['END', 'delivery failure: 554 5.7.1 No'],
  ])('refused at %s says where and in whose words', async (stage, error) => {
    const { server, send } = await setUp();
    server.fail(stage, '554 5.7.1 No');
    expect(await send()).toEqual({
      ok: false,
      receiver: 'soc',
      integrations: [{ integration: 'email[0]', ok: false, error }],
    });
  });

  it('did not reach everybody when one recipient is refused', async () => {
    const { server, send } = await setUp({ to: 'a@example.org, b@example.org' });
    server.fail('RCPT', '550 5.1.1 No such user', { when: (line) => line.includes('b@') });
    expect(await send()).toMatchObject({
      ok: false,
      integrations: [
        {
          ok: false,
          answer: '250 2.0.0 Ok: queued as MAIL1',
          error: 'some recipients refused: b@example.org: 550 5.1.1 No such user',
        },
      ],
    });
  });

  it('goes through all integrations, whatever becomes of one', async () => {
    const sent: Notification[] = [];
    const quiet: Receiver = { send: async (one) => void sent.push(one), close: async () => {} };
    const broken: Receiver = {
      send: async () => {
        throw new PermanentError('no');
      },
      close: async () => {},
    };
    const report = await sendTest(
      'r',
      [integration(broken, 'webhook'), integration(quiet, 'webhook', 1)],
      { source: 'rhacs' },
      NOW,
      never,
    );
    expect(report).toEqual({
      ok: false,
      receiver: 'r',
      integrations: [
        { integration: 'webhook[0]', ok: false, error: 'no' },
        { integration: 'webhook[1]', ok: true, answer: 'sent' },
      ],
    });
    expect(sent[0]).toMatchObject({ reason: 'test', receiver: 'r' });
    expect(sent[0]?.target).toBeUndefined();
  });
});

describe('testReceiver', () => {
  const hanging = (closed: string[]): Receiver => ({
    send: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
    close: async () => void closed.push('closed'),
  });

  it('ends after a minute, and closes what it built', async () => {
    const clock = new FakeClock();
    const closed: string[] = [];
    const result = testReceiver({ buildReceiver: () => [integration(hanging(closed))] }, 'soc', {}, { clock });
    await clock.advance(60_000);
    expect(await result).toMatchObject({ ok: false, integrations: [{ error: 'timed out after 60 seconds' }] });
    expect(closed).toEqual(['closed']);
  });

  it('knows no receiver that the configuration has not', async () => {
    expect(await testReceiver({ buildReceiver: () => undefined }, 'x', {}, { clock: new FakeClock() })).toBe(undefined);
  });
});
