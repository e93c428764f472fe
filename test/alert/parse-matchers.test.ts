import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatcher, formatMatchers, type MatchType, sameMatcher } from '../../src/alert/matcher.ts';
import { isValidLabelName, type MatcherMode, parseMatcher, parseMatchers } from '../../src/alert/parse-matchers.ts';

function parse(input: string, mode: MatcherMode): string {
  return formatMatchers(parseMatchers(input, mode).matchers);
}

describe('UTF-8 grammar', () => {
  test.each([
    ['', '{}'],
    ['{}', '{}'],
    [' { } ', '{}'],
    ['foo=bar', '{foo="bar"}'],
    ['{foo=bar,}', '{foo="bar"}'],
    ['{ foo = "bar" , "b c" !~ d }', '{foo="bar","b c"!~"d"}'],
    ['foo=~[a-z]+', '{foo=~"[a-z]+"}'],
    ['{"foo"=~"\\\\d+"}', '{foo=~"\\\\d+"}'],
    ['{foo=🙂bar}', '{foo="🙂bar"}'],
    ['{"foo"="\\xf0\\x9f\\x99\\x82"}', '{foo="🙂"}'],
    ['{"foo"="\\U0001f642"}', '{foo="🙂"}'],
    ['{"foo"="\\u00e9\\101\\t"}', '{foo="éA\t"}'],
    ['{"foo"="bar\\n\\"\\\\"}', '{foo="bar\\n\\"\\\\"}'],
    ['foo=""', '{foo=""}'],
    ['__proto__=x', '{__proto__="x"}'],
  ])('%j is %s', (input, expected) => {
    expect(parse(input, 'utf8')).toBe(expected);
  });

  test.each([
    [',', '0:1: unexpected ,: expected label name'],
    ['{,}', '1:2: unexpected ,: expected label name'],
    ['{', '0:1: end of input: expected close brace'],
    ['}', '0:1: }: expected opening brace'],
    ['foo=bar}', '0:8: }: expected opening brace'],
    ['{foo=bar', '0:8: end of input: expected close brace'],
    ['{foo=:"bar"}', '6:11: unexpected "bar": expected a comma or close brace'],
    ['{foo="bar\\w"}', '5:12: "bar\\w": invalid input'],
    ['{"foo"=~"\\d+"}', '8:13: "\\d+": invalid input'],
    ['{foo=bar\\n}', '8:9: \\: invalid input: expected a comma or close brace'],
    ['{"foo"="\\xf0\\x9f"}', '7:17: "\\xf0\\x9f": invalid input'],
    ['{"foo"="\\ud800"}', '7:15: "\\ud800": invalid input'],
    ['{"foo"="a\nb"}', '7:12: "a\nb": invalid input'],
    ['foo', "end of input: expected an operator such as '=', '!=', '=~' or '!~'"],
    ['foo=', 'end of input: expected label value'],
    ['foo!bar', "3:4: !: expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'"],
    [
      'foo!',
      "3:4: unexpected end of input, expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'",
    ],
    ['foo="bar', '4:8: "bar: missing end ": expected label value'],
    ['~', '0:1: ~: invalid input'],
    ['foo=bar,,', '8:9: unexpected ,: expected a matcher or close brace after comma'],
    ['{a=b}c', '5:6: c: expected end of input'],
    ['{a=b}~', '5:6: ~: invalid input: expected end of input'],
    ['🙂=~"("', 'failed to create matcher: error parsing regexp: missing closing ): `^(?:()$`'],
  ])('%j: %s', (input, message) => {
    expect(() => parseMatchers(input, 'utf8')).toThrow(new Error(message));
  });
});

describe('classic grammar', () => {
  test.each([
    ['', '{}'],
    ['{}', '{}'],
    ['{', '{}'],
    ['foo=bar}', '{foo="bar"}'],
    ['{foo = "bar", dings != "bums", }', '{foo="bar",dings!="bums"}'],
    ['foo=bar, dings!=bums', '{foo="bar",dings!="bums"}'],
    [
      '{quote="She said: \\"Hi, ladies! That\'s gender-neutral\\""}',
      '{quote="She said: \\"Hi, ladies! That\'s gender-neutral\\""}',
    ],
    ['statuscode=~"5.."', '{statuscode=~"5.."}'],
    ['tricky=~~~', '{tricky=~"~~"}'],
    ['trickier==\\=\\=\\"', '{trickier="=\\\\=\\\\=\\""}'],
    ['contains_quote!=\\"foo', '{contains_quote!="\\"foo"}'],
    ['foo=', '{foo=""}'],
    ['foo=""', '{foo=""}'],
    ['foo="a\\nb\\d\\\\"', '{foo="a\\nb\\\\d\\\\"}'],
    ['foo="a\nb"', '{foo="a\\nb"}'],
    [':a_b:=x', '{:a_b:="x"}'],
    ['foo=  a b \t\n', '{foo="a b"}'],
    ['foo="a,b"', '{foo="a,b"}'],
    ['foo=bar\\', '{foo="bar\\\\"}'],
    ['foo=a\u0085', '{foo="a"}'],
  ])('%j is %s', (input, expected) => {
    expect(parse(input, 'classic')).toBe(expected);
  });

  test.each([
    ['bad', 'bad matcher format: bad'],
    ['foo!bar', 'bad matcher format: foo!bar'],
    ['1foo=bar', 'bad matcher format: 1foo=bar'],
    [',', 'bad matcher format: '],
    ['foo=bar,,', 'bad matcher format: '],
    ['foo=bar,,baz=qux', 'bad matcher format: '],
    ['foo="bar', 'matcher value contains unescaped double quote: "bar'],
    ['foo=bar"', 'matcher value contains unescaped double quote: bar"'],
    ['foo="b"ar"', 'matcher value contains unescaped double quote: "b"ar"'],
    ['foo="bar\\"', 'matcher value contains unescaped double quote: "bar\\"'],
    ['foo="\ud800"', 'matcher value not valid UTF-8: "\ud800"'],
    ['foo=~"("', 'error parsing regexp: missing closing ): `^(?:()$`'],
  ])('%j: %s', (input, message) => {
    expect(() => parseMatchers(input, 'classic')).toThrow(new Error(message));
  });

  test('a megabyte of white space is read in one go', () => {
    expect(parse(`foo=a${' '.repeat(1_000_000)}b`, 'classic')).toBe(`{foo="a${' '.repeat(1_000_000)}b"}`);
  });
});

describe('fallback', () => {
  test.each([
    ['foo=', '{foo=""}', 'end of input: expected label value', 'foo=""'],
    ['foo=!bar', '{foo="!bar"}', "4:5: !: expected one of '=~': expected label value", 'foo="!bar"'],
    ['foo=a b', '{foo="a b"}', '6:7: unexpected b: expected a comma or close brace', 'foo="a b"'],
    ['foo=~"\\d+"', '{foo=~"\\\\d+"}', '5:10: "\\d+": invalid input', 'foo=~"\\\\d+"'],
    ['{', '{}', '0:1: end of input: expected close brace', '{}'],
  ])('%s is read by the classic grammar, with a warning', (input, expected, reason, suggestion) => {
    const { matchers, warnings } = parseMatchers(input, 'fallback');
    expect(formatMatchers(matchers)).toBe(expected);
    expect(warnings).toEqual([
      `matchers ${JSON.stringify(input)} are read by the classic grammar: the UTF-8 grammar does not know them ` +
        `(${reason}); write ${suggestion} instead`,
    ]);
  });

  test('where both grammars read something else the classic reading counts, with a warning', () => {
    const { matchers, warnings } = parseMatchers('foo="\\xf0\\x9f\\x99\\x82"', 'fallback');
    expect(formatMatchers(matchers)).toBe('{foo="\\\\xf0\\\\x9f\\\\x99\\\\x82"}');
    expect(warnings).toEqual([
      'matchers input has disagreement: the classic grammar reads "foo=\\"\\\\xf0\\\\x9f\\\\x99\\\\x82\\"" as ' +
        'foo="\\\\xf0\\\\x9f\\\\x99\\\\x82", the UTF-8 grammar as foo="🙂"; the classic reading is used',
    ]);
  });

  test.each(['foo="bar"', '{foo="bar"}', '{}', '', '🙂="bar"'])('%j needs no warning', (input) => {
    expect(parseMatchers(input, 'fallback').warnings).toEqual([]);
  });

  test('the error is that of the classic grammar when both refuse', () => {
    expect(() => parseMatchers('bad', 'fallback')).toThrow(new Error('bad matcher format: bad'));
  });
});

describe('a single matcher', () => {
  test('is one', () => {
    expect(parseMatcher('foo=~"a|b"', 'fallback').matcher.toString()).toBe('foo=~"a|b"');
    expect(parseMatcher('foo=a b', 'fallback').warnings).toHaveLength(1);
  });

  test.each<[string, MatcherMode, string]>([
    ['{foo=bar}', 'fallback', 'unexpected open or close brace: {foo=bar}'],
    ['foo=bar}', 'utf8', 'unexpected open or close brace: foo=bar}'],
    ['{foo=bar}', 'classic', 'bad matcher format: {foo=bar}'],
    ['', 'utf8', 'no matchers'],
    ['a=b,c=d', 'utf8', 'expected 1 matcher, found 2'],
    ['', 'fallback', 'bad matcher format: '],
    ['bad', 'fallback', 'bad matcher format: bad'],
  ])('%j in %s mode: %s', (input, mode, message) => {
    expect(() => parseMatcher(input, mode)).toThrow(new Error(message));
  });

  test('with a comma: the classic grammar takes the rest as the value, and wins', () => {
    expect(parseMatcher('a=b,c=d', 'fallback').matcher.toString()).toBe('a="b,c=d"');
  });
});

const type = fc.constantFrom<MatchType>('=', '!=', '=~', '!~');
const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('a\nb', '\\', '"', 'a b', '🙂'));
const literal = /[\\.+*?()|[\]{}^$]/g;
const escaped = (value: string): string => value.replace(literal, '\\$&');

test('what a matcher prints parses back to it, in the UTF-8 grammar', () => {
  fc.assert(
    fc.property(
      type,
      text.filter((name) => name !== ''),
      text,
      (kind, name, value) => {
        const matcher = createMatcher(kind, name, escaped(value));
        // The short form escapes only \ " and newline; other control characters stand in it as they are.
        const [parsed] = parseMatchers(matcher.toString(), 'utf8').matchers;
        expect(parsed && sameMatcher(parsed, matcher)).toBe(true);
      },
    ),
  );
});

test('what a matcher with a classic name prints parses back to it, in the classic grammar', () => {
  fc.assert(
    fc.property(type, fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]*$/), text, (kind, name, value) => {
      const matcher = createMatcher(kind, name, escaped(value));
      const { matcher: parsed, warnings } = parseMatcher(matcher.toString(), 'classic');
      expect(sameMatcher(parsed, matcher)).toBe(true);
      expect(warnings).toEqual([]);
    }),
  );
});

describe('label names', () => {
  test.each<[string, boolean, boolean]>([
    ['foo', true, true],
    ['_1', true, true],
    ['1a', false, true],
    ['a:b', false, true],
    ['a b', false, true],
    ['🙂', false, true],
    ['', false, false],
    ['\ud800', false, false],
    ['__proto__', true, true],
  ])('%j: classic %s, UTF-8 %s', (name, classic, utf8) => {
    expect(isValidLabelName(name, 'classic')).toBe(classic);
    expect(isValidLabelName(name, 'utf8')).toBe(utf8);
    expect(isValidLabelName(name, 'fallback')).toBe(utf8);
  });
});
