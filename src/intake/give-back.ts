import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Fewer alerts than these are not worth a full collection. */
const MANY = 10_000;

let gone = 0;

/** Alerts were let go; after many of them their memory goes back to the system. */
export function alertsWentAway(alerts: number): void {
  gone += alerts;
  if (gone < MANY) return;
  gone = 0;
  giveMemoryBack();
}

/**
 * V8 collects old garbage when it needs room for new, so a program that has become quiet would keep the memory of its
 * busiest hour. This makes it collect now, and stops it for as long as that takes: 1 ms for each MB that stays.
 */
export function giveMemoryBack(): void {
  // What `node --expose-gc` has, without asking users for a flag.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
