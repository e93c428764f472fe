import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toText } from '../../src/gotemplate/bytes.ts';
import { dataFromJson } from '../../src/gotemplate/data-json.ts';
import { GoTemplateError, ScriptActionError } from '../../src/gotemplate/errors.ts';
import { FUNCTIONS } from '../../src/gotemplate/functions.ts';
import { escapeForHtml } from '../../src/gotemplate/html/escape.ts';
import { parseTemplates } from '../../src/gotemplate/parser.ts';
import { TemplateSet } from '../../src/gotemplate/template-set.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import { fromTimestamp } from '../../src/time/go-time.ts';

interface Row {
  readonly text: string;
  readonly data: string;
  readonly out?: string;
  readonly error?: string;
}

const sets = JSON.parse(readFileSync('test/fixtures/gotemplates/cases.json', 'utf8')).data as Record<string, unknown>;

function render(text: string, data = 'mixed'): string {
  return toText(new TemplateSet([]).prepare(text, 'html')(dataFromJson(sets[data]), fromTimestamp(0)));
}

function outcome({ text, data }: Row): Pick<Row, 'out' | 'error'> {
  try {
    return { out: render(text, data) };
  } catch (error) {
    if (error instanceof GoTemplateError) return { error: error.message };
    throw error;
  }
}

test('random HTML with actions in all places gives what Alertmanager 0.35 gives', () => {
  const rows: readonly Row[] = JSON.parse(readFileSync('test/fixtures/go/html.json', 'utf8'));
  expect(rows.length).toBeGreaterThan(300);
  for (const row of rows) {
    const { text, out, error } = row;
    expect({ text, ...outcome(row) }).toEqual({ text, ...(error === undefined ? { out } : { error }) });
  }
});

describe('what emails are made of', () => {
  test.each([
    ['text', '<b>{{ "<i> & \\"+\\"" }}</b>', '<b>&lt;i&gt; &amp; &#34;&#43;&#34;</b>'],
    ['no value', '[{{ (dict).x }}]{{ print nil }}', '[]&lt;nil&gt;'],
    ['a URL', '<a href="{{ "http://x/a b?c=d&e" }}">', '<a href="http://x/a%20b?c=d&amp;e">'],
    ['a URL that runs', '<a href="{{ "javascript:alert(1)" }}">', '<a href="#ZgotmplZ">'],
    ['a URL in two halves', '<a href="{{ "java" }}{{ "script:x" }}">', '<a href="java#ZgotmplZ">'],
    ['a query', '<a href="/x?q={{ "a b&c" }}">', '<a href="/x?q=a%20b%26c">'],
    ['a whole attribute', '<td {{ "bgcolor" }}="x">', '<td bgcolor="x">'],
    ['an attribute that runs', '<td {{ "onclick" }}="x">', '<td ZgotmplZ="x">'],
    ['no quotes', '<td class={{ "a b=c" }}>', '<td class=a&#32;b&#61;c>'],
    ['a style', '<td style="color: {{ "red" }}; width: {{ "1;x" }}">', '<td style="color: red; width: ZgotmplZ">'],
    [
      'a style of branches',
      '<td style="background: {{ if eq .Status "firing" }}#d00{{ else }}#0a0{{ end }}">',
      '<td style="background: #d00">',
    ],
    ['a title', '<title>{{ "</title><b>" }}</title>', '<title>&lt;/title&gt;&lt;b&gt;</title>'],
    ['a comment', 'a<!-- {{ .Status }} -->b', 'ab'],
    ['safe HTML', '{{ safeHtml "<b>" }}<i title="{{ safeHtml "<b>&amp;x</b>" }}">', '<b><i title="&amp;x">'],
    [
      'a definition in two places',
      '{{ define "x" }}{{ . }}{{ end }}<a href="{{ template "x" "a:b" }}">{{ template "x" "a:b" }}',
      '<a href="#ZgotmplZ">a:b',
    ],
  ])('%s', (_, text, expected) => expect(render(text)).toBe(expected));
});

test.each([
  ['<script>var x = {{ .Status }};</script>', ':1:19', '{{.Status}}'],
  ['<b onclick="f(\'{{ .Status }}\')">', ':1:18', '{{.Status}}'],
  ['<b onclick={{ .Status }}>', ':1:14', '{{.Status}}'],
])('an action in a script can be refused: %s', (text, place, action) => {
  const templates = parseTemplates({ name: '', text }, FUNCTIONS);
  const refuse = (): unknown => escapeForHtml('', (name) => templates.get(name), 'refuse');
  const reason = `${action} stands in a script, which no mail client runs: leave the script out`;
  expect(refuse).toThrow(ScriptActionError);
  expect(refuse).toThrow(expect.objectContaining({ message: `html/template:${place}: ${reason}`, reason, line: 1 }));
  expect(escapeForHtml('', (name) => templates.get(name)).size).toBe(1);
});

test('the file that has an action in a script is refused', async () => {
  const templates = await createTemplates({ userGlobs: [] });
  expect(templates.check('<script>x = {{ .Status }}</script>', 'html')).toEqual({
    problems: ['html/template::1:15: {{.Status}} stands in a script, which no mail client runs: leave the script out'],
    warnings: [],
  });
  expect(() => templates.html('<b onclick="{{ .Status }}">', 'tocsin.yml:3')).toThrow(
    'tocsin.yml:3: html/template::1:15: {{.Status}} stands in a script, which no mail client runs: leave the script out',
  );
});

describe('work without bound is an error', () => {
  test('ranges in ranges that end elsewhere', () => {
    const text = `<a title=${'{{ range .Alerts }}'.repeat(60)}x{{ .Status }}${'{{ end }}'.repeat(60)}>`;
    expect(() => render(text)).toThrow(GoTemplateError);
  });

  test('templates that call one another in ever new contexts', () => {
    expect(() => render(`{{ define "x" }}$\{\`{{ template "x" }}{{ end }}<script>\`{{ template "x" }}`)).toThrow(
      GoTemplateError,
    );
  });

  test('a long chain of templates', () => {
    const chain = Array.from({ length: 5_000 }, (_, i) => `{{ define "t${i}" }}{{ template "t${i + 1}" . }}{{ end }}`);
    expect(() => render(`${chain.join('')}{{ define "t5000" }}end{{ end }}{{ template "t0" . }}`)).toThrow(
      GoTemplateError,
    );
  });
});
