import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBytes, truncateBytes, truncateRunes } from '../../src/receivers/truncate.ts';

describe('truncateRunes', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['äöü€', 4, 'äöü€'],
    ['äöü€x', 4, 'äöü…'],
    ['😀😀😀😀', 4, '😀😀😀😀'],
    ['😀😀😀😀😀', 4, '😀😀😀…'],
    ['abcd', 3, 'abc'],
    ['abcd', 0, ''],
    ['', 5, ''],
  ])('%j to %i is %j', (text, limit, cut) => {
    expect(truncateRunes(text, limit)).toBe(cut);
  });

  it('never passes the limit, and changes nothing within it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, limit) => {
        const points = [...text];
        const cut = truncateRunes(text, limit);
        expect([...cut].length).toBe(Math.min(points.length, limit));
        if (points.length <= limit) expect(cut).toBe(text);
        else if (limit > 3) expect(cut).toBe(`${points.slice(0, limit - 1).join('')}…`);
      }),
    );
  });
});

describe('truncateBytes', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc…'],
    ['äää', 6, 'äää'],
    ['ääää', 6, 'ä…'],
    ['😀😀', 8, '😀😀'],
    ['😀😀x', 8, '😀…'],
    ['abcd', 3, 'abc'],
    ['😀', 3, ''],
  ])('%j to %i bytes is %j', (text, limit, cut) => {
    expect(truncateBytes(text, limit)).toBe(cut);
  });

  it('never passes the limit, and is whole UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(60), (text, limit) => {
        const cut = truncateBytes(text, limit);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        if (!text.includes('\ufffd')) expect(cut).not.toContain('\ufffd');
        expect(text.startsWith(cutBytes(text, limit))).toBe(true);
      }),
    );
  });
});
