import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AlertmanagerLike } from '../support/alertmanager.ts';
import { freePort } from '../support/ports.ts';
import { TestProcess, temporaryDirectory } from '../support/process.ts';
import { startTocsin, TOCSIN } from '../support/tocsin.ts';

const CONFIG = JSON.stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] });

/** A file system of its own, or undefined where the tests may not mount one. */
function smallDisk(): string | undefined {
  const { path, remove } = temporaryDirectory('tocsin-disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    remove();
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', path]);
    remove();
  });
  return path;
}

async function serve(storage: string): Promise<AlertmanagerLike> {
  const server = await startTocsin(CONFIG, { storage });
  onTestFinished(() => server.stop());
  return server;
}

/** Starts a Tocsin that is expected to give up. Resolves to its exit code and the last line of its log. */
async function failingStart(storage: string): Promise<{ code: number | null; line: string }> {
  const { path, remove } = temporaryDirectory('tocsin-config');
  onTestFinished(remove);
  writeFileSync(join(path, 'tocsin.yml'), CONFIG);
  const program = TestProcess.start(process.execPath, [
    TOCSIN,
    `--config.file=${join(path, 'tocsin.yml')}`,
    `--storage.path=${storage}`,
    `--web.listen-address=127.0.0.1:${await freePort()}`,
  ]);
  const { code } = await program.exited;
  return { code, line: program.output.trim().split('\n').at(-1) ?? '' };
}

function post({ url }: AlertmanagerLike, path: string, body: unknown): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** As Prometheus sends it, 100 kB so that no space left over is enough. */
const alert = (alertname: string): unknown => [
  { labels: { alertname }, annotations: { text: 'x'.repeat(100_000) }, startsAt: new Date().toISOString() },
];

const violation = {
  alert: { policy: { name: 'Latest tag' }, clusterName: 'prod', deployment: { name: 'y'.repeat(1_000) } },
};

async function names({ url }: AlertmanagerLike): Promise<string[]> {
  const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as { labels: { alertname: string } }[];
  return alerts.map(({ labels }) => labels.alertname).sort();
}

const canMount = ((): boolean => {
  const { path, remove } = temporaryDirectory('tocsin-mount');
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return true;
  } catch {
    return false;
  } finally {
    remove();
  }
})();

describe.runIf(canMount)('a disk that is full', () => {
  it('makes senders try again, shows in the health, and recovers when there is space', async () => {
    const disk = smallDisk() as string;
    const storage = join(disk, 'data');
    const server = await serve(storage);
    expect((await post(server, '/api/v2/alerts', alert('before'))).status).toBe(200);
    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(5_000_000))).toThrow('ENOSPC');

    const reason = `cannot use ${storage}/tocsin.db: database or disk is full`;
    const api = await post(server, '/api/v2/alerts', alert('refused'));
    expect([api.status, api.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await api.json()).toBe(`${reason}; try again later`);
    const webhook = await post(server, '/webhooks/rhacs', violation);
    expect([webhook.status, webhook.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await webhook.json()).toEqual({ error: `${reason}; try again later` });
    for (const path of ['/-/healthy', '/-/ready']) {
      const health = await fetch(server.url + path);
      expect([health.status, await health.text()]).toEqual([503, `${reason}\n`]);
    }
    // Asked for again while the disk is full: still no promise.
    expect((await post(server, '/api/v2/alerts', alert('refused'))).status).toBe(503);
    expect(await names(server)).toEqual(['Latest tag', 'before', 'refused']);

    rmSync(filler);
    await expect.poll(async () => (await fetch(`${server.url}/-/healthy`)).status, { timeout: 10_000 }).toBe(200);
    expect((await post(server, '/api/v2/alerts', alert('refused'))).status).toBe(200);
    expect((await post(server, '/webhooks/rhacs', violation)).status).toBe(200);
    server.process.signal('SIGKILL');
    await server.process.exited;
    expect(await names(await serve(storage))).toEqual(['Latest tag', 'before', 'refused']);
  });

  it('or read-only at the start: one line, exit code 1', async () => {
    const disk = smallDisk() as string;
    mkdirSync(join(disk, 'data'));
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const { code, line } = await failingStart(join(disk, 'data'));
    expect(code).toBe(1);
    expect(line).toContain(`cannot write to ${disk}/data/tocsin.lock`);
  });
});

describe('a store that cannot be used', () => {
  function storage(): string {
    const { path, remove } = temporaryDirectory('tocsin-storage');
    onTestFinished(remove);
    return path;
  }

  it('because another Tocsin uses it: one line, and the other goes on', async () => {
    const path = storage();
    const server = await serve(path);
    const { code, line } = await failingStart(path);
    expect(code).toBe(1);
    expect(line).toContain(`the storage directory ${path} is in use by another Tocsin process; stop that one`);
    expect((await post(server, '/api/v2/alerts', alert('a'))).status).toBe(200);
  });

  it.each([
    ['its header', 0],
    ['its middle', 200_000],
  ])('because %s is damaged: one line, and the file stays as it is', async (_part, offset) => {
    const path = storage();
    const server = await serve(path);
    const many = Array.from({ length: 300 }, (_, i) => ({
      labels: { alertname: `a${i}` },
      annotations: { text: 'x'.repeat(2_000) },
    }));
    expect((await post(server, '/api/v2/alerts', many)).status).toBe(200);
    await server.process.stop();
    const file = join(path, 'tocsin.db');
    const bytes = readFileSync(file);
    bytes.fill(0xa5, offset, offset + 50_000);
    writeFileSync(file, bytes);
    const { code, line } = await failingStart(path);
    expect(code).toBe(1);
    expect(line).toContain(`${file} is damaged`);
    expect(line).toContain('was left as it is; restore a backup, or move it away to start empty');
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('and a copy of the directory of a killed process opens as it was', async () => {
    const path = storage();
    const server = await serve(path);
    expect((await post(server, '/api/v2/alerts', alert('a'))).status).toBe(200);
    server.process.signal('SIGKILL');
    await server.process.exited;
    const copy = storage();
    cpSync(path, copy, { recursive: true });
    expect(await names(await serve(copy))).toEqual(['a']);
  });
});
