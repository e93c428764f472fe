import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/time/clock.ts';
import { TestServer } from './test-server.ts';

/* The real amtool (Debian's) against the server. */

const run = promisify(execFile);
let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start({ clock: systemClock, http: { clusterListenAddress: '127.0.0.1:9094' } });
});

afterEach(() => server.close());

/** @returns what it prints; its error output is dropped (it warns that versions differ). */
async function amtool(...args: string[]): Promise<string> {
  const { stdout } = await run('amtool', [`--alertmanager.url=${server.url}`, ...args]);
  return stdout;
}

test('alert add and query', async () => {
  await amtool('alert', 'add', 'DiskFull', 'instance=db-1', 'severity=critical', '--annotation=summary=it is full');
  expect(await amtool('alert', 'query')).toMatch(/^Alertname {2}Starts At .*\nDiskFull .*it is full +active +\n$/);
  expect(JSON.parse(await amtool('alert', 'query', 'instance=~db.*', '-o', 'json'))).toHaveLength(1);
  expect(JSON.parse(await amtool('alert', 'query', 'instance=~web.*', '-o', 'json'))).toHaveLength(0);
  await amtool(
    'alert',
    'add',
    'DiskFull',
    'instance=db-1',
    'severity=critical',
    '--end=2020-01-01T00:00:00Z',
    '--start=2019-01-01T00:00:00Z',
  );
  expect(JSON.parse(await amtool('alert', 'query', '-o', 'json'))).toHaveLength(0);
});

test('silence add, query, update, expire and import', async () => {
  const id = (
    await amtool('silence', 'add', 'alertname=DiskFull', 'x!~"y.*"', '-a', 'alice', '-c', 'why', '-d', '1h')
  ).trim();
  expect(id).toMatch(/^[\da-f-]{36}$/);
  expect(await amtool('silence', 'query', '-q')).toBe(`${id}\n`);
  expect((await amtool('silence', 'update', '-d', '2h', '-c', 'because', id)).includes(id)).toBe(true);
  const [silence] = JSON.parse(await amtool('silence', 'query', '-o', 'json'));
  expect(silence).toMatchObject({ id, comment: 'because', createdBy: 'alice', status: { state: 'active' } });
  await amtool('silence', 'expire', id);
  expect(await amtool('silence', 'query', '-q')).toBe('');
  expect(await amtool('silence', 'query', '-q', '--expired')).toBe(`${id}\n`);

  const file = join(mkdtempSync(join(tmpdir(), 'tocsin-amtool-')), 'silences.json');
  const unknown = '8b1a6f9a-0000-4000-8000-000000000000';
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  await writeFile(file, JSON.stringify([{ ...silence, id: unknown, endsAt, comment: 'imported' }]));
  const imported = (await amtool('silence', 'import', file)).trim();
  expect(imported).not.toBe(unknown);
  expect(await amtool('silence', 'query', '-q')).toBe(`${imported}\n`);
});

test('config show, config routes, cluster show', async () => {
  expect(await amtool('config', 'show')).toContain('  receiver: team-X\n');
  expect(await amtool('config', 'routes', 'show')).toContain('receiver: team-Y');
  expect(await amtool('config', 'routes', 'test', 'team=y')).toBe('team-Y\n');
  expect(await amtool('cluster', 'show')).toMatch(/^Cluster Status: +ready\nNode Name: +01[0-9A-Z]{24}\n/);
});
