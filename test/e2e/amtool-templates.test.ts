import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_TEMPLATES } from '../../src/gotemplate/default-templates.ts';
import { filesOf, stringsOf } from '../gotemplate/public-files.ts';
import { run } from '../support/process.ts';

/* Debian's amtool renders the recorded strings as far as it knows the functions in them, and the records must say the same. */

const ROOT = path.resolve('test/fixtures/go/public');
const golden = JSON.parse(readFileSync(path.join(ROOT, 'golden.json'), 'utf8')) as Record<
  string,
  Record<string, Record<string, string>>
>;
const { mixed } = JSON.parse(readFileSync('test/fixtures/gotemplates/cases.json', 'utf8')).data;
/** Functions that came later. Its `template render` does not load the built-in definitions: ours are given to it as a file. */
const NOT_THERE = /function "\w+" not defined/;

test("ten configurations, by Debian's amtool", { timeout: 60_000 }, async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'tocsin-amtool-'));
  const data = path.join(scratch, 'data.json');
  writeFileSync(data, JSON.stringify(mixed));
  const builtIn = path.join(scratch, 'default.tmpl');
  writeFileSync(builtIn, DEFAULT_TEMPLATES.map((source) => source.text).join('\n'));
  let compared = 0;
  for (const name of readdirSync(ROOT).filter((entry) => entry !== 'golden.json')) {
    const directory = path.join(ROOT, name);
    const text = readFileSync(path.join(directory, 'alertmanager.yml'), 'utf8');
    const globs = [builtIn, ...filesOf(directory, text)].map((file) => `--template.glob=${file}`);
    for (const { where, text: source, mode } of stringsOf(text)) {
      const flags = [`--template.type=${mode}`, `--template.data=${data}`, `--template.text=${source}`];
      const command = ['template', 'render', ...globs, ...flags];
      const { code, stdout, stderr } = await run('amtool', command, { env: { TZ: 'UTC' } });
      if (code !== 0) {
        expect(stderr).toMatch(NOT_THERE);
        continue;
      }
      expect({ name, where, output: stdout }).toEqual({ name, where, output: golden[name]?.[where]?.mixed });
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(60);
});
