import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** ms that a thread is watched for. */
const WATCH = 1_500;
/** A thread that works for less of the time is quiet. */
const QUIET = 0.1;
/** Fewer objects than these are not worth a full collection. */
const MANY = 10_000;

let watching = false;
/** Objects that were let go since memory was last asked back. */
let gone = 0;

/**
 * V8 collects old garbage when it needs room for new, so a program that has become quiet would keep the memory of its
 * busiest hour. This makes it collect what the calling thread has, once that has been quiet for a while: it stops the
 * thread for some 2 ms for each MB that stays, and throws compiled code away.
 */
export function giveMemoryBack(): void {
  if (watching) return;
  watching = true;
  const before = performance.eventLoopUtilization();
  // Not the Clock's: nobody waits for it, and a process that ends does not.
  const timer = setTimeout(() => {
    watching = false;
    if (performance.eventLoopUtilization(before).utilization < QUIET) collect();
    else giveMemoryBack();
  }, WATCH);
  timer.unref();
}

/** To be told of objects, such as alerts, that are let go: after many of them their memory goes back to the system. */
export function noteReleased(objects: number): void {
  gone += objects;
  if (gone < MANY) return;
  gone = 0;
  giveMemoryBack();
}

function collect(): void {
  // What `node --expose-gc` has, without asking users for a flag.
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: object) => void;
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
