import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { SqliteStore } from '../../src/store/sqlite.ts';
import { SqliteDatabase } from '../../src/store/sqlite-database.ts';
import { StoreError } from '../../src/store/store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { storeContract } from './store-contract.ts';

const root = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const newDirectory = (): string => join(root, `store-${count++}`, 'data');

function open(
  directory: string,
  metrics = new Metrics(),
  queueSize = 1_000_000_000,
  clock = new FakeClock(),
): Promise<SqliteStore> {
  return SqliteStore.open({
    directory,
    fsync: 'machine',
    clock,
    logger: nullLogger,
    metrics,
    queueSize,
  });
}

/** A closed store with one row. */
async function written(directory: string): Promise<string> {
  const store = await open(directory);
  await store.write([{ table: 'alerts', key: 'a', value: 1 }]);
  await store.close();
  return join(directory, 'tocsin.db');
}

async function value(metrics: Metrics, name: string): Promise<number | undefined> {
  const [sample] = (await metrics.registry.getSingleMetric(name)?.get())?.values ?? [];
  return sample?.value;
}

describe('as every store', () => storeContract(() => open(newDirectory())));

describe('durability', () => {
  test('what was written is there after opening again, in every table', async () => {
    const directory = newDirectory();
    const store = await open(directory);
    await store.write([
      { table: 'alerts', key: 'a', value: 1 },
      { table: 'silences', key: 'b', value: 2 },
      { table: 'notifications', key: 'c', value: 3 },
      { table: 'budgets', key: 'd', value: 4 },
    ]);
    await store.write([{ table: 'silences', key: 'b', value: undefined }]);
    await store.close();
    const again = await open(directory);
    await again.write([{ table: 'alerts', key: 'a', value: 'updated' }]);
    expect(await again.load('alerts')).toEqual([{ key: 'a', value: 'updated' }]);
    expect(await again.load('silences')).toEqual([]);
    expect(await again.load('notifications')).toEqual([{ key: 'c', value: 3 }]);
    expect(await again.load('budgets')).toEqual([{ key: 'd', value: 4 }]);
    await again.close();
  });

  test('close writes what is queued; afterwards writes are refused', async () => {
    const directory = newDirectory();
    const store = await open(directory);
    const writes = [1, 2, 3].map((i) => store.write([{ table: 'alerts', key: `${i}`, value: i }]));
    await store.close();
    await Promise.all(writes);
    await store.close();
    const refused = store.write([{ table: 'alerts', key: '4', value: 4 }]);
    await expect(refused).rejects.toThrow(new StoreError('the store is closed'));
    const again = await open(directory);
    expect((await again.load('alerts')).map(({ key }) => key)).toEqual(['1', '2', '3']);
    await again.close();
  });

  test.for([
    ['machine', 'FULL'],
    ['process', 'NORMAL'],
  ] as const)('--storage.fsync=%s makes SQLite synchronous = %s', ([fsync, synchronous]) => {
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    new SqliteDatabase(newDirectory(), fsync).close();
    const statements = exec.mock.calls.map(([sql]) => sql).join();
    exec.mockRestore();
    expect(statements).toContain('PRAGMA journal_mode = WAL');
    expect(statements).toContain(`PRAGMA synchronous = ${synchronous};`);
  });
});

describe('group commit', () => {
  test('callers that come during a commit share the next one', async () => {
    const metrics = new Metrics();
    const store = await open(newDirectory(), metrics);
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.write([{ table: 'alerts', key: `${i}`, value: i }])));
    expect(await value(metrics, 'tocsin_store_commits_total')).toBe(2);
    expect(await value(metrics, 'tocsin_store_changes_total')).toBe(100);
    await store.close();
  });

  test('a commit is bounded in size; a larger call goes alone', async () => {
    const metrics = new Metrics();
    const store = await open(newDirectory(), metrics);
    const write = (size: number): Promise<void> =>
      store.write([{ table: 'alerts', key: `${size}`, value: 'x'.repeat(size) }]);
    await Promise.all([write(1), write(3_000_000), write(900_000), write(5_000_000), write(2)]);
    expect(await value(metrics, 'tocsin_store_commits_total')).toBe(4);
    await store.close();
  });

  test('more than the memory should hold is refused at once', async () => {
    const store = await open(newDirectory(), new Metrics(), 2_000);
    const value = 'x'.repeat(990);
    const writes = ['a', 'b', 'c', 'd'].map((key) => store.write([{ table: 'alerts', key, value }]));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    await expect(writes[3]).rejects.toThrow('too many changes wait for the disk; try again later');
    await store.close();
  });
});

test('a load of many rows comes whole and in the order of first writing', async () => {
  const store = await open(newDirectory());
  const keys = Array.from({ length: 2_500 }, (_, i) => `${(i * 7_919) % 2_500}`);
  await store.write(keys.map((key) => ({ table: 'alerts', key, value: key })));
  expect((await store.load('alerts')).map(({ key }) => key)).toEqual(keys);
  await store.close();
});

test('the space of deleted rows is given back', async () => {
  const directory = newDirectory();
  const store = await open(directory);
  const keys = Array.from({ length: 10_000 }, (_, i) => `${i}`);
  await store.write(keys.map((key) => ({ table: 'alerts', key, value: 'x'.repeat(2_000) })));
  await store.write(keys.map((key) => ({ table: 'alerts', key, value: undefined })));
  await expect.poll(() => pages(directory), { timeout: 10_000 }).toBeLessThan(1_100);
  await store.close();
});

function pages(directory: string): unknown {
  const database = new DatabaseSync(join(directory, 'tocsin.db'), { readOnly: true });
  const row = database.prepare('PRAGMA page_count').get();
  database.close();
  return row?.page_count;
}

describe('patient writes', () => {
  const change = (key: string) => [{ table: 'notifications' as const, key, value: key }];

  test('go together once the first has waited long enough', async () => {
    const metrics = new Metrics();
    const clock = new FakeClock();
    const store = await open(newDirectory(), metrics, 1_000_000, clock);
    const first = store.write(change('a'), 10);
    await clock.advance(9);
    const second = store.write(change('b'), 10);
    expect(await store.load('notifications')).toEqual([]);
    await clock.advance(1);
    await Promise.all([first, second]);
    expect(await value(metrics, 'tocsin_store_commits_total')).toBe(1);
    await store.close();
  });

  test('go along with one that does not wait, in their order', async () => {
    const metrics = new Metrics();
    const store = await open(newDirectory(), metrics);
    const patient = store.write(change('a'), 10);
    await store.write([{ table: 'notifications', key: 'a', value: 'newer' }]);
    await patient;
    expect(await store.load('notifications')).toEqual([{ key: 'a', value: 'newer' }]);
    expect(await value(metrics, 'tocsin_store_commits_total')).toBe(1);
    await store.close();
  });

  test('wait no longer when the store closes', async () => {
    const directory = newDirectory();
    const store = await open(directory);
    const patient = store.write(change('a'), 10);
    await store.close();
    await patient;
    const again = await open(directory);
    expect(await again.load('notifications')).toEqual([{ key: 'a', value: 'a' }]);
    await again.close();
  });
});

describe('refuses to open', () => {
  test('a store that is in use', async () => {
    const directory = newDirectory();
    const store = await open(directory);
    await expect(open(directory)).rejects.toThrow(
      new StoreError(
        `the storage directory ${directory} is in use by another Tocsin process; stop that one, or name another directory with --storage.path`,
      ),
    );
    await store.close();
    await (await open(directory)).close();
  });

  test('a file that is no database, and leaves it as it is', async () => {
    const file = await written(newDirectory());
    writeFileSync(file, 'these are not the bytes of a database, but they are somebody’s');
    const before = readFileSync(file);
    await expect(open(join(file, '..'))).rejects.toThrow(
      new StoreError(
        `${file} is damaged (file is not a database) and was left as it is; restore a backup, or move it away to start empty (see docs/storage.md)`,
      ),
    );
    expect(readFileSync(file)).toEqual(before);
  });

  test('a file with damaged pages, and leaves it as it is', async () => {
    const directory = newDirectory();
    const store = await open(directory);
    await store.write(
      Array.from({ length: 500 }, (_, i) => ({ table: 'alerts', key: `${i}`, value: 'x'.repeat(500) })),
    );
    await store.close();
    const file = join(directory, 'tocsin.db');
    const bytes = readFileSync(file);
    bytes.fill(0xaa, 6 * 4_096, 40 * 4_096);
    writeFileSync(file, bytes);
    await expect(open(directory)).rejects.toThrow(
      `${file} is damaged (database disk image is malformed) and was left as it is`,
    );
    expect(readFileSync(file)).toEqual(bytes);
  });

  test('a newer schema', async () => {
    const file = await written(newDirectory());
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 7');
    database.close();
    await expect(open(join(file, '..'))).rejects.toThrow(
      new StoreError(
        `${file} was written by a newer Tocsin (schema 7, this one knows 1); run that version, or name another directory with --storage.path`,
      ),
    );
  });

  test("another program's database", async () => {
    const directory = newDirectory();
    const file = await written(directory);
    rmSync(file);
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE theirs (x)');
    database.close();
    await expect(open(directory)).rejects.toThrow(
      new StoreError(`${file} is not a Tocsin store; name another directory with --storage.path`),
    );
  });

  test('a directory where nothing can be created', async () => {
    await expect(open('/proc/self')).rejects.toThrow(
      new StoreError(
        `cannot write to /proc/self/tocsin.lock (unable to open database file); give the user that runs Tocsin (uid ${process.getuid?.()}) write access to its directory and to the files in it, or name another with --storage.path`,
      ),
    );
  });

  test('a directory whose name is a file', async () => {
    const file = await written(newDirectory());
    await expect(open(file)).rejects.toThrow(
      `cannot create the storage directory ${file}: it is a file, not a directory; see --storage.path`,
    );
    await expect(open(join(file, 'data'))).rejects.toThrow(`cannot create the storage directory ${file}/data: ENOTDIR`);
  });
});

test('a row that is not JSON is named', async () => {
  const file = await written(newDirectory());
  const database = new DatabaseSync(file);
  database.exec(`UPDATE alerts SET value = '{'`);
  database.close();
  const store = await open(join(file, '..'));
  await expect(store.load('alerts')).rejects.toThrow(
    new StoreError(`the store's alerts hold a row that is not JSON: "a"`),
  );
  await store.close();
});

test('an empty file, as a full disk may leave it at the first start, is a new store', async () => {
  const file = await written(newDirectory());
  writeFileSync(file, '');
  const store = await open(join(file, '..'));
  expect(await store.load('alerts')).toEqual([]);
  await store.close();
  expect(existsSync(file)).toBe(true);
});
