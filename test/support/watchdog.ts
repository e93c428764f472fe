/**
 * Preloaded into a Tocsin (`node --import watchdog.ts src/main.js`): ends it with SIGABRT and a line on stderr when its
 * event loop stands still for LIMIT ms. A thread of its own looks on.
 */
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** ms. Far above what any request may take, for machines that do much else at the same time. */
const LIMIT = 8_000;
const BEAT = 50;

interface Watched {
  readonly beats: Int32Array;
}

if (isMainThread) {
  const watched: Watched = { beats: new Int32Array(new SharedArrayBuffer(4)) };
  new Worker(new URL(import.meta.url), { workerData: watched, execArgv: [] }).unref();
  setInterval(() => Atomics.add(watched.beats, 0, 1), BEAT).unref();
} else if ((workerData as Watched | null)?.beats) {
  const { beats } = workerData as Watched;
  let last = -1;
  let since = performance.now();
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    if (now !== last) {
      last = now;
      since = performance.now();
    } else if (performance.now() - since > LIMIT) {
      writeSync(2, `WATCHDOG: the event loop has stood still for ${LIMIT} ms\n`);
      process.kill(process.pid, 'SIGABRT');
    }
  }, BEAT);
}
