import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it, type TestContext } from 'vitest';
import { certificates } from '../support/certificates.ts';
import { type SmtpFault, type SmtpStage, TestSmtpServer } from '../support/smtp-server.ts';
import { Front, type Hostility } from './front.ts';
import { MAIL_TEXT, MailEngine, statusLinesOf } from './mail-engine.ts';

/** @param atEnd keeps what is to be undone when the test is over, the last first. */
async function start({
  onTestFinished: atEnd,
}: TestContext): Promise<{ h: MailEngine; server: TestSmtpServer; front: Front }> {
  const auth = { username: 'tocsin', password: 'secret' };
  const server = await TestSmtpServer.start({ tls: 'starttls', auth });
  atEnd(() => server.close());
  const front = await Front.start(server.port);
  atEnd(() => front.close());
  const h = await MailEngine.start({
    global: {
      smtp_smarthost: `localhost:${front.port}`,
      smtp_from: 'tocsin@example.org',
      smtp_auth_username: auth.username,
      smtp_auth_password: auth.password,
      smtp_tls_config: { ca_file: certificates().ca.certFile },
    },
    route: {
      receiver: 'mail',
      group_by: ['group'],
      group_wait: '1s',
      group_interval: '1m',
      repeat_interval: '24h',
    },
    receivers: [{ name: 'mail', email_configs: [{ to: 'soc@example.org', send_resolved: true, text: MAIL_TEXT }] }],
  });
  atEnd(() => h.stop());
  return { h, server, front };
}

/** Alerts fire and resolve before a server that fails; then it recovers. Everybody must hear everything, once. */
async function survive(
  { h, server }: { h: MailEngine; server: TestSmtpServer },
  recover: () => Promise<void> | void,
): Promise<void> {
  await h.push('a', 'firing', { group: '1' });
  await h.push('b', 'firing', { group: '2' });
  await h.pass(65);
  await h.push('a', 'resolved', { group: '1' });
  await h.push('c', 'firing', { group: '2' });
  await h.pass(65);
  await recover();
  const told = (): string[] => server.mails.flatMap(statusLinesOf);
  await h.until(() => ['resolved a', 'firing b', 'firing c'].every((line) => told().includes(line)));
  await h.until(() => [...h.engine.log.entries()].every(([, { pending }]) => pending === undefined));

  const count = server.mails.length;
  await h.pass(65);
  expect(server.mails).toHaveLength(count);
  const contents = Map.groupBy(server.mails, (mail) => statusLinesOf(mail).join());
  for (const copies of contents.values()) {
    expect(new Set(copies.map(({ parsed }) => parsed.messageId)).size).toBe(1);
  }
}

const STAGES: readonly SmtpStage[] = [
  'CONNECT',
  'EHLO',
  'STARTTLS',
  'HANDSHAKE',
  'AUTH',
  'MAIL',
  'RCPT',
  'DATA',
  'END',
];
const FAULTS: readonly SmtpFault[] = [
  'hang',
  'drop',
  '421 4.3.2 shutting down',
  '451 4.7.1 Greylisted',
  '554 5.7.1 no',
];

describe.concurrent.each(STAGES)('a mail server that fails at %s', (stage) => {
  it.for(FAULTS)('with %s: after it recovers nothing is missing', async (fault, context) => {
    const all = await start(context);
    all.server.fail(stage, fault);
    await survive(all, () => all.server.recover());
  });
});

/** Answers each line with this text, in pieces. */
const answering =
  (reply: () => string | Buffer, greeting = reply): Hostility =>
  (socket) => {
    socket.write(greeting());
    socket.on('data', () => socket.writable && socket.write(reply()));
  };

function drip(socket: Socket): void {
  const text = `220-${'slow '.repeat(10_000)}\r\n`;
  let sent = 0;
  const timer = setInterval(() => socket.write(text[sent++ % text.length] as string), 2);
  socket.on('close', () => clearInterval(timer));
}

const HOSTILITIES: Readonly<Record<string, Hostility>> = {
  'says nothing': () => {},
  'closes at once': (socket) => socket.end(),
  'resets at once': (socket) => socket.resetAndDestroy(),
  'drips its greeting': drip,
  'sends garbage': answering(() => randomBytes(5_000)),
  'speaks HTTP': answering(() => 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  'sends garbage after its greeting': answering(
    () => randomBytes(5_000),
    () => '220 mx ESMTP\r\n',
  ),
  'never ends its greeting': answering(() => '220-more\r\n'.repeat(1_000)),
  'answers everything with 250': answering(
    () => '250 ok\r\n',
    () => '220 mx ESMTP\r\n',
  ),
  'sends garbage as its TLS handshake': (socket) => {
    socket.write('220 mx ESMTP\r\n');
    socket.on('data', (chunk) => {
      const line = chunk.toString('latin1');
      if (line.startsWith('EHLO')) socket.write('250-mx\r\n250 STARTTLS\r\n');
      else if (line.startsWith('STARTTLS')) socket.write('220 go\r\n');
      else socket.write(randomBytes(500));
    });
  },
};

describe.concurrent('a mail server that', () => {
  it.for(Object.keys(HOSTILITIES))('%s: after it recovers nothing is missing', async (name, context) => {
    const all = await start(context);
    await all.front.open(HOSTILITIES[name]);
    await survive(all, () => all.front.open());
    expect(all.front.connections).toBeGreaterThan(2);
  });

  it('refuses connections: after it recovers nothing is missing', async (context) => {
    const all = await start(context);
    await all.front.close();
    await survive(all, () => all.front.open());
  });
});
