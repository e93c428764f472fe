import { expect, it, onTestFinished } from 'vitest';
import { MAIL_TEXT, Mailbox } from '../../bench/torture/mailbox.ts';
import { judge, type Verdict } from '../../bench/torture/verdict.ts';
import type { AlertmanagerLike } from '../support/alertmanager.ts';
import { temporaryDirectory } from '../support/process.ts';
import { startTocsin } from '../support/tocsin.ts';

/** ms that the mail server thinks about each mail. */
const THINKING = 200;
/** Mails that are on their way at the same time. */
const CONNECTIONS = 10;

const config = (smarthost: string, receiver = 'mail'): string =>
  JSON.stringify({
    global: { smtp_smarthost: smarthost, smtp_from: 'tocsin@example.org', smtp_require_tls: false },
    route: { receiver, group_by: ['deployment'], group_wait: '50ms', group_interval: '1h' },
    receivers: [{ name: receiver, email_configs: [{ to: 'soc@example.org', text: MAIL_TEXT }] }],
  });

interface Drain {
  readonly mailbox: Mailbox;
  /** The mail server answers at once from now on. */
  hurry(): void;
  readonly server: AlertmanagerLike;
  /** Another process on the same store. */
  restart(): Promise<AlertmanagerLike>;
  verdict(): Verdict;
}

/** A Tocsin that has begun to work off a backlog of mails. */
async function draining(groups: number): Promise<Drain> {
  let thinking = THINKING;
  const mailbox = await Mailbox.start(() => thinking);
  onTestFinished(() => mailbox.close());
  const { path: storage, remove } = temporaryDirectory('tocsin-drain');
  onTestFinished(remove);
  const start = async (): Promise<AlertmanagerLike> => {
    const server = await startTocsin(config(mailbox.address), { storage });
    onTestFinished(() => server.stop());
    return server;
  };
  const server = await start();
  const names = Array.from({ length: groups }, (_, i) => `d-${i}`);
  const response = await fetch(`${server.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(names.map((deployment) => ({ labels: { alertname: 'Denied', deployment } }))),
  });
  expect(response.status).toBe(200);
  await expect.poll(() => mailbox.mails.length, { timeout: 10_000 }).toBeGreaterThan(5);
  const acknowledged = new Set(names.map((name) => `firing ${name}`));
  return {
    mailbox,
    hurry() {
      thinking = 0;
    },
    server,
    restart: start,
    verdict: () => judge({ posted: acknowledged, acknowledged, mails: mailbox.mails, kills: [] }),
  };
}

it('SIGTERM during a drain: bounded, and the next process notifies of the rest', async () => {
  const groups = 400;
  const { mailbox, hurry, server, restart, verdict } = await draining(groups);
  expect(await server.process.stop()).toEqual({ code: 0, signal: null });
  expect(mailbox.mails.length).toBeLessThan(groups);
  hurry();
  await restart();
  await expect.poll(() => mailbox.told.size, { timeout: 15_000 }).toBe(groups);
  await new Promise((resolve) => setTimeout(resolve, THINKING));
  const { doubledSameId, ...rest } = verdict();
  expect(rest).toMatchObject({ delivered: groups, lost: [], doubledOtherId: 0, hidden: 0 });
  // Only what was on its way when patience ended.
  expect(doubledSameId).toBeLessThanOrEqual(CONNECTIONS);
});

it('reloads during a drain, with and without another name of the receiver: nothing lost, nothing sent twice', async () => {
  const groups = 150;
  const { mailbox, server, verdict } = await draining(groups);
  for (const receiver of ['mail', 'renamed', 'mail']) {
    server.configure(config(mailbox.address, receiver));
    expect((await fetch(`${server.url}/-/reload`, { method: 'POST' })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, THINKING));
  }
  expect(mailbox.mails.length).toBeLessThan(groups);
  await expect.poll(() => mailbox.told.size, { timeout: 15_000 }).toBe(groups);
  await new Promise((resolve) => setTimeout(resolve, 2 * THINKING));
  expect(verdict()).toMatchObject({ delivered: groups, lost: [], mails: groups });
  expect(await server.process.stop()).toEqual({ code: 0, signal: null });
});
