import type { DatabaseSync } from 'node:sqlite';
import { TABLES } from './store.ts';

/** Marks a file as ours ("TOCS"), so that another program's database is never touched. */
const APPLICATION_ID = 0x544f4353;

/**
 * Step n brings schema n to n + 1; steps are only ever added. `id` is the order of first writing. There is no index on
 * `key`: the writer knows every key's id (see SqliteDatabase), which makes new rows plain appends.
 */
const MIGRATIONS: readonly ((database: DatabaseSync) => void)[] = [
  (database) => {
    for (const table of TABLES) {
      database.exec(
        `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL CHECK (value <> '')) STRICT`,
      );
    }
  },
];

/**
 * Brings the database to this program's schema in one transaction.
 * @throws Error when the file belongs to another program or to a newer Tocsin; nothing is changed then.
 */
export function migrate(database: DatabaseSync, file: string): void {
  const version = pragma(database, 'user_version');
  const isNew = pragma(database, 'page_count') === 0;
  if (!isNew && pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new Error(`${file} is not a Tocsin store; name another directory with --storage.path`);
  }
  if (version > MIGRATIONS.length) {
    throw new Error(
      `${file} was written by a newer Tocsin (schema ${version}, this one knows ${MIGRATIONS.length}); run that version, or name another directory with --storage.path`,
    );
  }
  if (version === MIGRATIONS.length) return;
  if (isNew) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec('BEGIN IMMEDIATE');
  for (const step of MIGRATIONS.slice(version)) step(database);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
}

/** The value of a pragma that is one number. */
export function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
