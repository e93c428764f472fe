import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dataFromJson } from '../../src/gotemplate/data-json.ts';
import { TemplateSet } from '../../src/gotemplate/template-set.ts';
import { fromTimestamp } from '../../src/time/go-time.ts';

/** What Alertmanager 0.35 renders by its built-in definitions, by data set. */
const { data, outputs } = JSON.parse(readFileSync('test/fixtures/go/default-templates.json', 'utf8')) as {
  data: Record<string, unknown>;
  outputs: Record<string, readonly { readonly names: readonly string[]; readonly output: string }[]>;
};
const sets: Record<string, unknown> = {
  ...JSON.parse(readFileSync('test/fixtures/gotemplates/cases.json', 'utf8')).data,
  ...data,
};

function render(files: readonly { name: string; text: string }[], text: string, set: string, html = false): string {
  const templates = new TemplateSet(files);
  return templates.prepare(text, html ? 'html' : 'text')(dataFromJson(sets[set]), fromTimestamp(0));
}

describe.each(Object.keys(outputs))('the data set %s', (set) => {
  const rows = (outputs[set] ?? []).flatMap(({ names, output }) => names.map((name) => [name, output] as const));

  test('has all definitions', () => expect(rows.length).toBe(64));

  test.each(rows)('%s', (name, output) => {
    const argument = /list|instances/.test(name) ? '.Alerts' : '.';
    const text = `{{ template "${name}" ${argument} }}`;
    expect(render([], text, set, name === 'email.default.html')).toBe(output);
  });
});

test('a definition of the user takes the place of a built-in one for all that call it', () => {
  const files = [{ name: 'own.tmpl', text: '{{ define "__subject" }}{{ .Status }}!{{ end }}' }];
  for (const name of ['slack.default.title', 'pagerduty.default.description', 'email.default.subject']) {
    expect(render(files, `{{ template "${name}" . }}`, 'mixed')).toBe('firing!');
  }
  expect(render(files, '{{ template "email.default.html" . }}', 'mixed', true)).toContain('<title>firing!</title>');
});
