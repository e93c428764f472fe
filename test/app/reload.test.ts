import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../../src/app/app.ts';
import { appOptions } from '../../src/cli/app-options.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TestHttpServer } from '../support/http-server.ts';
import { temporaryDirectory } from '../support/process.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let hooks: TestHttpServer;
let clock: FakeClock;
let app: App;

beforeEach(async () => {
  directory = temporaryDirectory('reload');
  hooks = await TestHttpServer.start();
  clock = new FakeClock();
});

afterEach(async () => {
  await app.stop();
  await hooks.close();
  directory.remove();
});

const hook = (path: string): string => `{url: '${hooks.url(path)}'}`;

/** @param text `ROUTE` and then the list of receivers */
function configure(text: string): string {
  const file = join(directory.path, 'tocsin.yml');
  writeFileSync(file, text);
  return file;
}

async function start(text: string): Promise<void> {
  const flags = parseFlags([
    `--config.file=${configure(text)}`,
    `--storage.path=${join(directory.path, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  app = await App.start(appOptions(flags, '0.0.0'), { clock, logger: nullLogger });
}

async function post(...alerts: Record<string, string>[]): Promise<void> {
  const response = await fetch(`http://${app.addresses[0]}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(alerts.map((labels) => ({ labels, endsAt: '2036-01-01T00:00:00Z' }))),
  });
  expect(response.status).toBe(200);
}

/** `path: alert alert` of each notification so far. */
function notified(): string[] {
  return hooks.requests.map(({ url, body }) => {
    const { alerts } = JSON.parse(body) as {
      readonly alerts: readonly { readonly labels: { readonly alertname: string } }[];
    };
    return `${url}: ${alerts.map(({ labels }) => labels.alertname).join(' ')}`;
  });
}

/** Lets everything that is due be sent: what is sent last is about a marker, for which the others need not be waited. */
async function settled(count: number): Promise<string[]> {
  await expect
    .poll(
      async () => {
        await clock.advance(1_000);
        return hooks.requests.length;
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThanOrEqual(count);
  for (let i = 0; i < 30; i++) {
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return notified();
}

const ROUTE = 'group_by: [team], group_wait: 1s, group_interval: 5s, repeat_interval: 1h';
const before = (): string => `
route: {receiver: r, ${ROUTE}}
receivers:
- name: r
  webhook_configs: [${hook('/old')}]
`;

const cases: readonly [string, () => string, string[]][] = [
  [
    'an entry inserted before another: the old one is not notified again, the new one is',
    () => before().replace(`[${hook('/old')}]`, `[${hook('/new')}, ${hook('/old')}]`),
    ['/new: A1 A2', '/new: B'],
  ],
  ['a receiver renamed', () => before().replaceAll(/receiver: r|name: r/g, (text) => `${text}enamed`), []],
  ['group_by changed', () => before().replace('[team]', '[alertname]'), []],
  ['everything in one group', () => before().replace('group_by: [team]', 'group_by: []'), []],
  [
    'a route moved',
    () =>
      before().replace(
        `${ROUTE}}`,
        `${ROUTE}, routes: [{matchers: [team="a"], routes: [{matchers: [alertname=~"A.*"]}]}]}`,
      ),
    [],
  ],
  [
    'all of it at once',
    () => `
route: {receiver: other, ${ROUTE}, routes: [{matchers: [team=~".+"], receiver: renamed, group_by: [alertname]}]}
receivers:
- name: other
- name: renamed
  webhook_configs: [${hook('/new')}, ${hook('/old')}]
`,
    ['/new: A1', '/new: A2', '/new: B'],
  ],
  [
    'another recipient: where it cannot be known, it is notified once',
    () => before().replace('/old', '/moved'),
    ['/moved: A1 A2', '/moved: B'],
  ],
];

const ALERTS = [
  { alertname: 'A1', team: 'a' },
  { alertname: 'A2', team: 'a' },
  { alertname: 'B', team: 'b' },
];

describe.each(['a reload', 'a restart'])('%s with', (how) => {
  it.each(cases)('%s', async (_name, changed, expected) => {
    await start(before());
    await post(...ALERTS);
    expect((await settled(2)).sort()).toEqual(['/old: A1 A2', '/old: B']);
    hooks.requests.length = 0;
    if (how === 'a reload') {
      configure(changed());
      await app.reload();
    } else {
      await app.stop();
      await start(changed());
    }
    expect((await settled(expected.length)).sort()).toEqual(expected);
    // What is new is notified as ever.
    hooks.requests.length = 0;
    await post({ alertname: 'A3', team: 'a' });
    expect((await settled(1)).some((line) => line.includes('A3'))).toBe(true);
  });
});
