import { expect, it, onTestFinished } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { Front } from './front.ts';
import { MAIL_TEXT, MailEngine, statusLinesOf } from './mail-engine.ts';

const config = (port: number): unknown => ({
  global: { smtp_smarthost: `127.0.0.1:${port}`, smtp_from: 'tocsin@example.org', smtp_require_tls: false },
  route: {
    receiver: 'mail',
    group_by: ['group'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '4h',
  },
  receivers: [{ name: 'mail', email_configs: [{ to: 'soc@example.org', send_resolved: true, text: MAIL_TEXT }] }],
});

async function mailServer(): Promise<{ server: TestSmtpServer; front: Front }> {
  const server = await TestSmtpServer.start();
  onTestFinished(() => server.close());
  const front = await Front.start(server.port);
  onTestFinished(() => front.close());
  return { server, front };
}

/** What the mails after `from` said, by group. */
function toldByGroup(server: TestSmtpServer, from = 0): Record<string, string[]> {
  const told: Record<string, string[]> = {};
  for (const mail of server.mails.slice(from)) {
    const lines = statusLinesOf(mail);
    const group = lines[0]?.split('-')[0]?.split(' ')[1] ?? '';
    told[group] = [...(told[group] ?? []), lines.join(', ')];
  }
  return told;
}

const HOUR = 3_600;
const COARSE = 10_000;

it('one email per group after an outage of hours lists all that fired and all that resolved', async () => {
  const { server, front } = await mailServer();
  const h = await MailEngine.start(config(front.port));
  onTestFinished(() => h.stop());
  await h.push('x-before', 'firing', { group: 'x' });
  await h.until(() => server.mails.length === 1);
  await front.close();

  // x goes on, y fires and is over again, z fires only.
  await h.push('x-later', 'firing', { group: 'x' });
  await h.push('y-short', 'firing', { group: 'y' });
  await h.pass(HOUR, COARSE);
  await h.push('x-before', 'resolved', { group: 'x' });
  await h.push('y-short', 'resolved', { group: 'y' });
  await h.push('y-other', 'firing', { group: 'y' });
  await h.push('z-one', 'firing', { group: 'z' });
  await h.pass(HOUR, COARSE);
  await h.push('y-other', 'resolved', { group: 'y' });
  await h.push('z-two', 'firing', { group: 'z' });
  await h.pass(HOUR, COARSE);
  expect(server.mails).toHaveLength(1);

  await front.open();
  await h.until(() => server.mails.length >= 4);
  await h.pass(1_000, COARSE);
  expect(toldByGroup(server, 1)).toEqual({
    x: ['resolved x-before, firing x-later'],
    y: ['resolved y-other, resolved y-short'],
    z: ['firing z-one, firing z-two'],
  });
});

it('a restart in the middle of an outage changes nothing of that', async () => {
  const { server, front } = await mailServer();
  await front.close();
  const store = new MemoryStore();
  const before = await MailEngine.start(config(front.port), store);
  await before.push('x-short', 'firing', { group: 'x' });
  await before.push('y-long', 'firing', { group: 'y' });
  await before.pass(HOUR, COARSE);
  await before.push('x-short', 'resolved', { group: 'x' });
  await before.pass(60);
  await before.stop();

  const after = await MailEngine.start(config(front.port), store, new FakeClock(before.clock.now() + 60_000));
  onTestFinished(() => after.stop());
  await after.pass(HOUR, COARSE);
  await front.open();
  await after.until(() => server.mails.length >= 2);
  await after.pass(1_000, COARSE);
  expect(toldByGroup(server)).toEqual({ x: ['resolved x-short'], y: ['firing y-long'] });
});
