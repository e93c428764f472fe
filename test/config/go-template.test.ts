import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainGoTemplate, isGoTemplate } from '../../src/config/go-template.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';

const templates = await createTemplates({ userGlobs: [] });

/** The Handlebars text that is offered. */
function rewrite(text: string): string | undefined {
  return /: write (?:'(.*)'|"(.*)")(?: \(and keep it.*)?$/s.exec(explainGoTemplate(text))?.slice(1).find(Boolean);
}

describe('a Go template is shown as Handlebars', () => {
  test.each([
    ['{{ .CommonLabels.x }}', '{{commonLabels.x}}'],
    ['{{.ExternalURL}}', '{{externalURL}}'],
    ['{{ .Annotations.summary }} {{ .Labels.x }}', '{{annotations.summary}} {{labels.x}}'],
    ['{{ range .Alerts }}{{ .Labels.a }}{{ end }}', '{{#each alerts}}{{labels.a}}{{/each}}'],
    ['{{ range .Alerts.Firing }}{{ $.Receiver }}{{ end }}', '{{#each tocsin.firing}}{{@root.receiver}}{{/each}}'],
    ['{{ range .Alerts }}x{{ else }}none{{ end }}', '{{#each alerts}}x{{else}}none{{/each}}'],
    ['{{ range $i, $a := .Alerts }}{{ $a.Status }}{{ end }}', '{{#each alerts as |a i|}}{{a.status}}{{/each}}'],
    [
      '{{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }}{{ end }}',
      '{{#each (sortedPairs labels)}}{{name}}={{value}}{{/each}}',
    ],
    ['{{ template "x" . }}', '{{> x}}'],
    ['{{ template "email.default.subject" . }}', undefined],
    ['[x] {{ template "__subject" . }}', undefined],
    ['{{ template "a b" . }}', '{{> "a b"}}'],
    ['{{ .GroupLabels.SortedPairs.Values | join " " }}', '{{join " " (values groupLabels)}}'],
    ['{{ .CommonLabels.Names | join "," }}', '{{join "," (names commonLabels)}}'],
    ['{{ .Status | toUpper }}', '{{toUpper status}}'],
    ['{{ .Labels.x | toLower | title }}', '{{title (toLower labels.x)}}'],
    [
      '{{ if .CommonLabels.x }}a{{ else if eq .Status "firing" }}b{{ end }}',
      '{{#if commonLabels.x}}a{{else if (eq status "firing")}}b{{/if}}',
    ],
    ['{{ if and .A .B }}{{ end }}', undefined],
    ['{{ with .CommonAnnotations.runbook }}{{ . }}{{ end }}', '{{#with commonAnnotations.runbook}}{{this}}{{/with}}'],
    ['{{ len .Alerts }}', '{{len alerts}}'],
    ['{{ .Alerts.Resolved | len }}', '{{len tocsin.resolved}}'],
    ['{{ routeLabels "team" }} {{ .Status }}', '{{routeLabels "team"}} {{status}}'],
    ['{{ reReplaceAll "(.*):.*" "$1" .Labels.instance }}', '{{reReplaceAll "(.*):.*" "$1" labels.instance}}'],
    ['{{- if .CommonLabels.x -}} a {{- end }}', '{{~#if commonLabels.x~}} a {{~/if}}'],
    ['{{/* a comment */}}{{ .Status }}', '{{!-- a comment --}}{{status}}'],
    ['{{ .Labels.x | reReplaceAll `\\d` "n" }}', '{{reReplaceAll "\\d" "n" labels.x}}'],
    ['{{ "plain" | toUpper }}', '{{toUpper "plain"}}'],
    ['{{ printf "%s" .Status }}', undefined],
    ['{{ $x := .Status }}', undefined],
    ['{{ (index .Alerts 0).Labels.x }}', undefined],
    ['{{ .Unknown }}', undefined],
    ['{{ end }}', undefined],
  ])('%s', (go, handlebars) => {
    expect(isGoTemplate(go)).toBe(true);
    expect(rewrite(go)).toBe(handlebars);
    // What is offered works; only the partials that it names are the user's own.
    if (handlebars && !handlebars.includes('{{>')) templates.text(handlebars, 'test');
  });
});

test.each([
  'plain text',
  '{{commonLabels.x}}',
  '{{ groupLabels.alertname }}',
  '{{#each alerts}}{{../status}} {{this.x}} {{./y}}{{/each}}',
  '{{#if (gt alerts.length 1)}}{{else}}{{/if}}',
  '{{#each alerts as |a i|}}{{a.labels.x}}{{/each}}',
  '{{> partial}}',
  '{{{raw}}}',
  '{{! .CommonLabels.x }}',
  '{{~status~}}',
  '{{toUpper "a | b .C"}}',
  '{{join ", " (values groupLabels)}}',
  'a {{ b',
  '{{@root.status}}',
  '{{now}}',
  "{{default '.x' labels.y}}",
  '{{labels.[a.b]}}',
  '{{endsAt}} {{iffy}} {{templateName}}',
])('%s is no Go template', (text) => {
  expect(isGoTemplate(text)).toBe(false);
});

describe('the explanation', () => {
  test.each(['email.default.html', 'email.default.subject', '__subject'])('of %s says that the key can go', (name) => {
    expect(explainGoTemplate(`{{ template "${name}" . }}`)).toBe(
      `'{{ template "${name}" . }}' is Alertmanager's own template: leave the key out, ` +
        `Tocsin's own templates take the place of ${name}`,
    );
    expect(explainGoTemplate(`[x] {{ template "${name}" . }}`)).toBe(
      `'[x] {{ template "${name}" . }}' is a Go template, but Tocsin's templates are Handlebars (docs/configuration.md has ` +
        `the table): write {{ template "${name}" . }} -> (no direct counterpart) (${name} is Alertmanager's own: with the ` +
        "key left out, Tocsin's templates take its place)",
    );
  });

  test('of a template of their own says where it goes, and there it is found', async () => {
    const text = '{{ template "email.acme.html" . }}';
    expect(explainGoTemplate(text)).toBe(
      `'${text}' is a Go template, but Tocsin's templates are Handlebars: write '{{> email.acme.html}}' ` +
        '(and keep it, as Handlebars, in a file partials/email.acme.html.hbs that templates: matches)',
    );
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-partial-'));
    mkdirSync(join(directory, 'partials'));
    writeFileSync(join(directory, 'partials/email.acme.html.hbs'), '<p>{{status}}</p>');
    const own = await createTemplates({ userGlobs: [join(directory, 'partials/*.hbs')] });
    expect(() => own.html('{{> email.acme.html}}', 'html')).not.toThrow();
    expect(() => templates.html('{{> email.acme.html}}', 'html')).toThrow('unknown partial');
    rmSync(directory, { recursive: true });
  });

  test('of a long text names its first actions', () => {
    const long = `${'x'.repeat(400)}${'{{ .Status }}'.repeat(7)}`;
    expect(explainGoTemplate(long)).toBe(
      `'${'x'.repeat(60)}...' is a Go template, but Tocsin's templates are Handlebars (docs/configuration.md has the table): ` +
        `write ${Array(5).fill('{{ .Status }} -> {{status}}').join(', ')}, and 2 more`,
    );
  });

  test('of what has no counterpart says so', () => {
    expect(explainGoTemplate('{{ printf "%d" 1 }}{{ .Status }}')).toContain(
      'write {{ printf "%d" 1 }} -> (no direct counterpart), {{ .Status }} -> {{status}}',
    );
  });

  test('of a secret shows the actions alone', () => {
    const text = explainGoTemplate('https://hooks.example.org/token/{{ .CommonLabels.x }}', true);
    expect(text).not.toContain('token/');
    expect(text).toContain('{{ .CommonLabels.x }} -> {{commonLabels.x}}');
  });
});
