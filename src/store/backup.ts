import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './store.ts';

/**
 * Copies the store of `directory` as it is at this moment into the new file `target`, whether or not a Tocsin is
 * running on it. The copy appears under its name only when it is complete and on the disk.
 * @throws StoreError
 */
export function backupStore(directory: string, target: string): void {
  const source = join(directory, 'tocsin.db');
  if (!existsSync(source))
    throw new StoreError(`there is no ${source}; name the store's directory with --storage.path`);
  if (existsSync(target)) throw new StoreError(`${target} exists already; a backup never overwrites a file`);
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { force: true });
    const database = new DatabaseSync(source, { readOnly: true, timeout: 5_000 });
    try {
      database.prepare('VACUUM INTO ?').run(partial);
    } finally {
      database.close();
    }
    flush(partial);
    renameSync(partial, target);
    flush(dirname(target));
  } catch (error) {
    rmSync(partial, { force: true });
    throw new StoreError(`cannot back ${source} up to ${target}: ${(error as Error).message}`, { cause: error });
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
