import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/config/config-error.ts';
import { isNull, type YamlNode } from '../../src/config/node.ts';
import { parseYaml } from '../../src/config/yaml.ts';
import { problemsOf } from './support.ts';

function parse(text: string): { data: unknown; problems: string[]; node: YamlNode | undefined } {
  const problems: Problem[] = [];
  const node = parseYaml(text, (problem) => problems.push(problem));
  return {
    node,
    data: node && toData(node),
    problems: problems.map(({ line, column, message }) => `${line}:${column}: ${message}`),
  };
}

/** Null as null, every other scalar as its text, mappings as entries. */
function toData(node: YamlNode): unknown {
  if (isNull(node)) return null;
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'sequence') return node.items.map(toData);
  return node.entries.map(({ key, value }) => [key.text, toData(value)]);
}

describe('scalars', () => {
  test('keep their text', () => {
    const { data } = parse("[1.10, 0x1F, yes, 2026-01-01, 1_000, \"a\\nb\", 'it''s', .inf]");
    expect(data).toEqual(['1.10', '0x1F', 'yes', '2026-01-01', '1_000', 'a\nb', "it's", '.inf']);
  });

  test('are null where they are empty, ~ or a plain null', () => {
    expect(parse('[~, null, NULL, !!null x, "", "null", \'~\']').data).toEqual([
      null,
      null,
      null,
      'x',
      '',
      'null',
      '~',
    ]);
    expect(parse('a:\nb: 1').data).toEqual([
      ['a', null],
      ['b', '1'],
    ]);
  });

  test('block scalars are read as YAML says', () => {
    expect(parse('a: |\n  one\n  two\nb: >-\n  one\n  two\n').data).toEqual([
      ['a', 'one\ntwo\n'],
      ['b', 'one two'],
    ]);
  });
});

describe('places', () => {
  test('count lines and columns from 1, whatever the line ends', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { node } = parse(['a: 1', 'b:', "  c: 'x'", '  d: [y]'].join(end));
      const b = node?.kind === 'mapping' ? node.entries[1]?.value : undefined;
      const [c, d] = b?.kind === 'mapping' ? b.entries : [];
      expect(c?.value).toMatchObject({ line: 3, column: 6 });
      expect(d?.value).toMatchObject({ line: 4, column: 6 });
      expect(d?.value.kind === 'sequence' && d.value.items[0]).toMatchObject({ line: 4, column: 7 });
    }
  });

  test('an empty value stands where its key stands', () => {
    const { node } = parse('a:\n  b:\n');
    const a = node?.kind === 'mapping' ? node.entries[0]?.value : undefined;
    expect(a?.kind === 'mapping' && a.entries[0]?.value).toMatchObject({ line: 2, column: 3, text: '' });
  });
});

describe('documents', () => {
  test('only the first is read, and nothing behind it is even checked', () => {
    expect(parse('a: 1\n---\nb: [').data).toEqual([['a', '1']]);
    expect(parse('a: 1\n...\n}{').data).toEqual([['a', '1']]);
    expect(parse('# comment\n%YAML 1.1\n---\na: 1\n--- {b: 2}').data).toEqual([['a', '1']]);
  });

  test('an empty file has none', () => {
    expect(parse('').node).toBeUndefined();
    expect(parse('\n# only a comment\n').node).toBeUndefined();
  });
});

describe('mappings', () => {
  test('a key that comes twice is an error, and the rest is read', () => {
    expect(parse('a: 1\nb: 2\na: 3\n')).toMatchObject({
      data: [
        ['a', '1'],
        ['b', '2'],
      ],
      problems: ['3:1: duplicate key: field a already set in line 1'],
    });
  });

  test('keys named as properties of JavaScript objects are only keys', () => {
    expect(parse('__proto__: {a: 1}\nconstructor: 2\nhasOwnProperty: 3').data).toEqual([
      ['__proto__', [['a', '1']]],
      ['constructor', '2'],
      ['hasOwnProperty', '3'],
    ]);
  });

  test('merge keys bring what the mapping does not have itself', () => {
    const text =
      'base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nx: {<<: [*base, *other], a: own}\ny: {"<<": no}';
    expect(parse(text).data).toMatchObject([
      ['base', expect.anything()],
      ['other', expect.anything()],
      [
        'x',
        [
          ['a', 'own'],
          ['b', '2'],
          ['c', '4'],
        ],
      ],
      ['y', [['<<', 'no']]],
    ]);
    expect(parse('<<: text').problems).toEqual(['1:5: expected a mapping (or a list of mappings) to merge']);
  });

  test('a list as a key is an error', () => {
    expect(parse('? [a]\n: 1').problems).toEqual(['1:3: expected text as a key, found a list']);
  });
});

describe('aliases', () => {
  test('stand for what they name', () => {
    expect(parse('a: &x [1, 2]\nb: *x').data).toEqual([
      ['a', ['1', '2']],
      ['b', ['1', '2']],
    ]);
  });

  test('an unknown one and one that contains itself are errors', () => {
    expect(parse('a: *nope').problems).toEqual([
      '1:4: unknown anchor referenced: a text that begins with * needs quotes',
    ]);
    expect(parse('a: &x [*x]').problems).toEqual(['1:8: an anchor contains itself']);
  });

  test('a billion laughs do not even begin', () => {
    const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (let i = 1; i < 30; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(parse(lines.join('\n')).problems).toEqual(['5:45: document contains excessive aliasing']);
  });
});

test.each([
  '*',
  '&',
  '!',
  '!!',
  '!x!',
  '%',
  '@',
  '`',
  '{',
  '[',
  '|',
  '>',
  '"',
  "'",
  '? ',
  ': ',
  '- ',
  ']',
  '}',
  ',',
  '#',
])('no error repeats a password that begins with %s', (start) => {
  for (const password of [`${start}s3cret`, `${start}s3cret: x`, `${start}s3cret#x`]) {
    const text = `global:\n  smtp_auth_password: ${password}\n  smtp_auth_secret: s3cret\nroute: {receiver: r}\n`;
    expect(problemsOf(text).join('\n')).not.toContain('s3cret');
  }
});

test('a syntax error has its place', () => {
  expect(parse('a:\n\tb: 1').problems).toEqual(['2:1: not valid YAML: tab characters must not be used in indentation']);
  expect(parse('a: [1').problems[0]).toMatch(/^1:6: not valid YAML: unexpected end of the stream/);
  expect(parse('[[[['.repeat(1000)).problems[0]).toBe('1:100: not valid YAML: nesting exceeded maxDepth (100)');
});
