import { setImmediate as nextTurn } from 'node:timers/promises';

/** ms of work in a row; then requests and answers have their turn. */
const TURN = 5;

/** When this turn of the event loop was first asked about; undefined when it was not yet. */
let began: number | undefined;

/**
 * Waits until others had their turn, where this one has lasted long enough: to be called between pieces of work of
 * which there may be many. Of those that wait each asks again when it is its turn, so they do not run all in a row.
 * This is about the processor's time, hence not about a Clock's.
 */
export async function breathe(): Promise<void> {
  while (isLong()) await nextTurn();
}

function isLong(): boolean {
  const now = performance.now();
  if (began !== undefined) return now - began > TURN;
  began = now;
  setImmediate(() => {
    began = undefined;
  });
  return false;
}
