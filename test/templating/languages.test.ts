import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTemplates, type TemplateOptions } from '../../src/templating/create-templates.ts';
import { TemplateError } from '../../src/templating/templates.ts';
import { alert, data } from './support.ts';

const one = data([alert({ alertname: 'DiskFull' })]);

const directory = mkdtempSync(path.join(tmpdir(), 'tocsin-languages-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string | Uint8Array): string {
  const target = path.join(directory, name);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

const load = (globs: readonly string[] = [], options: Partial<TemplateOptions> = {}) =>
  createTemplates({ userGlobs: globs.map((glob) => path.join(directory, glob)), ...options });

async function render(source: string, options: Partial<TemplateOptions> = {}): Promise<string> {
  return (await load([], options)).text(source, 'test.yml')(one);
}

describe('the language of a string', () => {
  test.each([
    // What Alertmanager renders is Go, whatever Handlebars would make of it.
    ['{{ .Status }}', 'firing'],
    ['{{ len .Alerts }}', '1'],
    ['{{ toUpper "x" }}', 'X'],
    ['{{ "a" }}{{ 1 }}{{ true }}', 'a1true'],
    ['{{ define "x" }}{{ . }}{{ end }}{{ template "x" .Status }}', 'firing'],
    ['{{ range .Alerts }}{{ .Labels.alertname }}{{ end }}', 'DiskFull'],
    ['{{- /* c */ -}} {{ .Status }}', 'firing'],
    // Paths, blocks and helpers of Handlebars are no Go.
    ['{{status}}', 'firing'],
    ['{{toUpper status}}', 'FIRING'],
    ['{{#each alerts}}{{labels.alertname}}{{/each}}', 'DiskFull'],
    ['{{#if (eq status "firing")}}yes{{/if}}', 'yes'],
    ['{{index commonLabels "alertname"}}', 'DiskFull'],
    // Parses as Go, but no such call can work: data that have the name of a function.
    ['{{title}}', ''],
    ['{{routeLabels.team}}', ''],
    ['{{#with commonAnnotations}}{{this.title}}{{/with}}', ''],
    // The string says it itself.
    [String.raw`{{! Handlebars }}{{print "\x41"}}`, String.raw`\x41`],
    [String.raw`{{/* Go */}}{{print "\x41"}}`, 'A'],
  ])('%s', async (source, expected) => expect(await render(source)).toBe(expected));

  test('what is set counts where the string does not say', async () => {
    const source = String.raw`{{print "\x41"}}`;
    expect(await render(source, { language: 'handlebars' })).toBe(String.raw`\x41`);
    expect(await render(source, { language: 'go' })).toBe('A');
    expect(await render(`{{/* Go */}}${source}`, { language: 'handlebars' })).toBe('A');
    await expect(render('{{status}}', { language: 'go' })).rejects.toThrow('function "status" not defined');
    await expect(render('{{ .Status }}', { language: 'handlebars' })).rejects.toThrow(TemplateError);
  });

  test.each([
    [
      '{{ .Status | default "x" }}',
      /neither a Go template \(line 1, column 14: .*Sprig.*\) nor a Handlebars template \(line 1, column \d+: /,
    ],
    ['a\n{{ if eq .Status “x” }}{{ end }}', /neither a Go template \(line 2, column \d+: .*write straight quotes\)/],
    ['{{ .Status + 1 }}', /Go templates have no arithmetic/],
    ['{{ if .Status == "firing" }}{{ end }}', /compare with eq/],
    ['{{ if .Status }}', /unexpected EOF/],
  ])('%j is in neither, which is a warning and fails when it is rendered', async (source, reason) => {
    const templates = await load();
    const found = templates.check(source, 'text');
    expect(found.problems).toEqual([]);
    expect(found.failing).toMatch(reason);
    expect(() => templates.text(source, 'test.yml')(one)).toThrow(reason);
  });

  test('what was meant as Handlebars is an error at load, as before', async () => {
    const templates = await load();
    for (const source of ['{{#each alerts}}', '{{toUper status}}', '{{> nope}}']) {
      expect(templates.check(source, 'text').problems).not.toEqual([]);
      expect(() => templates.text(source, 'test.yml')).toThrow(TemplateError);
    }
  });
});

describe('files', () => {
  test('are Go unless they end in .hbs, in the order of the globs and of their names; the later definition counts', async () => {
    file('order/b.tmpl', '{{ define "x" }}b{{ end }}');
    file('order/a.tmpl', '{{ define "x" }}a{{ end }}{{ define "y" }}a{{ end }}{{ .Status }} of a');
    file('order/.hidden.tmpl', '{{ define "z" }}hidden{{ end }}');
    file('order/more/c.txt', '{{ define "y" }}  {{ end }}');
    file('order/mine/subject.hbs', '{{status}} of Handlebars');
    const templates = await load(['order/*.tmpl', 'order/more/*', 'order/*/subject.hbs']);
    const text = '{{ template "x" }} {{ template "y" }} {{ template "z" }} {{ template "a.tmpl" . }}';
    expect(templates.text(text, 'test.yml')(one)).toBe('b a hidden firing of a');
    expect(templates.mail('mine').subject(one)).toBe('firing of Handlebars');
    expect(templates.redefines('slack.default.title')).toBe(false);
  });

  test('redefine what is built in, and what calls it', async () => {
    file('own/own.tmpl', '{{ define "__subject" }}own{{ end }}');
    const templates = await load(['own/*']);
    expect(templates.text('{{ template "slack.default.title" . }}', '')(one)).toBe('own');
    expect(templates.redefines('email.default.subject')).toBe(true);
    expect(templates.redefines('slack.default.color')).toBe(false);
  });

  test.each([
    ['does not parse', 'bad/x.tmpl', 'a\n{{ if }}', 'x.tmpl: template: x.tmpl:2: missing value for if'],
    [
      'two definitions of one name',
      'bad2/x.tmpl',
      '{{define "a"}}1{{end}}{{define "a"}}2{{end}}',
      'multiple definition of template "a"',
    ],
  ])('one that %s is an error of the file', async (_, name, text, message) => {
    file(name, text);
    await expect(load([`${path.dirname(name)}/*`])).rejects.toThrow(message);
  });

  test('a directory that a glob matches is an error, as in Alertmanager', async () => {
    file('volume/..2026/x.tmpl', '{{ define "x" }}x{{ end }}');
    symlinkSync('..2026', path.join(directory, 'volume/..data'));
    symlinkSync('..data/x.tmpl', path.join(directory, 'volume/x.tmpl'));
    await expect(load(['volume/*'])).rejects.toThrow(`read ${directory}/volume/..data: is a directory`);
    expect((await load(['volume/*.tmpl'])).text('{{ template "x" }}', '')(one)).toBe('x');
  });

  test('bytes that are no UTF-8 stay as they are until the text leaves', async () => {
    file('bytes/x.tmpl', Uint8Array.of(0x61, 0xff, 0xc3, 0xa9));
    const templates = await load(['bytes/*']);
    expect(templates.text('{{ template "x.tmpl" }}', '')(one)).toBe('a\ufffdé');
  });
});

test('Go sees the data as Alertmanager has them: zones, nanoseconds, a quoted receiver, a pointer', async () => {
  const data = {
    ...one,
    receiver: 'pager (a)',
    alerts: one.alerts.map((alert) => ({ ...alert, startsAt: '2026-03-04T05:06:07.000000001+02:00' })),
  };
  const text =
    '{{ .Receiver }} {{ printf "%T" . }} {{ (index .Alerts 0).StartsAt }} {{ (index .Alerts 0).EndsAt.IsZero }}';
  expect((await load()).text(text, '')(data)).toBe(
    'pager \\(a\\) *template.Data 2026-03-04 05:06:07.000000001 +0200 +0200 true',
  );
});
