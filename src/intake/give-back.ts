import { giveMemoryBack } from '../store/give-memory-back.ts';

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
