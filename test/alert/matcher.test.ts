import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import {
  compareMatchers,
  createMatcher,
  equalityFilter,
  formatMatchers,
  type MatchType,
  matchesAll,
  sameMatcher,
} from '../../src/alert/matcher.ts';
import { parseMatchers } from '../../src/alert/parse-matchers.ts';
import { LONGEST_PATTERN } from '../../src/regexp/program.ts';
import { checkRegexp } from '../../src/regexp/regexp.ts';

function matches(type: MatchType, pattern: string, value: string): boolean {
  return createMatcher(type, 'x', pattern).matchesValue(value);
}

describe('matching', () => {
  test.each<[MatchType, string, string, boolean]>([
    ['=', 'a', 'a', true],
    ['=', 'a', 'A', false],
    ['=', '', '', true],
    ['!=', 'a', '', true],
    ['!=', 'a', 'a', false],
    ['=~', 'a*', '', true],
    ['=~', '', '', true],
    ['=~', '', 'a', false],
    ['!~', 'a.*', '', true],
    ['!~', 'a.*', 'abc', false],
    // Fully anchored.
    ['=~', 'b', 'abc', false],
    ['=~', 'a|b', 'ab', false],
    ['=~', 'a|b', 'b', true],
    ['=~', '(?:foo|bar)-[0-9]+', 'bar-12', true],
    ['=~', '(?:foo|bar)-[0-9]+', 'bar-12x', false],
    // A dot excludes newline, and only newline.
    ['=~', '.*', 'a\nb', false],
    ['=~', 'a.*', 'a\r\u2028b', true],
    ['=~', '(?s).*', 'a\nb', true],
    ['=~', '.+', '', false],
    ['=~', '.', '😀', true],
    ['=~', '..', '😀', false],
    // RE2's own.
    ['=~', '(?i)prod', 'PROD', true],
    ['=~', '\\Qa.b\\E', 'a.b', true],
    ['=~', '\\pL+', 'é', true],
    ['=~', '[[:alpha:]]+', 'abc', true],
    ['=~', 'a\\.b', 'axb', false],
    ['=~', '^(?:b.*)$', 'bar', true],
    ['=~', 'x(?i)?', '', true],
    // As in Go, the pattern is put between anchors as text.
    ['=~', 'a)|(b', 'xb', true],
  ])('%s %j on %j: %s', (type, pattern, value, expected) => {
    expect(matches(type, pattern, value)).toBe(expected);
  });

  test('a missing label is the empty string', () => {
    const labels = LabelSet.of({ bar: 'x' });
    for (const [type, value] of [
      ['=', ''],
      ['!=', 'x'],
      ['=~', 'a*'],
      ['!~', 'x'],
    ] as const) {
      expect(matchesAll([createMatcher(type, 'foo', value)], labels)).toBe(true);
    }
    expect(matchesAll([createMatcher('=', 'constructor', '')], labels)).toBe(true);
  });

  test('all matchers of a list must match', () => {
    const labels = LabelSet.of({ a: '1', b: '2' });
    expect(matchesAll([], labels)).toBe(true);
    expect(matchesAll([createMatcher('=', 'a', '1'), createMatcher('=~', 'b', '2|3')], labels)).toBe(true);
    expect(matchesAll([createMatcher('=', 'a', '1'), createMatcher('=', 'b', '3')], labels)).toBe(false);
  });
});

/** What real patterns are made of, and what could be mistaken for it. */
const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'ab',
    'foo',
    'x',
    '.',
    '.*',
    '.+',
    '.*?',
    '\\.',
    '\\d',
    '[ab]',
    '[^a]',
    '(a|b)',
    '(?:foo|bar)',
    '(foo|)',
  ],
  ...['^', '$', '|', '|', '*', '+', '?', '{2}', '{1,3}', '(?i)', 'é', '😀', '\\-', '-', '\\w', '[|]', '[]a]', '(', ')'],
  ...['\n', '\\n', '\\Q.\\E', 'a{', '[[:alpha:]|]', '\\b'],
);
const pattern = fc.array(atom, { maxLength: 6 }).map((atoms) => atoms.join(''));
const piece = fc.constantFrom('a', 'b', 'foo', 'bar', 'x', '.', '-', 'é', '😀', '\n', '1', 'A', '|');
const value = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));

describe('patterns that are answered without the engine', () => {
  test('match what the engine matches', () => {
    fc.assert(
      fc.property(pattern, fc.array(value, { minLength: 5, maxLength: 5 }), (text, values) => {
        let engine: RE2JS;
        try {
          engine = RE2JS.compile(`^(?:${text})$`);
        } catch (error) {
          expect(() => createMatcher('=~', 'x', text)).toThrow(new Error((error as Error).message));
          return;
        }
        const matcher = createMatcher('=~', 'x', text);
        for (const each of values) {
          const expected = engine.test(each);
          expect(matcher.matchesValue(each)).toBe(expected);
          if (expected) expect(matcher.prefixes.some((prefix) => each.startsWith(prefix))).toBe(true);
          if (matcher.onlyValues) expect(matcher.onlyValues.has(each)).toBe(expected);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['abc', ['abc']],
    ['a|b|c', ['a', 'b', 'c']],
    ['(a|b)-(c|d)', ['a-c', 'a-d', 'b-c', 'b-d']],
    ['^(?:^(?:a\\.b)$)$', ['a.b']],
  ])('%s is a list of words', (text, words) => {
    expect([...(createMatcher('=~', 'x', text).onlyValues ?? [])]).toEqual(words);
  });

  test.each([
    ['web-.*', ['web-']],
    ['web-[0-9]+|db.*', ['web-', 'db']],
    ['(a|b)x[0-9]', ['ax', 'bx']],
    ['ab?c', ['a']],
    ['foo|[|]x', ['foo', '']],
    ['(?i)abc', ['']],
    ['x(?i)?', ['']],
    ['a)|(b', ['']],
    ['😀?x', ['']],
  ])('%s: values begin with %j', (text, prefixes) => {
    const matcher = createMatcher('=~', 'x', text);
    expect(matcher.onlyValues).toBeUndefined();
    expect(matcher.prefixes).toEqual(prefixes);
  });

  test('a negative matcher tells nothing of what it matches', () => {
    for (const type of ['!=', '!~'] as const) {
      const matcher = createMatcher(type, 'x', 'abc');
      expect(matcher.onlyValues).toBeUndefined();
      expect(matcher.prefixes).toEqual(['']);
    }
  });
});

describe('bad patterns', () => {
  test.each([
    ['(', 'error parsing regexp: missing closing ): `^(?:()$`'],
    ['[a', 'error parsing regexp: missing closing ]: `[a)$`'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['*a', 'error parsing regexp: missing argument to repetition operator: `*`'],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
    ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['\\1', 'error parsing regexp: invalid escape sequence: `\\1`'],
    ['[b-a]', 'error parsing regexp: invalid character class range: `b-a`'],
  ])('%s', (text, message) => {
    expect(() => createMatcher('=~', 'x', text)).toThrow(new Error(message));
    expect(() => createMatcher('!~', 'x', text)).toThrow(new Error(message));
    expect(createMatcher('=', 'x', text).matchesValue(text)).toBe(true);
  });

  test('unanchored, as a silence reports them', () => {
    expect(() => checkRegexp('(')).toThrow(new Error('error parsing regexp: missing closing ): `(`'));
    expect(() => checkRegexp(')(')).toThrow(new Error('error parsing regexp: unexpected ): `)(`'));
    expect(() => checkRegexp('a.*')).not.toThrow();
  });

  test('a pattern of 10 MB is refused at once', () => {
    const huge = 'a'.repeat(10_000_000);
    expect(() => createMatcher('=~', 'x', huge)).toThrow(
      new Error('error parsing regexp: expression too large: 10000000 characters (limit: 65536)'),
    );
    expect(() => createMatcher('=~', 'x', '('.repeat(LONGEST_PATTERN))).toThrow(/^error parsing regexp: /);
    expect(() => createMatcher('=~', 'x', '(a|b'.repeat(10_000))).toThrow(/^error parsing regexp: /);
  });

  test('patterns that ruin a backtracking engine do not stall', () => {
    const value = 'a'.repeat(50_000);
    for (const text of ['(a+a+)+b', '(a|aa)+b', '(.*a){20}b', '.*a.*a.*a.*a.*b']) {
      expect(matches('=~', text, value)).toBe(false);
    }
  });
});

describe('text', () => {
  test.each<[MatchType, string, string, string]>([
    ['=', 'foo', 'bar', 'foo="bar"'],
    ['=~', 'foo', 'a.*\\d', 'foo=~"a.*\\\\d"'],
    ['!=', 'foo', 'a"b\nc', 'foo!="a\\"b\\nc"'],
    ['!~', 'foo', 'tab\there', 'foo!~"tab\there"'],
    ['=', 'foo bar', 'tab\there', '"foo bar"="tab\\there"'],
    ['=', 'a{b', 'x', '"a{b"="x"'],
    ['=', '😀', 'é', '😀="é"'],
  ])('%s %j %j prints as %s', (type, name, text, expected) => {
    expect(createMatcher(type, name, text).toString()).toBe(expected);
  });

  test('a list', () => {
    expect(formatMatchers([])).toBe('{}');
    expect(formatMatchers([createMatcher('=', 'a', 'b'), createMatcher('=~', 'c', 'd')])).toBe('{a="b",c=~"d"}');
  });
});

test('matchers sort by name, value, then = != =~ !~', () => {
  const sorted = ['a="x"', 'a!="x"', 'a=~"x"', 'a!~"x"', 'a="y"', 'b="a"'];
  const specs = [
    createMatcher('=', 'b', 'a'),
    createMatcher('!~', 'a', 'x'),
    createMatcher('=', 'a', 'y'),
    createMatcher('=~', 'a', 'x'),
    createMatcher('!=', 'a', 'x'),
    createMatcher('=', 'a', 'x'),
  ];
  expect(specs.sort(compareMatchers).map(String)).toEqual(sorted);
});

test('sameMatcher compares name, type and value', () => {
  const matcher = createMatcher('=', 'a', 'b');
  expect(sameMatcher(matcher, { name: 'a', type: '=', value: 'b' })).toBe(true);
  expect(sameMatcher(matcher, { name: 'a', type: '=~', value: 'b' })).toBe(false);
  expect(sameMatcher(matcher, { name: 'c', type: '=', value: 'b' })).toBe(false);
  expect(sameMatcher(matcher, { name: 'a', type: '=', value: 'c' })).toBe(false);
});

describe('equalityFilter', () => {
  test('reads back as matchers that match just these labels, whatever their names hold', () => {
    const texts = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.dictionary(texts, texts, { minKeys: 1 }), (object) => {
        const labels = LabelSet.of(object);
        const { matchers } = parseMatchers(equalityFilter(labels), 'utf8');
        expect(matchers.map(({ name, type, value }) => [name, type, value])).toEqual(
          Array.from(labels.entries(), ([name, value]) => [name, '=', value]),
        );
      }),
    );
    expect(equalityFilter(LabelSet.of({ 'a b': '1', c: 'x"y' }))).toBe('{"a b"="1", c="x\\"y"}');
  });
});
