import { parentPort, workerData } from 'node:worker_threads';
import { SqliteDatabase } from './sqlite-database.ts';
import type { Command, Reply, Request, WorkerData } from './sqlite-messages.ts';

/**
 * The thread that owns the database: it alone waits for the disk. Requests are answered in order. A worker that could
 * not open its database says so and ends.
 */
const port = parentPort;
if (!port) throw new Error('sqlite-worker runs as a worker thread only');

function answer(id: number, work: () => Omit<Reply, 'id'>): void {
  let reply: Reply;
  try {
    reply = { id, ...work() };
  } catch (error) {
    reply = { id, error: (error as Error).message };
  }
  port?.postMessage(reply);
}

function run(command: Command, database: SqliteDatabase): Omit<Reply, 'id'> {
  switch (command.kind) {
    case 'apply':
      database.apply(command.batch);
      tidyWhenIdle(database);
      return { bytes: database.bytes };
    case 'load':
      return { chunk: database.load(command.table, command.from) };
    case 'probe':
      database.probe();
      return {};
    case 'close':
      database.close();
      return {};
  }
}

let tidying = false;

/** Step by step, so that requests come first. */
function tidyWhenIdle(database: SqliteDatabase): void {
  if (tidying) return;
  tidying = true;
  setImmediate(() => {
    tidying = false;
    if (database.tidy()) tidyWhenIdle(database);
  });
}

answer(0, () => {
  const { directory, fsync } = workerData as WorkerData;
  const database = new SqliteDatabase(directory, fsync);
  port.on('message', ({ id, command }: Request) => answer(id, () => run(command, database)));
  return { bytes: database.bytes };
});
