import { afterEach, describe, expect, it } from 'vitest';
import { LabelSet } from '../../../src/alert/label-set.ts';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { PermanentError, type Receiver } from '../../../src/receivers/receiver.ts';
import { TestSmtpServer } from '../../support/smtp-server.ts';
import { type TestContext, testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(over: Partial<EmailConfig> = {}, options: Parameters<typeof TestSmtpServer.start>[0] = {}) {
  const server = await TestSmtpServer.start(options);
  const context: TestContext = await testContext();
  const receiver: Receiver = createEmailReceiver(emailConfig(server, over), context);
  open.push(server, receiver);
  return { server, context, receiver };
}

describe('an email', () => {
  it('arrives as the templates and the configuration say, and the server’s words come back', async () => {
    const { server, receiver } = await setUp();
    const report = await receiver.send(notificationOf(), never);
    expect(report).toEqual({ response: '250 2.0.0 Ok: queued as MAIL1', refused: [] });
    const [mail] = server.mails;
    expect(mail?.from).toBe('tocsin@example.org');
    expect(mail?.to).toEqual(['ops@example.org']);
    expect(mail?.hello).toBe('tocsin.example');
    expect(mail?.parsed.subject).toBe('[FIRING:1] DiskFull');
    expect(mail?.parsed.text).toBe('DiskFull: Disk 95 % full\n');
    expect(mail?.parsed.html).toBe('<p>DiskFull: Disk 95 % full</p>\n');
    expect(mail?.parsed.date).toEqual(new Date('2026-03-01T08:20:00Z'));
    expect(mail?.parsed.messageId).toBe('<0123456789abcdef0123456789abcdef@example.org>');
  });

  it('goes to all of to, cc and bcc, once each, and bcc is in no header', async () => {
    const { server, receiver } = await setUp({
      to: 'A <a@example.org>, b@example.org',
      cc: 'c@example.org, A@example.org',
      bcc: 'Hidden <hidden@example.org>',
      replyTo: 'desk@example.org',
    });
    await receiver.send(notificationOf(), never);
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['a@example.org', 'b@example.org', 'c@example.org', 'hidden@example.org']);
    expect(mail?.raw).not.toMatch(/hidden/i);
    expect(mail?.raw).toContain('\r\nCc: c@example.org, A@example.org\r\nReply-To: desk@example.org\r\n');
  });

  it('renders every string of the configuration', async () => {
    const { server, receiver } = await setUp({
      to: '{{commonLabels.job}}@example.org',
      from: '{{receiver}} <tocsin@example.org>',
      headers: new Map([
        ['Subject', '{{toUpper status}}'],
        ['X-Instance', '{{commonLabels.instance}}'],
      ]),
      html: '<b>{{commonLabels.instance}}</b>',
      text: '{{commonAnnotations.summary}}',
    });
    await receiver.send(notificationOf([alertWith({ instance: '<db>' })]), never);
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['node@example.org']);
    expect(mail?.parsed.from?.text).toBe('"ops" <tocsin@example.org>');
    expect(mail?.parsed.subject).toBe('FIRING');
    expect(mail?.parsed.headers.get('x-instance')).toBe('<db>');
    expect(mail?.parsed.html).toBe('<b>&lt;db&gt;</b>');
    expect(mail?.parsed.text?.trim()).toBe('Disk 95 % full');
  });

  it.each([
    ['html', { html: '' }, 'text/plain; charset=UTF-8'],
    ['text', { text: '' }, 'text/html; charset=UTF-8'],
  ])('leaves %s out where the file says ""', async (_part, over, type) => {
    const { server, receiver } = await setUp(over);
    await receiver.send(notificationOf(), never);
    expect(server.mails[0]?.raw).toContain(`\r\nContent-Type: ${type}\r\n`);
    expect(server.mails[0]?.raw).not.toContain('multipart');
  });

  it('keeps hostile labels out of headers and commands', async () => {
    const { server, receiver } = await setUp({ from: '"{{commonLabels.alertname}}" <tocsin@example.org>' });
    const alertname = 'x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>';
    await receiver.send(notificationOf([alertWith({ alertname })]), never);
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['ops@example.org']);
    expect(mail?.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc/im);
    expect(mail?.parsed.from?.value).toEqual([
      { address: 'tocsin@example.org', name: 'x Bcc: evil@example.com <script>alert(1)</script>' },
    ]);
    expect(mail?.parsed.html).toContain('&lt;script&gt;');
  });

  it('survives a megabyte in one annotation', async () => {
    const { server, receiver } = await setUp();
    await receiver.send(notificationOf([alertWith({}, { summary: 'x'.repeat(1_000_000) })]), never);
    expect(server.mails).toHaveLength(1);
    expect(Math.max(...(server.mails[0]?.raw ?? '').split('\r\n').map((line) => line.length))).toBeLessThan(999);
  });

  it('marks severe alerts as urgent only while they fire', async () => {
    const { server, receiver } = await setUp();
    await receiver.send(notificationOf([alertWith({ severity: 'critical' })]), never);
    await receiver.send(notificationOf([alertWith({ severity: 'critical' }, {}, 'resolved')]), never);
    expect(server.mails.map(({ raw }) => raw.includes('\r\nImportance: high\r\n'))).toEqual([true, false]);
  });
});

describe('threading', () => {
  it('ties the emails of a group and audience together, and no others', async () => {
    const { server, receiver } = await setUp();
    const other = { groupKey: '{}:{alertname="Other"}' };
    const target = { id: 'a@example.org', name: '', address: 'a@example.org' };
    for (const over of [{ id: '1' }, { id: '2' }, { id: '3', ...other }, { id: '4', target }]) {
      await receiver.send(notificationOf(undefined, over), never);
    }
    expect(server.mails.map(({ parsed }) => parsed.messageId)).toEqual(
      ['1', '2', '3', '4'].map((id) => `<${id}@example.org>`),
    );
    const roots = server.mails.map(({ parsed }) => parsed.inReplyTo);
    expect(roots[0]).toMatch(/^<group-[0-9a-f]{32}@example\.org>$/);
    expect(roots[1]).toBe(roots[0]);
    expect(new Set(roots).size).toBe(3);
    expect(server.mails.map(({ parsed }) => parsed.references)).toEqual(roots);
  });

  // printf '{}:{alertname="DiskFull"}' | sha256sum
  const hash = '17c4e445d234645c';
  it.each([
    ['none', `<alert-${hash}-@alertmanager>`],
    ['daily', `<alert-${hash}-2026-03-01@alertmanager>`],
  ] as const)('has Alertmanager’s form when it is configured, by date: %s', async (byDate, root) => {
    const { server, receiver } = await setUp({ threading: { enabled: true, byDate } });
    await receiver.send(notificationOf(undefined, { now: new Date(2026, 2, 1, 12).getTime() }), never);
    expect([server.mails[0]?.parsed.references, server.mails[0]?.parsed.inReplyTo]).toEqual([root, root]);
  });
});

describe('a list of which some are no addresses', () => {
  it('goes to those that are; the others are reported as refused', async () => {
    const over = { to: 'ops@example.org, {{receiver}}, x@', cc: '"a@example.org', bcc: 'b@example.org', replyTo: 'c' };
    const { server, context, receiver } = await setUp(over);
    const report = await receiver.send(notificationOf(undefined, { receiver: 'team' }), never);
    expect(server.mails.map(({ to }) => to)).toEqual([['ops@example.org', 'b@example.org']]);
    const refused = [
      ['team', `parse 'to' addresses: "team" is not an email address: no "@"`],
      ['x@', `parse 'to' addresses: "x@" is not an email address: bad domain`],
      ['"a@example.org', `parse 'cc' addresses: "\\"a@example.org": " without its counterpart`],
      ['c', `parse 'reply_to' addresses: "c" is not an email address: no "@"`],
    ].map(([address, reply]) => ({ address, reply, permanent: true }));
    expect(report).toEqual({ response: '250 2.0.0 Ok: queued as MAIL1', refused });
    expect(context.logged).toEqual([
      [
        'warn',
        'Some recipients refused',
        { receiver: 'team', refused: refused.map(({ address, reply }) => `${address}: ${reply}`).join('; ') },
      ],
    ]);
  });
});

describe('before a connection is opened', () => {
  it.each([
    [{ to: '{{#each groupLabels}}{{/each}}' }, "parse 'to' addresses: no address"],
    [{ to: 'security', cc: 'ops@example.org' }, `parse 'to' addresses: "security" is not an email address: no "@"`],
    [{ from: 'a@example.org, b@example.org' }, "must be exactly one 'from' address (got: 2)"],
    [{ from: '' }, "must be exactly one 'from' address (got: 0)"],
    [{ from: 'tocsin' }, `parse 'from' addresses: "tocsin" is not an email address: no "@"`],
    [{ to: `${'a@example.org,'.repeat(1_001)}` }, '1001 recipients, 1000 are allowed'],
  ])('%j is a permanent error', async (over, text) => {
    const { server, receiver } = await setUp(over);
    const error = await failure(receiver.send(notificationOf(), never));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(text);
    expect(server.connections).toBe(0);
  });

  it('a template of an address that fails', async () => {
    const { server, receiver } = await setUp({ to: '{{nonsense 1}}' });
    const error = await failure(receiver.send(notificationOf(), never));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toMatch(
      /^execute 'to' template: email_configs 'to': is neither a Go template \(line 1, column 3: /,
    );
    expect(server.connections).toBe(0);
  });

  it('an unknown template folder is an error at load', async () => {
    const context = await testContext();
    expect(() =>
      createEmailReceiver(emailConfig({ host: 'localhost', port: 25 }, { template: 'defalt' }), context),
    ).toThrow('there is no email template "defalt"; did you mean "default"? (there are: default)');
  });
});

describe('addresses outside ASCII', () => {
  it('go out as they are where the server takes SMTPUTF8', async () => {
    const { server, receiver } = await setUp({ to: 'Jörg <jörg@exämple.org>' });
    await receiver.send(notificationOf(), never);
    expect(server.commands).toContain('RCPT TO:<jörg@xn--exmple-cua.org>');
    expect(server.commands.find((line) => line.startsWith('MAIL'))).toMatch(/ SMTPUTF8/);
  });

  it('are refused, and the others served, where it does not', async () => {
    const { server, receiver } = await setUp({ to: 'jörg@example.org, ops@example.org' }, { hide: ['SMTPUTF8'] });
    const report = await receiver.send(notificationOf(), never);
    const reply = `"jörg@example.org" needs SMTPUTF8, which "${server.smarthost}" does not offer`;
    expect(report).toMatchObject({ refused: [{ address: 'jörg@example.org', reply }] });
    expect(server.mails[0]?.to).toEqual(['ops@example.org']);
    expect(server.mails[0]?.raw).toMatch(/^To: ops@example.org\r$/m);
  });

  it('need it for the sender too', async () => {
    const { server, receiver } = await setUp({ from: 'töcsin@example.org' }, { hide: ['SMTPUTF8'] });
    const error = await failure(receiver.send(notificationOf(), never));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      `send MAIL command: "töcsin@example.org" needs SMTPUTF8, which "${server.smarthost}" does not offer`,
    );
  });
});

it('an address that a command cannot hold is refused, the others served', async () => {
  const { server, receiver } = await setUp({ to: '"a> SIZE=1"@example.org, ops@example.org' });
  const report = await receiver.send(notificationOf(), never);
  const address = '"a> SIZE=1"@example.org';
  const reply = `${JSON.stringify(address)} cannot be part of a command`;
  expect(report).toMatchObject({ refused: [{ address, reply, permanent: true }] });
  expect(server.commands.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ops@example.org>']);
});

describe('the size that the server announces', () => {
  it('is kept by cutting the email', async () => {
    const { server, receiver } = await setUp({}, { size: 3_000 });
    await receiver.send(notificationOf([alertWith({}, { summary: 'y '.repeat(20_000) })]), never);
    expect(server.mails[0]?.raw.length).toBeLessThanOrEqual(3_000);
    expect(server.mails[0]?.parsed.text).toMatch(/^\[Truncated: the email has \d+ bytes, the limit is 3000\.\]/);
  });

  it('makes a permanent error where nothing can be cut', async () => {
    const { receiver } = await setUp({}, { size: 500 });
    const error = await failure(receiver.send(notificationOf(), never));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toMatch(/^message of \d+ bytes is over the limit of 500 bytes$/);
  });
});

it('takes a group with labels named like parts of objects', async () => {
  const { server, receiver } = await setUp({ text: '{{#each commonLabels}}{{@key}}={{this}};{{/each}}', html: '' });
  const labels = LabelSet.from([
    ['__proto__', 'p'],
    ['constructor', 'c'],
  ]);
  const { alert, status } = alertWith();
  await receiver.send(notificationOf([{ alert: { ...alert, labels }, status }], { groupLabels: labels }), never);
  expect(server.mails[0]?.parsed.text?.trim()).toBe('__proto__=p;constructor=c;');
});
