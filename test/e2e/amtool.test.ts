import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlertmanagerLike, startAlertmanager } from '../support/alertmanager.ts';
import { run } from '../support/process.ts';
import { startTocsin } from '../support/tocsin.ts';

/* The same amtool session with Debian's Alertmanager and with Tocsin: what amtool prints must be the same. */

const CONFIG = `
global: {smtp_smarthost: 'localhost:25', smtp_from: a@example.org, smtp_auth_password: hidden}
route:
  receiver: ops
  group_by: [alertname]
  group_wait: 1h
  routes:
  - matchers: [severity="critical"]
    receiver: on-call
    continue: true
    routes:
    - match_re: {team: 'a|b'}
      receiver: team
  - matchers: [team="b"]
    receiver: team
receivers:
- name: ops
- name: on-call
  webhook_configs: [{url: 'http://127.0.0.1:1/'}]
- name: team
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [instance]
`;
const FLAGS = ['--cluster.listen-address=127.0.0.1:0', '--cluster.settle-timeout=0s'];

let alertmanager: AlertmanagerLike;
let tocsin: AlertmanagerLike;

beforeAll(async () => {
  [alertmanager, tocsin] = await Promise.all([
    startAlertmanager(CONFIG, { flags: FLAGS }),
    startTocsin(CONFIG, { flags: FLAGS }),
  ]);
});

afterAll(async () => {
  await alertmanager?.stop();
  await tocsin?.stop();
});

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `$ID` in an argument is the id of the first silence in force. */
async function amtool({ url, directory }: AlertmanagerLike, args: readonly string[]): Promise<Answer> {
  const call = (words: readonly string[]): Promise<Answer> =>
    run('amtool', [`--alertmanager.url=${url}`, ...words], { env: { HOME: directory } });
  const id = args.includes('$ID') ? (await call(['silence', 'query', '-q'])).stdout.split('\n')[0] : '';
  const answer = await call(args.map((arg) => (arg === '$ID' ? (id ?? '') : arg.replace('$DIR', directory))));
  return { ...answer, stderr: answer.stderr.replace(/^Warning: amtool version .* are different\.\n/gm, '') };
}

/** Takes away what differs from run to run. */
function masked({ code, stdout, stderr }: Answer, { url }: AlertmanagerLike): Answer {
  const mask = (text: string): string =>
    text
      .replaceAll(url, 'URL')
      .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'UUID')
      .replaceAll(/20\d\d-\d\d-\d\d[T ][\d:.]+(?: UTC|Z)/g, 'TIME')
      .replaceAll(/01[\dA-Z]{24}/g, 'PEER')
      .replaceAll(/127\.0\.0\.1:\d{2,}/g, 'ADDRESS');
  return { code, stdout: mask(stdout), stderr: mask(stderr) };
}

/** What both answer; fails where they differ. */
async function both(...args: string[]): Promise<Answer> {
  const [theirs, ours] = await Promise.all(
    [alertmanager, tocsin].map(async (server) => masked(await amtool(server, args), server)),
  );
  expect(ours).toEqual(theirs);
  return ours as Answer;
}

const words = (line: string): string[] => line.split(' ');

test('alerts: add and query', async () => {
  await both(...words('alert add DiskFull instance=db-1 severity=critical'), '--annotation=summary=Disk 95 % full');
  await both(...words('alert add Slow instance=db-1 severity=warning --start=2026-01-01T00:00:00Z'));
  await both(...words('alert add Slow instance=db-2 severity=warning --start=2026-01-01T00:00:00Z'));
  await both(...words('alert add Over instance=db-1 --start=2020-01-01T00:00:00Z --end=2020-01-02T00:00:00Z'));
  expect((await both('alert', 'query')).stdout).toMatch(
    /^Alertname.*\nSlow .*active +\nDiskFull .*95 % full +active +\n$/,
  );
  for (const output of ['simple', 'extended', 'json']) {
    expect((await both('alert', 'query', '-o', output)).stdout).toContain('DiskFull');
    expect((await both('alert', 'query', '--inhibited', '-o', output)).stdout).toContain('Slow');
  }
  for (const query of [
    '--active',
    '--silenced',
    '--unprocessed',
    '--receiver=on-call',
    '--receiver=on-.*',
    'DiskFull',
  ]) {
    await both('alert', 'query', query);
  }
  for (const query of ['instance=~db-.* severity=critical', 'instance!=db-1', 'severity!~crit.*', 'nothing=']) {
    await both('alert', 'query', ...words(query));
  }
  expect((await both('alert', 'query', '--receiver=on-(')).stderr).toContain('failed to parse receiver param');
});

test('silences: add, query, update, expire', async () => {
  await both(...words('silence add alertname=DiskFull --author=me --comment=maintenance --duration=1h'));
  for (const output of ['simple', 'extended', 'json']) {
    expect((await both('silence', 'query', '-o', output)).stdout).toContain('maintenance');
  }
  expect((await both('alert', 'query', '--silenced')).stdout).toContain('DiskFull');
  await both(...words('silence update $ID --duration=2h --comment=longer'));
  expect((await both('silence', 'query', '-o', 'extended')).stdout).toContain('longer');
  for (const query of [
    '-q',
    'alertname=DiskFull',
    'alertname=~Disk.*',
    '--within=1m',
    '--created-by=me',
    '--created-by=x',
  ]) {
    await both('silence', 'query', query);
  }
  expect((await both('silence', 'expire', '$ID')).code).toBe(0);
  expect((await both('silence', 'query')).stdout).not.toContain('longer');
  expect((await both('silence', 'query', '--expired')).stdout).toContain('longer');
  await both(
    ...words('silence add instance!=db-9 severity=~crit.*|warn job!~x -c many -a me'),
    '--start=2100-01-01T00:00:00Z',
    '--end=2100-01-02T00:00:00Z',
  );
  expect((await both('silence', 'query')).stdout).toContain('instance!="db-9" severity=~"crit.*|warn" job!~"x"');
  await both('silence', 'expire', 'nonsense');
  await both(...words('silence add --comment=x'));
});

test('silences: import', async () => {
  for (const server of [alertmanager, tocsin]) {
    const { stdout } = await amtool(server, ['silence', 'query', '-o', 'json']);
    expect(JSON.parse(stdout)).toHaveLength(1);
    writeFileSync(join(server.directory, 'silences.json'), stdout);
  }
  expect((await both('silence', 'import', '$DIR/silences.json')).code).toBe(0);
  expect((await both('silence', 'import', '--force', '$DIR/silences.json')).code).toBe(0);
  expect((await both('silence', 'query', '-q')).stdout).toMatch(/^(?:UUID\n){2,3}$/);
});

test('the errors that Alertmanager 0.34 words anew since 0.25', async () => {
  const unknown = await amtool(tocsin, words('silence expire 00000000-0000-4000-8000-000000000000'));
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('status 404') });
  const everything = await amtool(tocsin, words('silence add alertname=~.* --comment=x'));
  expect(everything.stderr).toBe(
    'amtool: error: [POST /silences][400] postSilencesBadRequest  invalid silence: matcher set 0: at least one matcher must not match the empty string\n\n',
  );
});

test('configuration, routes and cluster as the server knows them', async () => {
  const [theirs, ours] = await Promise.all(
    [alertmanager, tocsin].map(async (server) => (await amtool(server, ['config', 'show'])).stdout),
  );
  // 0.25 shows a webhook's URL; it has been a secret since.
  expect(ours).toBe(theirs?.replace('url: http://127.0.0.1:1/', 'url: http://<secret>'));
  expect(ours).toContain('smtp_auth_password: <secret>');
  expect((await both('config', 'routes')).stdout).toContain('└── {team="b"}  receiver: team');
  for (const labels of ['severity=critical team=a', 'severity=critical team=b', 'x=y']) {
    await both('config', 'routes', 'test', '--tree', ...words(labels));
  }
  expect((await both(...words('config routes test --verify.receivers=team severity=critical'))).code).toBe(1);
  expect((await both('cluster', 'show')).stdout).toMatch(/^Cluster Status: +ready\nNode Name: +PEER\n/);
});
