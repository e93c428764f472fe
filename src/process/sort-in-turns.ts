import { yieldTurn } from './yield-turn.ts';

/** Items that are sorted in one go: a millisecond of work, where two are compared by their labels. */
const RUN = 500;

/**
 * A sorted copy, equal items in their order (a merge sort). The rest of the process gets its turn meanwhile: to sort
 * 100,000 alerts takes a fifth of a second.
 */
export async function sortInTurns<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  let runs: T[][] = [];
  for (let i = 0; i < items.length; i += RUN) {
    await yieldTurn();
    runs.push(items.slice(i, i + RUN).sort(compare));
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(await merge(runs[i] ?? [], runs[i + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (merged.length % RUN === 0) await yieldTurn();
    const x = a[i] as T;
    const y = b[j] as T;
    if (compare(x, y) <= 0) {
      merged.push(x);
      i++;
    } else {
      merged.push(y);
      j++;
    }
  }
  return merged.concat(a.slice(i), b.slice(j));
}
