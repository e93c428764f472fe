import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isNull, type YamlNode } from '../../src/config/node.ts';
import { parseYaml } from '../../src/config/yaml.ts';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly value?: unknown;
  readonly error?: string;
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/yaml/go-yaml.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** Where the two agree in substance and the record says otherwise. */
const RECORDED_OTHERWISE = new Set([
  // Duplicate keys: a MapSlice takes them, the mappings and structures of a configuration do not.
  ...['duplicate key', 'duplicate nested key', 'duplicate key in flow', 'quoted and plain duplicate'],
  // Merges: a MapSlice does not do them.
  ...['merge', 'merge of a list', 'merge twice', 'merge inline'],
  // Typed by %v, or by the MapSlice.
  ...['comment only', 'marker only', 'null key', 'tag bool', 'flow list as the document', 'no blank after the colon'],
  // No key of a configuration is a list.
  'explicit complex key',
  // Go stops reading at the lesser indentation and says nothing: half of a file would be missing.
  'indented root, then less',
  // A line separator in a text stays one.
  ...['LS in a plain scalar', 'LS in a block scalar'],
]);

/** What Tocsin takes beyond Go's YAML, each well-formed by YAML 1.2. */
const TAKEN = new Set([
  ...['flow with tabs as indentation', 'a tab after a dash', 'a tab after a dash before a flow map'],
  ...['escape \\/', 'surrogates', '\\U beyond Unicode'],
  ...['percent directive', 'YAML 1.2 directive', 'YAML 1.3 directive', 'dots first', 'empty key'],
  ...['key of 1030 characters', 'quoted key of 1030 characters', 'flow key of 1030 characters'],
  ...['anchor with punctuation', 'anchor with a colon', 'anchor with non-ASCII', 'tag int of text', 'bad binary'],
]);

function toData(node: YamlNode): unknown {
  if (isNull(node)) return null;
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'sequence') return node.items.map(toData);
  return { map: node.entries.map(({ key, value }) => [key.text, toData(value)]) };
}

function read(text: string): { value?: unknown; error?: string } {
  let error: string | undefined;
  const node = parseYaml(text, (problem) => {
    error ??= `${problem.line}:${problem.column}: ${problem.message}`;
  });
  return error === undefined ? { value: node && toData(node) } : { error };
}

describe("what Go's YAML loads is loaded, to the same value", () => {
  test.each(cases.filter(({ name, error }) => error === undefined && !RECORDED_OTHERWISE.has(name)))(
    '$name',
    ({ text, value }) => {
      expect(read(text)).toEqual({ value });
    },
  );
});

describe("what Go's YAML refuses is refused", () => {
  test.each(
    cases.filter(({ name, error }) => error !== undefined && !RECORDED_OTHERWISE.has(name) && !TAKEN.has(name)),
  )('$name', ({ text }) => {
    expect(read(text).error).toMatch(/^\d+:\d+: /);
  });
});

test('every exception is a case', () => {
  const names = new Set(cases.map(({ name }) => name));
  expect([...RECORDED_OTHERWISE, ...TAKEN].filter((name) => !names.has(name))).toEqual([]);
});

test('places are those of the file, whatever was read around them', () => {
  const node = parseYaml("a: 'x'#y\nb: [\n1,\n  {c: \"it\\'s\", d: e}\n]\nf: g\n", () => {});
  const [, b, f] = node?.kind === 'mapping' ? node.entries : [];
  const [one, map] = b?.value.kind === 'sequence' ? b.value.items : [];
  expect(one).toMatchObject({ text: '1', line: 3, column: 1 });
  expect(map?.kind === 'mapping' && map.entries.map(({ key, value }) => [key, value])).toMatchObject([
    [
      { line: 4, column: 4 },
      { text: "it's", line: 4, column: 7 },
    ],
    [
      { line: 4, column: 16 },
      { text: 'e', line: 4, column: 19 },
    ],
  ]);
  expect(f?.key).toMatchObject({ line: 6, column: 1 });
});
