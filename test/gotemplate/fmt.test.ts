import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/gotemplate/errors.ts';
import { sprint, sprintf, sprintln } from '../../src/gotemplate/fmt.ts';
import { Slice, type Value } from '../../src/gotemplate/value.ts';
import { type Described, goValue, text } from './go-values.ts';

interface Row {
  /** The format, and the results of Sprintf, Sprint and Sprintln, in base64. */
  readonly f: string;
  readonly args: readonly Described[] | null;
  readonly printf: string;
  readonly print: string;
  readonly println: string;
}

describe('as Go 1.26 has it, for random formats and values', () => {
  const rows: readonly Row[] = JSON.parse(readFileSync('test/fixtures/go/fmt.json', 'utf8'));

  test('has rows', () => expect(rows.length).toBeGreaterThan(400));

  test.each(['printf', 'print', 'println'] as const)('%s', (name) => {
    for (const row of rows) {
      const values = (row.args ?? []).map(goValue);
      const format = text(row.f);
      const result = {
        printf: () => sprintf(format, values),
        print: () => sprint(values),
        println: () => sprintln(values),
      };
      expect({ format, args: row.args, result: result[name]() }).toEqual({
        format,
        args: row.args,
        result: text(row[name]),
      });
    }
  });
});

test.each<[string, Value[], string]>([
  ['%5.2f|%-6s|%06d|%+d', [2.34567, 'ab', 42n, 7n], ' 2.35|ab    |000042|+7'],
  ['%.0f %.0f %.0f %.2f %.1e', [0.5, 1.5, 2.5, 2.675, 12_345_678.9], '0 2 2 2.67 1.2e+07'],
  ['%.3g %g %G %x', [100, 1e21, 1e-7, 1.5], '100 1e+21 1E-07 0x1.8p+00'],
  ['%3c|%q|%U|%#U', [233n, 233n, 233n, 233n], "  é|'é'|U+00E9|U+00E9 'é'"],
  ['%[2]*[1]d %s', [5n, 4n], '   5 %!s(int=4)'],
  ['%d%%', [50n], '50%'],
  ['%.2f', [3n], '%!f(int=03)'],
])('%s', (format, values, expected) => {
  expect(sprintf(format, values)).toBe(expected);
});

describe('text without bound', () => {
  test('of widths', () => {
    expect(() => sprintf('%1000000d'.repeat(1_000), Array(1_000).fill(1n))).toThrow(Failure);
    expect(sprintf('%99999999d', [1n])).toBe('%!(NOVERB)%!(EXTRA int=1)');
  });

  test('of lists that hold one another', () => {
    let list = new Slice('[]interface {}', ['x'.repeat(100)]);
    for (let i = 0; i < 40; i++) list = new Slice('[]interface {}', [list, list]);
    expect(() => sprint([list])).toThrow(Failure);
  });

  test('of lists in lists', () => {
    let list = new Slice('[]interface {}', []);
    for (let i = 0; i < 100_000; i++) list = new Slice('[]interface {}', [list]);
    expect(() => sprint([list])).toThrow(Failure);
  });
});
