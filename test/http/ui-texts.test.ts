import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { parseMatcher as readOnServer } from '../../src/alert/parse-matchers.ts';
import { visibleText } from '../../src/templating/visible-text.ts';

interface Matcher {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

/** The page's own modules, as the browser gets them. */
const load = (file: string) => import(new URL(`../../src/http/ui/public/assets/${file}`, import.meta.url).href);
const page = {
  ...((await load('visible.js')) as {
    visibleText(text: string): string;
    cutText(text: string, limit: number): string;
  }),
  ...((await load('matchers.js')) as {
    parseMatchers(text: string): Matcher[];
    formatMatchers(matchers: readonly Matcher[]): string;
    filterQuery(matchers: readonly Matcher[]): string;
  }),
};

const HOSTILE = fc.string({ unit: 'binary', maxLength: 20 });
const equals = (value: string): Matcher => ({ name: 'a', operator: '=', value });

test('the page marks what emails mark: every character, alone and between others', () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const char = String.fromCodePoint(code);
    for (const text of [char, `a${char}b`, `کـ${char}ک`]) {
      if (page.visibleText(text) !== visibleText(text))
        expect([code, page.visibleText(text)]).toEqual([code, visibleText(text)]);
    }
  }
  expect(page.visibleText('gpj.\u202eexe\x1b[31m')).toBe('gpj.⟨U+202E⟩exe␛[31m');
});

test('what is cut is counted', () => {
  expect(page.cutText('abc', 3)).toBe('abc');
  expect(page.cutText('abcde\u202e', 3)).toBe('abc… (3 more characters)');
});

test.each<[string, string, 'utf8' | 'classic']>([
  ['"\\u2066"', '\u2066', 'utf8'],
  ['"\\x00\\a\\x1b[31m"', '\x00\x07\x1b[31m', 'utf8'],
  ['"\\U0001f600"', '😀', 'utf8'],
  ['"\\303\\251 \\xc3\\xa9"', 'é é', 'utf8'],
  ['"\\b\\f\\n\\r\\t\\v\\\\\\""', '\b\f\n\r\t\v\\"', 'utf8'],
  ['"100%41"', '100%41', 'utf8'],
  // No Go string: as the classic grammar reads it.
  ['"\\d\\\\ \\n"', '\\d\\ \n', 'classic'],
  ['"\\xff"', '\\xff', 'classic'],
])('%s is read as the server reads it', (text, value, mode) => {
  expect(page.parseMatchers(`{a=${text}}`)).toEqual([equals(value)]);
  expect(readOnServer(`a=${text}`, mode).matcher.value).toBe(value);
});

test("a mail's link means the alert's labels, whatever is in them", () => {
  fc.assert(
    fc.property(HOSTILE, fc.string({ unit: 'binary' }), (one, two) => {
      const labels = LabelSet.of({ one, two });
      const found = page.parseMatchers(labels.toString());
      expect(LabelSet.from(found.map(({ name, value }) => [name, value])).pairs).toEqual(labels.pairs);
    }),
    { numRuns: 2_000, examples: [['\u2066\x00\x07\x1b[31m\u{1f600}\u{e0001}', '"\\\n,}={']] },
  );
});

test('what the page asks the server for is what it means, in either grammar', () => {
  fc.assert(
    fc.property(HOSTILE, (value) => {
      expect(page.parseMatchers(page.formatMatchers([equals(value)]))).toEqual([equals(value)]);
      const filter = new URLSearchParams(page.filterQuery([equals(value)])).get('filter') as string;
      for (const mode of ['classic', 'utf8', 'fallback'] as const) {
        expect(readOnServer(filter, mode).matcher.value).toBe(value);
      }
    }),
    { numRuns: 2_000, examples: [['\u2066\x00\x07\x1b[31m\u{1f600}'], ['\\'], ['\n'], ['\ufeff x ']] },
  );
});

test('a filter shows what is invisible', () => {
  expect(page.formatMatchers([equals('\u202e\x00\u{e0001}"\n')])).toBe('{a="\\u202e\\x00\\U000e0001\\"\\n"}');
});
