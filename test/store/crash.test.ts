import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, expect, test } from 'vitest';
import { backup } from '../../src/cli/backup.ts';
import { runCommand } from '../../src/cli/command.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { SqliteStore } from '../../src/store/sqlite.ts';
import { StoreError, type Table } from '../../src/store/store.ts';
import { FakeClock } from '../support/fake-clock.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-crash-'));
const WRITER = new URL('writer.ts', import.meta.url).pathname;
const children: ChildProcess[] = [];
let count = 0;
const newDirectory = (): string => join(root, `${count++}`);

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A writer and its lines. `prefix` is a command that runs it. */
function startWriter(directory: string, ...prefix: string[]): { child: ChildProcess; lines: AsyncIterator<string> } {
  const [command = '', ...args] = [...prefix, process.execPath, WRITER, directory];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function readUntil(lines: AsyncIterator<string>, isLast: (line: string) => boolean): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the writer ended after ${seen.slice(-3).join(', ')}`);
    seen.push(value);
    if (isLast(value)) return seen;
  }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function open(directory: string, clock = new FakeClock()): Promise<SqliteStore> {
  return SqliteStore.open({ directory, fsync: 'process', clock, logger: nullLogger, metrics: new Metrics() });
}

async function keys(directory: string): Promise<[Set<string>, Set<string>]> {
  const store = await open(directory);
  const load = async (table: Table): Promise<Set<string>> => new Set((await store.load(table)).map(({ key }) => key));
  const found: [Set<string>, Set<string>] = [await load('alerts'), await load('notifications')];
  await store.close();
  return found;
}

test('kill -9 while writing: every acknowledged write is there, and no call is there by half', async () => {
  const directory = newDirectory();
  const { child, lines } = startWriter(directory);
  const acknowledged = await readUntil(lines, (line) => line === 'ok 400');
  await kill(child);
  const [alerts, notifications] = await keys(directory);
  for (const line of acknowledged) expect(alerts).toContain(line.slice('ok '.length));
  expect(notifications).toEqual(alerts);
});

test('while a process writes, a second one on its directory is refused; after its crash none is', async () => {
  const directory = newDirectory();
  const { child, lines } = startWriter(directory);
  await readUntil(lines, (line) => line === 'ok 1');
  await expect(open(directory)).rejects.toThrow('is in use by another Tocsin process');
  await kill(child);
  await (await open(directory)).close();
});

test('a file that may not grow: callers get an error, the process goes on and recovers by itself', async () => {
  const directory = newDirectory();
  // An ignored SIGXFSZ makes the write fail instead of ending the process; ulimit counts kB.
  const { child, lines } = startWriter(directory, 'bash', '-c', 'trap "" XFSZ; ulimit -S -f 1000; exec "$@"', '--');
  const before = await readUntil(lines, (line) => line.startsWith('failed'));
  expect(before.length).toBeGreaterThan(50);
  expect(before.at(-1)).toBe(`failed cannot use ${directory}/tocsin.db: disk I/O error`);
  execFileSync('prlimit', ['--pid', `${child.pid}`, '--fsize=unlimited']);
  const after = await readUntil(lines, (line) => line.startsWith('ok'));
  await kill(child);
  const [alerts, notifications] = await keys(directory);
  for (const line of [...before, ...after]) {
    if (line.startsWith('ok')) expect(alerts).toContain(line.slice('ok '.length));
  }
  expect(notifications).toEqual(alerts);
});

test('backup while a process writes: a whole copy of one moment, which opens', async () => {
  const directory = newDirectory();
  const restored = newDirectory();
  const { child, lines } = startWriter(directory);
  const acknowledged = await readUntil(lines, (line) => line === 'ok 200');
  const out: string[] = [];
  const stream = { write: (text: string) => out.push(text) };
  const target = join(root, 'copy.db');
  expect(await runCommand(backup, [`--storage.path=${directory}`, target], { stdout: stream, stderr: stream })).toBe(0);
  expect(out).toEqual([`The store of ${directory} was copied to ${target}\n`]);
  await readUntil(lines, (line) => line === 'ok 600');
  await kill(child);
  execFileSync('mkdir', [restored]);
  execFileSync('cp', [target, join(restored, 'tocsin.db')]);
  const [alerts, notifications] = await keys(restored);
  for (const line of acknowledged) expect(alerts).toContain(line.slice('ok '.length));
  expect(notifications).toEqual(alerts);

  out.length = 0;
  expect(await runCommand(backup, [`--storage.path=${directory}`, target], { stdout: stream, stderr: stream })).toBe(1);
  expect(await runCommand(backup, ['--storage.path=/nowhere', target], { stdout: stream, stderr: stream })).toBe(1);
  expect(await runCommand(backup, ['--storage', directory, target], { stdout: stream, stderr: stream })).toBe(1);
  expect(await runCommand(backup, [], { stdout: stream, stderr: stream })).toBe(1);
  expect(out).toEqual([
    `tocsin backup: ${target} exists already; a backup never overwrites a file\n`,
    "tocsin backup: there is no /nowhere/tocsin.db; name the store's directory with --storage.path\n",
    "tocsin backup: unknown long flag '--storage', did you mean '--storage.path'?; see tocsin backup --help\n",
    'tocsin backup: expected one FILE; see tocsin backup --help\n',
  ]);
});

const mounted = newDirectory();
const canMount = mount('size=1m');

function mount(options: string): boolean {
  try {
    execFileSync('mkdir', ['-p', mounted]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', mounted], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (canMount) execFileSync('umount', ['--lazy', mounted]);
});

test.runIf(canMount)('a full disk, then a read-only one: trouble until it is over, and nothing is lost', async () => {
  const clock = new FakeClock();
  const store = await open(mounted, clock);
  await store.write([{ table: 'alerts', key: 'before', value: 1 }]);
  const filler = join(mounted, 'filler');
  expect(() => writeFileSync(filler, Buffer.alloc(2_000_000))).toThrow('ENOSPC');
  const refused = store.write([
    { table: 'alerts', key: 'small', value: 1 },
    { table: 'alerts', key: 'big', value: 'x'.repeat(300_000) },
  ]);
  const full = `cannot use ${mounted}/tocsin.db: database or disk is full`;
  await expect(refused).rejects.toThrow(new StoreError(full));
  expect(store.trouble).toBe(full);
  await clock.advance(999);
  expect(store.trouble).toBe(full);
  rmSync(filler);
  await clock.advance(1);
  await expect.poll(() => store.trouble).toBeUndefined();

  execFileSync('mount', ['-o', 'remount,size=8m', mounted]);
  await store.write([{ table: 'alerts', key: 'big', value: 'x'.repeat(300_000) }]);
  expect((await store.load('alerts')).map(({ key }) => key)).toEqual(['before', 'big']);
  await store.close();

  execFileSync('mount', ['-o', 'remount,ro', mounted]);
  await expect(open(mounted)).rejects.toThrow(`cannot write to ${mounted}/tocsin.db (`);
});
