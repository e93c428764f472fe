import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFromJson } from '../../src/gotemplate/data-json.ts';
import { GoTemplateError } from '../../src/gotemplate/errors.ts';
import { TemplateSet } from '../../src/gotemplate/template-set.ts';
import { fromTimestamp } from '../../src/time/go-time.ts';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly type: 'text' | 'html';
  readonly data: string;
  readonly files?: Readonly<Record<string, string>>;
}

interface Golden {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const DIR = path.join(import.meta.dirname, '../fixtures/gotemplates');
const { data: sets, cases } = JSON.parse(readFileSync(path.join(DIR, 'cases.json'), 'utf8')) as {
  data: Record<string, unknown>;
  cases: Case[];
};
const golden = JSON.parse(readFileSync(path.join(DIR, 'golden.json'), 'utf8')) as Record<string, Golden>;

function render({ text, type, data, files = {} }: Case): string {
  const sources = Object.entries(files).map(([file, content]) => ({ name: path.basename(file), text: content }));
  const set = new TemplateSet(sources);
  return set.prepare(text, type)(dataFromJson(sets[data]), fromTimestamp(0));
}

function errorOf(run: () => string): string {
  try {
    return `no error, but ${run()}`;
  } catch (error) {
    if (error instanceof GoTemplateError) return `amtool: error: ${error.message}\n`;
    throw error;
  }
}

describe("Alertmanager's output", () => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (name, one) => {
    const { code, stdout, stderr } = golden[name] as Golden;
    if (code === 0) expect(render(one)).toBe(stdout);
    else expect(errorOf(() => render(one)).trim()).toBe(stderr.trim());
  });
});
