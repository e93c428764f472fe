import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { App } from '../../src/app/app.ts';
import { appOptions } from '../../src/cli/app-options.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { type Clock, systemClock } from '../../src/time/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TestHttpServer } from '../support/http-server.ts';
import { freePort } from '../support/ports.ts';
import { TestProcess, temporaryDirectory } from '../support/process.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let hooks: TestHttpServer;
let app: App | undefined;

beforeEach(async () => {
  directory = temporaryDirectory('app');
  hooks = await TestHttpServer.start();
});

afterEach(async () => {
  await app?.stop();
  app = undefined;
  await hooks.close();
  directory.remove();
});

function configure(path: string): string {
  const file = join(directory.path, 'config.yml');
  writeFileSync(
    file,
    `
route: {receiver: r, group_by: [alertname], group_wait: 0s}
receivers:
- name: r
  webhook_configs: [{url: '${hooks.url(path)}'}]
`,
  );
  return file;
}

interface StartOptions {
  readonly storage?: string;
  readonly address?: string;
  readonly clock?: Clock;
}

function start(
  file: string,
  { storage = join(directory.path, 'data'), address = '127.0.0.1:0', clock = systemClock }: StartOptions = {},
): Promise<App> {
  const flags = parseFlags([`--config.file=${file}`, `--storage.path=${storage}`, `--web.listen-address=${address}`]);
  return App.start(appOptions(flags, '0.0.0'), { clock, logger: nullLogger });
}

async function post({ addresses }: App, alertname: string): Promise<void> {
  const answer = await fetch(`http://${addresses[0]}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname } }]),
  });
  expect(answer.status).toBe(200);
}

test('a file that cannot be used leaves the one in force; the next good one takes over', async () => {
  const file = configure('/first');
  app = await start(file);
  writeFileSync(file, 'route: {}\n');
  await expect(app.reload()).rejects.toThrow('root route must specify a default receiver');
  await post(app, 'one');
  await hooks.waitForRequests(1);
  configure('/second');
  await app.reload();
  await post(app, 'two');
  // The second receiver is new, and notified of what is firing.
  await hooks.waitForRequests(3);
  expect(hooks.requests.map(({ url }) => url)).toEqual(['/first', '/second', '/second']);
});

test('a reload does not notify again those who have the email already', async ({ onTestFinished }) => {
  const smtp = await TestSmtpServer.start();
  onTestFinished(() => smtp.close());
  const file = join(directory.path, 'mail.yml');
  writeFileSync(
    file,
    `
global: {smtp_smarthost: '${smtp.smarthost}', smtp_from: tocsin@example.org, smtp_require_tls: false}
route: {receiver: r, group_wait: 0s, group_interval: 10s}
receivers: [{name: r, email_configs: [{to: 'a@example.org, b@example.org'}]}]
`,
  );
  const clock = new FakeClock();
  app = await start(file, { clock });
  smtp.fail('RCPT', '450 4.2.0 Greylisted', { when: (line) => line.includes('b@') });
  const recipients = async (): Promise<(readonly string[])[]> => {
    await clock.advance(1_000);
    return smtp.mails.map(({ to }) => to);
  };
  await post(app, 'one');
  await expect.poll(recipients, { timeout: 10_000 }).toEqual([['a@example.org']]);
  await app.reload();
  smtp.recover();
  await expect.poll(recipients, { timeout: 10_000 }).toEqual([['a@example.org'], ['b@example.org']]);
});

test('a start that fails says why and leaves nothing behind: the port is free for the next one', async () => {
  const file = configure('/');
  const storage = join(directory.path, 'blocked');
  mkdirSync(storage);
  writeFileSync(join(storage, 'tocsin.db'), 'this is no database');
  const address = `127.0.0.1:${await freePort()}`;
  await expect(start(file, { storage, address })).rejects.toThrow(join(storage, 'tocsin.db'));
  app = await start(file, { address });
  expect(app.addresses).toEqual([address]);
  await expect(start(file, { storage: join(directory.path, 'other'), address })).rejects.toThrow(
    `cannot listen on ${address}: address already in use`,
  );
});

test('says in its metrics what is running, and counts what goes through', async () => {
  app = await start(configure('/'));
  await post(app, 'one');
  await post(app, 'one');
  const text = await (await fetch(`http://${app.addresses[0]}/metrics`)).text();
  const series = text.split('\n');
  const goarch = process.arch === 'x64' ? 'amd64' : process.arch;
  expect(series).toEqual(
    expect.arrayContaining([
      `alertmanager_build_info{version="0.35.0",revision="tocsin-0.0.0",branch="tocsin",goversion="node ${process.version}",goos="${process.platform}",goarch="${goarch}",tags=""} 1`,
      `tocsin_build_info{version="0.0.0",node="${process.version}"} 1`,
      'alertmanager_cluster_enabled 1',
      'alertmanager_alerts_received_total{status="firing",version="v2"} 2',
      'alertmanager_alerts_subscriber_channel_writes_total{subscriber="inhibitor"} 2',
      'alertmanager_alerts_subscriber_channel_writes_total{subscriber="dispatcher"} 2',
      'alertmanager_dispatcher_alert_processing_duration_seconds_count 1',
      'alertmanager_dispatcher_aggregation_groups 1',
    ]),
  );
});

test('reloads that are asked for while one waits are one', async () => {
  const running = await start(configure('/'));
  app = running;
  const first = running.reload();
  await Promise.resolve();
  const waiting = Array.from({ length: 300 }, () => running.reload());
  expect(new Set(waiting).size).toBe(1);
  expect(waiting[0]).not.toBe(first);
  await Promise.all([first, ...waiting]);
});

test('stops once, whoever asks, and after the reload under way', async () => {
  app = await start(configure('/'));
  const reloaded = app.reload();
  expect(app.stop()).toBe(app.stop());
  await Promise.all([reloaded, app.stop()]);
});

test('SIGHUP during the start reloads once it is done', async () => {
  const tocsin = TestProcess.start(process.execPath, [
    'src/main.js',
    `--config.file=${configure('/')}`,
    `--storage.path=${join(directory.path, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  try {
    await tocsin.waitForOutput(/Starting Tocsin/);
    tocsin.signal('SIGHUP');
    await tocsin.waitForOutput(/Listening on[\s\S]*Completed loading of configuration file/);
  } finally {
    expect(await tocsin.stop()).toEqual({ code: 0, signal: null });
  }
});

test('after a jump of the wall clock, the API and the metrics see what is firing before anything else has looked', async () => {
  const clock = new FakeClock('2026-03-01T08:00:00Z');
  app = await start(configure('/'), { clock });
  await post(app, 'steady');
  const base = `http://${app.addresses[0]}`;
  for (const hours of [1, -3, 48]) {
    clock.jump(hours * 3_600_000);
    const alerts = (await (await fetch(`${base}/api/v2/alerts`)).json()) as { readonly endsAt: string }[];
    expect(alerts).toHaveLength(1);
    expect(Date.parse(alerts[0]?.endsAt ?? '')).toBeGreaterThan(clock.now());
    clock.jump(hours * 3_600_000);
    expect(await (await fetch(`${base}/metrics`)).text()).toMatch(
      /alertmanager_alerts\{state="(active|unprocessed)"\} 1\n/,
    );
  }
});

test('tests count against the budget for emails', async () => {
  const smtp = await TestSmtpServer.start();
  try {
    const file = join(directory.path, 'config.yml');
    writeFileSync(
      file,
      `
global: {smtp_smarthost: '${smtp.smarthost}', smtp_from: tocsin@example.org, smtp_require_tls: false}
route: {receiver: r}
receivers:
- name: r
  email_configs: [{to: a@example.org, rate_limit: {count: 3, window: 24h, reserve: 1}}]
`,
    );
    const clock = new FakeClock();
    app = await start(file, { clock });
    const statuses: number[] = [];
    let text = '';
    for (let i = 0; i < 3; i++) {
      const answer = await fetch(`http://${app.addresses[0]}/api/tocsin/v1/receivers/r/test`, { method: 'POST' });
      statuses.push(answer.status);
      text = await answer.text();
      await clock.advance(10_000);
    }
    expect(statuses).toEqual([200, 200, 502]);
    expect(text).toContain('rate_limit is used up: tests count against it, too');
    expect(smtp.mails).toHaveLength(2);
  } finally {
    await smtp.close();
  }
});
