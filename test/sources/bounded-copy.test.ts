import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedCopy } from '../../src/sources/bounded-copy.ts';

describe('a bounded copy', () => {
  it('is equal to what fits', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const copy = new BoundedCopy(1_000_000);
        expect(JSON.stringify(copy.copy(value))).toBe(JSON.stringify(value));
        expect(copy.omitted).toBe(0);
      }),
    );
  });

  it('never costs more than its budget', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(500), (value, budget) => {
        const copy = new BoundedCopy(budget);
        const kept = JSON.stringify(copy.copy(value)) ?? '';
        // Escapes (six characters for one) and punctuation are not in the budget.
        expect(kept.length).toBeLessThan(6 * budget + 100);
      }),
    );
  });

  it('counts strings that it cuts and items that it leaves out', () => {
    const copy = new BoundedCopy(1_000, 10);
    expect(copy.copy(['x'.repeat(20), 'short'])).toEqual(['x'.repeat(10), 'short']);
    expect(copy.omitted).toBe(1);
    const tight = new BoundedCopy(200);
    expect(tight.copy({ a: Array.from({ length: 100 }, () => 1) })).toEqual({ a: Array.from({ length: 9 }, () => 1) });
    expect(tight.omitted).toBe(91);
  });

  it('counts members whose name is too long', () => {
    const copy = new BoundedCopy(1_000, 10);
    expect(copy.copy({ ['n'.repeat(11)]: 1, b: 2 })).toEqual({ b: 2 });
    expect(copy.omitted).toBe(1);
  });

  it('leaves out what is nested too deeply to be handed on', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    const copy = new BoundedCopy(100_000);
    expect(JSON.stringify(copy.copy(deep))).toBe('['.repeat(33) + ']'.repeat(33));
    expect(copy.omitted).toBe(1);
  });

  it('keeps a member called __proto__ a member', () => {
    const text = '{"__proto__":{"polluted":true},"constructor":1}';
    const kept = new BoundedCopy(1_000).copy(JSON.parse(text)) as Record<string, unknown>;
    expect(JSON.stringify(kept)).toBe(text);
    expect(kept.polluted).toBeUndefined();
  });
});
