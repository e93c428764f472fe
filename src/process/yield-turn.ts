/** ms of work in a row; then requests and answers have their turn. */
const TURN = 2;

/** Who goes on next, first come, first served. */
const waiting: (() => void)[] = [];
let running = false;

/**
 * Waits until everybody else had their turn: to be called between pieces of work of which there may be many. Each piece
 * should take a ms at most. This is about the processor's time, hence not about a Clock's.
 */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (running) return;
    running = true;
    setImmediate(run);
  });
}

/** Lets those who wait go on, one after the other, until the turn is over; the rest goes on in the next. */
async function run(): Promise<void> {
  const began = performance.now();
  // From here on among what follows from promises, of which all is done before the next tick: a piece of work is.
  await undefined;
  do {
    waiting.shift()?.();
    await new Promise<void>((resolve) => process.nextTick(resolve));
  } while (waiting.length > 0 && performance.now() - began < TURN);
  if (waiting.length > 0) setImmediate(run);
  else running = false;
}

/**
 * Lets requests that have arrived go first, but does not queue behind those who wait in yieldTurn: for work that a sender
 * waits for, and that must not last longer because much else is to be done.
 */
export function yieldToRequests(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
