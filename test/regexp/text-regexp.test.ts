import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { replaceAll } from '../../src/regexp/replacement.ts';
import { StepsExceededError } from '../../src/regexp/step-budget.ts';
import { compileText } from '../../src/regexp/text-regexp.ts';

/** Recorded from Go 1.26's ReplaceAllString: pattern, replacement, text, result. */
const REPLACEMENTS = JSON.parse(
  readFileSync(new URL('../fixtures/regexp/go-replacements.json', import.meta.url), 'utf8'),
) as [string, string, string, string][];

describe('replaceAll', () => {
  test.each(REPLACEMENTS)('%j by %j in %j', (pattern, replacement, text, result) => {
    expect(replaceAll(compileText(pattern), replacement, text, 1_000)).toBe(result);
  });

  test('stops where the result grows too long', () => {
    expect(() => replaceAll(compileText('a'), '$0$0$0$0', 'a'.repeat(1_000), 3_999)).toThrow(RangeError);
  });

  test.each([
    ['what each match looks ahead for', 'a.*b|a', 'a'.repeat(50_000)],
    ['many places at once', '(?:(x*)(y*)(.*)){50}b', `${'a'.repeat(50_000)}b`],
    ['many groups', '(((((((((((((((((((((a)))))))))))))))))))))*b|c', `${'a'.repeat(50_000)}c`],
  ])('gives up what takes too long: %s', (_, pattern, text) => {
    expect(() => replaceAll(compileText(pattern), '$1', text, 1_000_000)).toThrow(StepsExceededError);
  });

  test('has room for a long text with many matches', () => {
    const text = 'one two\nthree '.repeat(5_000);
    expect(replaceAll(compileText('\\s+'), ' ', text, 1_000_000)).toBe(text.replace(/\s+/g, ' '));
  });
});

test('a pattern that is too large is refused, in templates as elsewhere', () => {
  expect(() => compileText('(a?){1000}'.repeat(3))).toThrow('error parsing regexp: expression too large');
});
