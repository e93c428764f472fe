import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { Automaton } from '../../src/regexp/automaton.ts';
import { containedTexts } from '../../src/regexp/contained.ts';
import { findText } from '../../src/regexp/find-text.ts';
import { compileProgram, MOST_INSTRUCTIONS, MOST_RANGES } from '../../src/regexp/program.ts';
import { checkRegexp, compileRegexp, MATCH_STEPS } from '../../src/regexp/regexp.ts';
import { Search } from '../../src/regexp/search.ts';
import { estimateSize } from '../../src/regexp/size.ts';
import { StepBudget, StepsExceededError } from '../../src/regexp/step-budget.ts';
import { patterns, texts } from './regexp-arbitrary.ts';

/** Generated patterns may be invalid (a quantifier behind another); those say nothing here. */
function reference(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch {
    fc.pre(false);
    throw new Error('not reached');
  }
}

const ample = (): StepBudget => new StepBudget(10_000_000);

describe('as re2js matches', () => {
  test('anywhere in a text', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        const expected = reference(pattern).test(text);
        expect(new Automaton(compileProgram(pattern)).test(text, ample())).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  test('whole values, also when one automaton is asked about many', () => {
    fc.assert(
      fc.property(patterns, fc.array(texts, { maxLength: 6 }), (pattern, values) => {
        const expected = reference(`^(?:${pattern})$`);
        const regexp = compileRegexp(pattern);
        for (const value of values) expect([value, regexp.test(value)]).toEqual([value, expected.test(value)]);
      }),
      { numRuns: 3_000 },
    );
  });

  test('the first match and its groups', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        const matcher = reference(pattern).matcher(text);
        const program = compileProgram(pattern);
        const slots = 2 * program.groups + 2;
        const expected = matcher.find()
          ? Array.from({ length: slots }, (_, i) => (i % 2 === 0 ? matcher.start(i / 2) : matcher.end((i - 1) / 2)))
          : undefined;
        expect(new Search(program).find(text, 0, slots, ample())).toEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('what every matching value contains', () => {
  test.each([
    ['.*web.*db-[0-9]+', ['db-']],
    ['(?i)(host|web)-[0-9]+', ['host', 'web']],
    ['x?(?:alpha|be(ta|tta))', ['alpha', 'be']],
    ['(alpha|beta)?y', ['y']],
    ['(alpha){0,2}-', ['-']],
    ['(?P<n>node)-1|pod', ['node', 'pod']],
    ['(?i)ÄÖÜ', ['']],
    ['a(?i)b', ['']],
    ['[a-z]+', ['']],
  ])('%s', (pattern, texts) => {
    expect(containedTexts(pattern)).toEqual(texts);
  });

  test('is there in each of them', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        fc.pre(reference(`^(?:${pattern})$`).test(text));
        const lower = text.toLowerCase();
        const { contained } = compileRegexp(pattern);
        expect(contained.some((part) => lower.includes(part.toLowerCase()))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('size', () => {
  test('is never estimated below the true one', () => {
    fc.assert(
      fc.property(patterns, (pattern) => {
        const actual = reference(pattern).programSize();
        expect(estimateSize(pattern).instructions).toBeGreaterThanOrEqual(actual);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['(a?){1000}', 4_002],
    ['a{0,1000}', 2_002],
    ['((a?){10}){100}', 4_202],
    ['(?i)[a-z]{500}', 502],
    ['\\Qa.b\\E{3}', 7],
    ['[[:alpha:]]+[^]x]', 5],
    ['(?:abc|de)?', 9],
  ])('of %s is about %i', (pattern, size) => {
    const actual = RE2JS.compile(pattern).programSize();
    expect(Math.abs(estimateSize(pattern).instructions - size)).toBeLessThanOrEqual(2);
    expect(Math.abs(actual - size)).toBeLessThanOrEqual(2);
  });

  test.each([
    ['counted groups', '(a?){1000}'.repeat(3)],
    ['counted groups one in another', '((((a?){10}){10}b?){10}c?)'.repeat(10)],
    ['open counts', '(ab){500,}'.repeat(12)],
    ['optional characters', 'a{0,1000}'.repeat(6)],
    ['classes repeated', '[ab]{1000}'.repeat(11)],
    ['a quotation repeated', '(\\Qabcdefghij\\E){1000}x'.repeat(2)],
    ['groups without a name', '(?:(?:a?b?c?){100}){10}'.repeat(4)],
    ['named groups', '(?P<a>a?){1000}(?P<b>a?){1000}(?<c>a?){1000}'],
    ['parentheses', '('.repeat(6_000) + ')'.repeat(6_000)],
    ['loops', '(?:a*)*'.repeat(4_000)],
    ['alternatives that differ', Array.from({ length: 6_000 }, (_, i) => `(${i})x*`).join('|')],
    ['jumps of empty alternatives', '(|a)'.repeat(3_000)],
  ])('too many instructions are refused before they are built: %s', (_, pattern) => {
    expect(() => compileRegexp(pattern)).toThrow(
      /^error parsing regexp: expression too large: it needs about \d+ instructions \(limit: 10000\)$/,
    );
    expect(() => checkRegexp(pattern)).toThrow('expression too large');
  });

  test.each([
    ['Unicode classes', '\\pL'.repeat(60)],
    ['Unicode classes in brackets', '[\\p{Greek}\\P{Latin}\\pN]'.repeat(20)],
    ['folded ranges', '(?i)[\\x{100}-\\x{1e942}][\\x{100}-\\x{1e942}]'],
    ['folded ranges of another group', '(?i:a)(?i-s)[\\x{100}-\\x{1e942}](?-i)(?i)[Ā-𞥂]'],
    ['single members', `[${String.fromCodePoint(...Array.from({ length: 25_000 }, (_, i) => 0x3400 + 2 * i))}]`],
    ['names without an end', `[${'[:'.repeat(30_000)}a]`],
  ])('too many ranges of characters are refused before they are built: %s', (_, pattern) => {
    expect(() => compileRegexp(pattern)).toThrow(
      /^error parsing regexp: expression too large: its character classes have about \d+ ranges \(limit: 20000\)$/,
    );
  });

  test.each([
    ['a thousand words', Array.from({ length: 1_000 }, (_, i) => `namespace-${i}`).join('|')],
    ['a thousand words with an end', `(?:${Array.from({ length: 1_000 }, (_, i) => `ns${i}`).join('|')})-[a-z0-9]{5}`],
    ['words in any case', `(?i)(${Array.from({ length: 500 }, (_, i) => `KubePod${i}`).join('|')})`],
    ['addresses', '(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?::\\d{1,5})?'],
    ['a host name', '(?i)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}'],
    ['a UUID', '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'],
    ['any script', '[\\p{Latin}\\p{Greek}\\p{Cyrillic}\\p{Han}\\pN]+'],
    ['wildcards', '.*(node|pod|container).*(down|lost|crash).*'],
    ['everything but', '^(?:[^k]|k[^u]|ku[^b]).*'],
  ])('what people write has room: %s', (_, pattern) => {
    expect(() => compileRegexp(pattern)).not.toThrow();
    const { instructions, ranges } = estimateSize(pattern);
    expect(ranges).toBeLessThan(MOST_RANGES / 5);
    // A list of words needs no program.
    if (!compileRegexp(pattern).onlyValues) expect(instructions).toBeLessThan(MOST_INSTRUCTIONS);
  });
});

describe('work', () => {
  /** Without a period, so that no state of an automaton comes twice. */
  const long = Array.from({ length: 40_000 }, (_, i) => ((i * i * 7_919) % 10_007 < 5_000 ? 'a' : 'b'))
    .join('')
    .concat('cac');

  test.each([
    ['many places at once', '(.*a){200}c.', long],
    ['a wide window', '.*[ab][^c]{900}c.*a.', long],
    ['counted in counted', '(?:(?:a|b|ab){0,30}){30}[cd].', long],
  ])('that takes too long is given up, not done: %s', (_, pattern, value) => {
    const budget = new CountingBudget(MATCH_STEPS);
    expect(() => compileRegexp(pattern).test(value, budget)).toThrow(StepsExceededError);
    expect(budget.taken).toBeLessThan(MATCH_STEPS + MOST_INSTRUCTIONS);
  });

  test.each([
    ['nested loops', '(a*)*(b*)*c', 'a'.repeat(1_000_000)],
    ['overlapping alternatives', '(a|a|aa)+b', 'a'.repeat(1_000_000)],
    ['classes', '[a-z]+-[0-9]+', `${'a'.repeat(1_000_000)}-1`],
  ])('grows with the value only: %s', (_, pattern, value) => {
    const budget = new CountingBudget(MATCH_STEPS);
    compileRegexp(pattern).test(value, budget);
    expect(budget.taken).toBeLessThan(value.length);
  });

  test('of a pattern that has been slow may be less the next time, and is enough for what is quick', () => {
    const regexp = compileRegexp('.*[ab][^c]{800}c.*a.');
    for (let i = 0; i < 10; i++) expect(() => regexp.test(long)).toThrow(StepsExceededError);
    const budget = new CountingBudget(MATCH_STEPS);
    expect(() => regexp.test(long, budget)).toThrow(StepsExceededError);
    expect(budget.taken).toBeLessThan(MATCH_STEPS / 100);
    expect(regexp.test('a short value cab')).toBe(false);
  });

  test('of the search for groups is counted too', () => {
    const program = compileProgram('(?:(x*)(y*)(.*)){50}b');
    const budget = new CountingBudget(1_000_000);
    expect(() => new Search(program).find('a'.repeat(50_000), 0, 2 * program.groups + 2, budget)).toThrow(
      StepsExceededError,
    );
  });
});

class CountingBudget extends StepBudget {
  taken = 0;

  override take(steps: number): void {
    this.taken += steps;
    super.take(steps);
  }
}

describe('findText', () => {
  test('is indexOf', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 400 });
    const parts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 20 });
    fc.assert(
      fc.property(letters, parts, fc.nat(50), (text, part, from) => {
        expect(findText(text, part, from)).toBe(text.indexOf(part, from));
      }),
    );
  });

  test('is indexOf in long texts', () => {
    const text = `${'a'.repeat(9_000)}b${'a'.repeat(9_000)}`;
    for (const part of [
      `${'a'.repeat(4_000)}b`,
      `b${'a'.repeat(9_000)}`,
      `${'a'.repeat(9_001)}`,
      `a${'b'.repeat(99)}`,
    ]) {
      for (const from of [0, 4_999, 5_001, 9_001]) expect(findText(text, part, from)).toBe(text.indexOf(part, from));
    }
  });
});
