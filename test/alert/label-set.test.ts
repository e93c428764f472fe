import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBytes, compareLabelSets, goQuote, LabelSet } from '../../src/alert/label-set.ts';

const text = fc.string({ unit: 'grapheme' });
const anyText = fc.string({ unit: 'binary' });
const entries = fc.array(
  fc.tuple(fc.constantFrom<string>('a', 'b', 'job', 'é', '😀', '__proto__', 'constructor', ''), text),
);

describe('fingerprint', () => {
  test.each([
    [{}, 'cbf29ce484222325'],
    [{ ok: '1' }, '8d4653b8b9db0024'],
    [{ alertname: 'DiskFull', instance: 'db-1', job: 'node' }, '99b83e786d38fa8a'],
  ])('of %j is %s', (labels, expected) => {
    expect(LabelSet.of(labels as Record<string, string>).fingerprint).toBe(expected);
  });

  test('is FNV-1a, 64 bit, over UTF-8', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText, { maxKeys: 4 }), (labels) => {
        const names = Object.keys(labels).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        let hash = 14695981039346656037n;
        for (const name of names) {
          for (const part of [name, labels[name] as string]) {
            for (const byte of [...Buffer.from(part), 0xff]) {
              hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1099511628211n);
            }
          }
        }
        expect(LabelSet.of(labels).fingerprint).toBe(hash.toString(16).padStart(16, '0'));
      }),
    );
  });

  test('does not depend on the order of the entries', () => {
    const labels = LabelSet.from([
      ['b', '2'],
      ['a', '1'],
    ]);
    expect(labels.fingerprint).toBe(LabelSet.of({ a: '1', b: '2' }).fingerprint);
  });
});

describe('LabelSet', () => {
  test('behaves as a sorted map: of a repeated name the last wins', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const map = new Map(list);
        const labels = LabelSet.from(list);
        expect(labels.size).toBe(map.size);
        expect([...labels.entries()]).toEqual(
          [...map].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
        for (const name of ['a', 'missing', '__proto__', 'constructor', 'toString']) {
          expect(labels.get(name)).toBe(map.get(name));
          expect(labels.has(name)).toBe(map.has(name));
        }
      }),
    );
  });

  test('equals a set with the same pairs only', () => {
    const labels = LabelSet.of({ a: '1', b: '2' });
    expect(labels.equals(LabelSet.of({ b: '2', a: '1' }))).toBe(true);
    expect(labels.equals(LabelSet.of({ a: '1', b: '3' }))).toBe(false);
    expect(labels.equals(LabelSet.of({ a: '1' }))).toBe(false);
  });

  test('filters', () => {
    const labels = LabelSet.of({ a: '1', b: '2' });
    expect(labels.filter((name) => name === 'b').toString()).toBe('{b="2"}');
    expect(labels.filter(() => true)).toBe(labels);
  });

  test('turns into JSON that names such as __proto__ cannot poison', () => {
    const labels = LabelSet.from([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(JSON.stringify(labels)).toBe('{"__proto__":"x","constructor":"y"}');
    expect(Object.getPrototypeOf(labels.toJSON())).toBeNull();
  });

  test('prints as in a group key', () => {
    expect(LabelSet.empty.toString()).toBe('{}');
    expect(LabelSet.of({ foo: 'bar', alertname: 'x' }).toString()).toBe('{alertname="x", foo="bar"}');
    expect(LabelSet.of({ 'a b': 'c"d\n' }).toString()).toBe('{a b="c\\"d\\n"}');
  });
});

describe('compareBytes', () => {
  test('orders as UTF-8 bytes do', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareBytes('\uffee', '😀')).toBeLessThan(0);
  });
});

describe('compareLabelSets', () => {
  test.each([
    [{}, { a: '1' }, -1],
    [{ z: '1' }, { a: '1', b: '1' }, -1],
    [{ b: '1' }, { a: '1' }, -1],
    [{ a: '1' }, { a: '2' }, -1],
    [{ a: '1', c: '1' }, { a: '1', b: '9' }, -1],
    [{ a: '1' }, { a: '1' }, 0],
  ])('%j against %j', (a, b, expected) => {
    const x = LabelSet.of(a as Record<string, string>);
    const y = LabelSet.of(b as Record<string, string>);
    expect(Math.sign(compareLabelSets(x, y))).toBe(expected);
    expect(Math.sign(compareLabelSets(y, x))).toBe(expected === 0 ? 0 : -expected);
  });
});

describe('goQuote', () => {
  test.each([
    ['', '""'],
    ['plain text', '"plain text"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\0\x1b\x7f', '"\\x00\\x1b\\x7f"'],
    ['é 😀 日本', '"é 😀 日本"'],
    ['\u00a0\u200b\u2028\ufeff', '"\\u00a0\\u200b\\u2028\\ufeff"'],
    ['\u{e0001}', '"\\U000e0001"'],
  ])('%j', (input, expected) => {
    expect(goQuote(input)).toBe(expected);
  });
});
