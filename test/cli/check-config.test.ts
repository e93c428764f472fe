import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type CheckOptions, checkConfig } from '../../src/cli/check-config.ts';
import { options } from '../config/support.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-check-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function check(
  files: readonly string[],
  extra: Partial<CheckOptions> = {},
): Promise<{ code: number; text: string }> {
  let text = '';
  const out = { write: (part: string) => (text += part) };
  const code = await checkConfig(files, { ...options, ...extra }, out);
  return { code, text: text.replaceAll(`${directory}/`, '') };
}

const GOOD = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

test('says what a good file holds, and what in it does not act', async () => {
  const path = file('good.yml', `${GOOD}tracing: {endpoint: 'otel:4317'}\ntemplates: ['*.hbs']\ninhibit_rules: [{}, {}]\n`);
  expect(await check([path])).toEqual({
    code: 0,
    text: `Checking 'good.yml'  SUCCESS
Found:
 - global config
 - route
 - 2 inhibit rules
 - 1 receivers
 - 1 templates
Warnings:
 - good.yml:3:10: tracing: does not act yet: it is checked and otherwise ignored
  SUCCESS

`,
  });
});

test('says everything that is wrong, file by file', async () => {
  const bad = file('bad.yml', 'route: {receiver: x}\nreceivers: []\nrout: bar\n');
  const latin = file('latin.yml', Uint8Array.of(0x61, 0x3a, 0xe4));
  expect(await check([bad, file('good.yml', GOOD), latin, join(directory, 'none.yml'), directory])).toEqual({
    code: 1,
    text: `Checking 'bad.yml'  FAILED:
  bad.yml:1:19: route.receiver: undefined receiver "x" used in route (there is none in the file)
  bad.yml:3:1: rout: unknown key: rout (did you mean route?)

Checking 'good.yml'  SUCCESS
Found:
 - global config
 - route
 - 0 inhibit rules
 - 1 receivers
 - 0 templates

Checking 'latin.yml'  FAILED:
  latin.yml: is not valid UTF-8

Checking 'none.yml'  FAILED:
  none.yml: no such file

Checking '${directory}'  FAILED:
  ${directory}: is a directory, not a file

failed to validate 4 file(s)
`,
  });
});

test('compiles the templates when it is given how', async () => {
  const path = file('good.yml', GOOD);
  const buildTemplates = async (): Promise<void> => {
    throw new Error('mail/subject.hbs:1: no helper "foo"');
  };
  const { code, text } = await check([path], { buildTemplates });
  expect(code).toBe(1);
  expect(text).toContain('\n  FAILED: mail/subject.hbs:1: no helper "foo"\n\nfailed to validate 1 file(s)\n');
});

test('no file at all is a mistake', async () => {
  expect(await check([])).toEqual({ code: 1, text: 'check-config: no file given\n' });
});
