import { describe, expect, it } from 'vitest';
import { cutLabel, cutText, LONGEST_LABEL } from '../../src/sources/limits.ts';

describe('cutting texts', () => {
  it('leaves alone what fits', () => {
    expect(cutText('abc', 3)).toBe('abc');
    expect(cutLabel('x'.repeat(LONGEST_LABEL))).toBe('x'.repeat(LONGEST_LABEL));
  });

  it('marks the cut and never cuts a character in two', () => {
    expect(cutText('abcd', 3)).toBe('ab…');
    expect(cutText('a😀bc', 3)).toBe('a…');
    expect(cutText('a\ufffdbc', 3)).toBe('a\ufffd…');
  });

  it('keeps labels apart that begin alike', () => {
    const [a, b] = [cutLabel(`${'x'.repeat(2_000)}a`), cutLabel(`${'x'.repeat(2_000)}b`)];
    expect(a).toHaveLength(LONGEST_LABEL);
    expect(a).not.toBe(b);
  });
});
