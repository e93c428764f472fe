import { expect, it } from 'vitest';
import { sortInTurns } from '../../src/process/sort-in-turns.ts';

interface Item {
  readonly key: number;
  readonly place: number;
}

/** Keys that repeat, in no order. */
function items(count: number): Item[] {
  return Array.from({ length: count }, (_, place) => ({ key: (place * 7_919) % 613, place }));
}

const byKey = (a: Item, b: Item): number => a.key - b.key;

it.each([0, 1, 2, 499, 500, 501, 1_000, 1_501, 20_000])('sorts %i items, equal ones in their order', async (count) => {
  const given = items(count);
  const sorted = await sortInTurns(given, byKey);
  expect(sorted).toEqual(given.toSorted((a, b) => byKey(a, b) || a.place - b.place));
  expect(given).toEqual(items(count));
});

it('lets others have their turn', async () => {
  let turn = false;
  setImmediate(() => {
    turn = true;
  });
  await sortInTurns(items(5_000), byKey);
  expect(turn).toBe(true);
});
