import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Batch, Chunk, Fsync } from './sqlite-messages.ts';
import { migrate, pragma } from './sqlite-schema.ts';
import { TABLES, type Table } from './store.ts';

/** Rows per chunk of a load: well below a megabyte of usual alerts. */
const CHUNK_ROWS = 1_000;
/** SQLite's default. */
const PAGE_SIZE = 4_096;
/** Free pages given back at a time, so that a big clean-up does not hold up the next transaction. */
const VACUUM_PAGES = 256;
/** Free pages kept for the rows to come. */
const SPARE_PAGES = 1_024;

/** SQLite's primary result codes that ask the operator for different things. */
const BUSY = 5;
const READ_ONLY = 8;
const CANNOT_OPEN = 14;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

interface TableStatements {
  /** The id of every key. It takes the place of an index, which would cost a page written per new row. */
  readonly ids: Map<string, number>;
  next: number;
  readonly insert: StatementSync;
  readonly update: StatementSync;
  readonly remove: StatementSync;
  readonly chunk: StatementSync;
}

/** Takes back one step of a transaction in memory. */
type Undo = () => void;

/**
 * The SQLite file of a store, synchronous: only the worker thread uses it. Errors are one sentence for the operator.
 * `tocsin.lock` beside it is held locked by the system for the life of the process: one store, one writer.
 */
export class SqliteDatabase {
  readonly #file: string;
  readonly #lock: DatabaseSync;
  readonly #database: DatabaseSync;
  readonly #tables: ReadonlyMap<Table, TableStatements>;

  /**
   * Opens or creates the store in `directory`.
   * @throws Error when the directory cannot be used, is in use, or holds a file that this program cannot read; a file
   * that is there is never changed then.
   */
  constructor(directory: string, fsync: Fsync) {
    this.#file = join(directory, 'tocsin.db');
    createDirectory(directory);
    this.#lock = lock(directory);
    try {
      this.#database = open(this.#file, fsync);
      this.#tables = new Map(TABLES.map((table) => [table, prepare(this.#database, table)]));
      this.probe();
    } catch (error) {
      this.#lock.close();
      throw explain(error, this.#file);
    }
  }

  /** Size of the file, free pages included. */
  get bytes(): number {
    return pragma(this.#database, 'page_count') * PAGE_SIZE;
  }

  /** One transaction, durable when this returns. @throws Error; nothing of the batch is kept then. */
  apply(batch: Batch): void {
    const undo: Undo[] = [];
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      batch.keys.forEach((key, i) => {
        const value = batch.values[i] ?? null;
        const table = this.#table(batch.tables[i] as Table);
        if (value === null) this.#remove(table, key, undo);
        else this.#put(table, key, value, undo);
      });
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#rollback(undo);
      throw explain(error, this.#file);
    }
  }

  /** @param from 0 at first, then the last chunk's `next`. */
  load(table: Table, from: number): Chunk {
    try {
      const rows = this.#table(table).chunk.all(from, CHUNK_ROWS) as { id: number; key: string; value: string }[];
      const last = rows.length === CHUNK_ROWS ? rows.at(-1) : undefined;
      return { keys: rows.map((row) => row.key), values: rows.map((row) => row.value), next: last && last.id + 1 };
    } catch (error) {
      throw explain(error, this.#file);
    }
  }

  /** A write that changes nothing, to learn whether writing works. */
  probe(): void {
    try {
      this.#database.exec(`PRAGMA user_version = ${pragma(this.#database, 'user_version')}`);
    } catch (error) {
      throw explain(error, this.#file);
    }
  }

  /** Gives some of the space of deleted rows back to the file system. @returns whether there is more to give. */
  tidy(): boolean {
    try {
      if (pragma(this.#database, 'freelist_count') <= SPARE_PAGES) return false;
      this.#database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
      return true;
    } catch {
      // Nothing is lost but space; the next change tries again.
      return false;
    }
  }

  close(): void {
    this.#database.close();
    this.#lock.close();
  }

  #table(name: Table): TableStatements {
    const table = this.#tables.get(name);
    if (!table) throw new Error(`no table "${name}"`);
    return table;
  }

  #put(table: TableStatements, key: string, value: string, undo: Undo[]): void {
    const id = table.ids.get(key);
    if (id !== undefined) {
      table.update.run(value, id);
      return;
    }
    table.insert.run(table.next, key, value);
    table.ids.set(key, table.next++);
    undo.push(() => table.ids.delete(key));
  }

  #remove(table: TableStatements, key: string, undo: Undo[]): void {
    const id = table.ids.get(key);
    if (id === undefined) return;
    table.remove.run(id);
    table.ids.delete(key);
    undo.push(() => table.ids.set(key, id));
  }

  #rollback(undo: readonly Undo[]): void {
    for (const step of undo.toReversed()) step();
    // SQLite has already rolled back after some errors (disk full, I/O).
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }
}

function createDirectory(directory: string): void {
  try {
    createWithParents(resolve(directory));
  } catch (error) {
    throw new Error(
      `cannot create the storage directory ${directory}: ${(error as Error).message}; see --storage.path`,
      {
        cause: error,
      },
    );
  }
}

/** What Node's `recursive` would do, which never ends where a file system refuses with ENOENT, as /proc does. */
function createWithParents(directory: string): void {
  const there = statSync(directory, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  if (there) throw new Error('it is a file, not a directory');
  const parent = dirname(directory);
  if (!existsSync(parent)) createWithParents(parent);
  mkdirSync(directory);
}

/**
 * SQLite would not let the group write, whatever the umask says; the files that it puts beside this one have its mode.
 * What goes wrong here goes wrong again when SQLite opens the file, and is explained there.
 */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o666));
  } catch {}
}

/** An SQLite lock is the system's own: it ends with the process, however that ends, and never needs cleaning up. */
function lock(directory: string): DatabaseSync {
  const file = join(directory, 'tocsin.lock');
  let database: DatabaseSync | undefined;
  try {
    createFile(file);
    database = new DatabaseSync(file);
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (resultCode(error) === BUSY) {
      throw new Error(
        `the storage directory ${directory} is in use by another Tocsin process; stop that one, or name another directory with --storage.path`,
      );
    }
    throw explain(error, file);
  }
}

function open(file: string, fsync: Fsync): DatabaseSync {
  createFile(file);
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    migrate(database, file);
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${fsync === 'machine' ? 'FULL' : 'NORMAL'};
      PRAGMA wal_autocheckpoint = 4000;
      PRAGMA journal_size_limit = 16777216;
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync, table: Table): TableStatements {
  const ids = new Map<string, number>();
  let next = 1;
  for (const row of database.prepare(`SELECT id, key FROM ${table} ORDER BY id`).iterate()) {
    const { id, key } = row as { id: number; key: string };
    ids.set(key, id);
    next = id + 1;
  }
  return {
    ids,
    next,
    insert: database.prepare(`INSERT INTO ${table} (id, key, value) VALUES (?, ?, ?)`),
    update: database.prepare(`UPDATE ${table} SET value = ? WHERE id = ?`),
    remove: database.prepare(`DELETE FROM ${table} WHERE id = ?`),
    chunk: database.prepare(`SELECT id, key, value FROM ${table} WHERE id >= ? ORDER BY id LIMIT ?`),
  };
}

function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: number }).errcode;
  return code === undefined ? undefined : code & 0xff;
}

/** SQLite's errors as a sentence that names the file and what to do; others as they are. */
function explain(error: unknown, file: string): Error {
  const code = resultCode(error);
  if (code === undefined) return error as Error;
  const reason = (error as { errstr?: string }).errstr ?? (error as Error).message;
  return new Error(sentence(code, reason, file), { cause: error });
}

function sentence(code: number, reason: string, file: string): string {
  switch (code) {
    case CORRUPT:
    case NOT_A_DATABASE:
      return `${file} is damaged (${reason}) and was left as it is; restore a backup, or move it away to start empty (see docs/storage.md)`;
    case CANNOT_OPEN:
    case READ_ONLY:
      return `cannot write to ${file} (${reason}); give the user that runs Tocsin${user()} write access to its directory and to the files in it, or name another with --storage.path`;
    default:
      return `cannot use ${file}: ${reason}`;
  }
}

function user(): string {
  const uid = process.getuid?.();
  return uid === undefined ? '' : ` (uid ${uid})`;
}
