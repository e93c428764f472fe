import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkConfig } from '../../src/cli/check-config.ts';
import { type CheckOptions, checkFiles } from '../../src/cli/check-files.ts';
import { runCommand } from '../../src/cli/command.ts';
import { checkStrings } from '../../src/templating/check-strings.ts';
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
  const code = await checkFiles(files, { ...options, ...extra }, out);
  return { code, text: text.replaceAll(`${directory}/`, '') };
}

const GOOD = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

test.each(['utf16le', 'utf16be'])('reads %s with its byte order mark', async (encoding) => {
  const bytes = Buffer.from(`\ufeff${GOOD}`, 'utf16le');
  const path = file('utf16.yml', encoding === 'utf16le' ? bytes : bytes.swap16());
  expect(await check([path])).toMatchObject({ code: 0 });
});

test('says what a good file holds, and what in it has no effect', async () => {
  const path = file(
    'good.yml',
    `${GOOD}tracing: {endpoint: 'otel:4317'}\ntemplates: ['*.hbs']\ninhibit_rules: [{}, {}]\n`,
  );
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
 - good.yml:3:10: tracing: is not supported yet: it is checked and otherwise ignored
 - good.yml:4:13: templates[0]: no file matches *.hbs
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

test('what a start would find wrong is a failure, and nothing but that', async () => {
  const path = file('good.yml', GOOD);
  const build = async (): Promise<void> => {
    throw new Error('no such thing');
  };
  expect(await check([path], { build })).toEqual({
    code: 1,
    text: "Checking 'good.yml'  FAILED:\n  no such thing\n\nfailed to validate 1 file(s)\n",
  });
});

test('names every template that does not compile where it stands, beside all else that is wrong', async () => {
  mkdirSync(join(directory, 'own/partials'), { recursive: true });
  mkdirSync(join(directory, 'own/odd'), { recursive: true });
  file('own/partials/bad.hbs', 'a\n{{nohelper 1}}\n{{> nopartial}}\n');
  file('own/odd/subject.hbs', '{{#if x}}');
  const path = file(
    'bad.yml',
    `global: {smtp_smarthost: 'mx:25', smtp_from: '{{from'}
route: {receiver: a, routes: [{matchers: [x=y], labels: {team: '{{nohelper 1}}'}, routes: [{receiver: 7}]}]}
receivers:
- name: a
  email_configs:
  - to: ops@example.org
    template: odt
    headers: {Subject: '{{#each}'}
    html: |
      <p>
      {{> partial.of.none}}
  - {to: ops@example.org, template: odd, text: '{{> bad}}', html: '{{> email.default}} {{nohelper 2}}'}
- name: unused
  webhook_configs:
  - url: 'http://hook.example/{{nohelper "s3cret"}}'
  - {url: 'http://hook.example/', payload: {'{{nohelper 3}}': ['{{status}}', '{{nohelper 4}}']}}
  slack_configs: [{api_url: 'http://slack.example/', text: '{{nohelper 5}}'}]
templates: ['own/*/*.hbs']
`,
  );
  const { code, text } = await check([path], { checkTemplates: checkStrings });
  expect(code).toBe(1);
  const known = /\(there are: [^)]*\)/g;
  expect(text.replaceAll(known, '(...)')).toBe(`Checking 'bad.yml'  FAILED:
  bad.yml: own/partials/bad.hbs:2: unknown helper "nohelper"
  bad.yml: own/partials/bad.hbs:3: unknown partial "nopartial"; it would be a file partials/nopartial.hbs that a glob of templates: matches
  bad.yml: own/odd/subject.hbs:1: syntax error near "{{#if x}}": a block or a tag is not closed
  bad.yml:2:103: route.routes[0].routes[0].receiver: undefined receiver "7" used in route (the file has "a", "unused")
  bad.yml:7:15: receivers[0].email_configs[0].template: there is no email template "odt"; did you mean "odd"? (...)
  bad.yml:8:24: receivers[0].email_configs[0].headers.Subject: syntax error near "{{#each}": this is not Handlebars
  bad.yml:10:1: receivers[0].email_configs[0].html: in its line 2: unknown partial "partial.of.none"; it would be a file partials/partial.of.none.hbs that a glob of templates: matches
  bad.yml:12:67: receivers[0].email_configs[1].html: unknown partial "email.default"; it would be a file partials/email.default.hbs that a glob of templates: matches
  bad.yml:12:67: receivers[0].email_configs[1].html: unknown helper "nohelper"
  bad.yml:15:10: receivers[1].webhook_configs[0].url: not a valid template (it is a secret and not shown)
Warnings:
 - bad.yml:1:46: global.smtp_from: is neither a Go template (line 1, column 3: function "from" not defined) nor a Handlebars template (line 1, column 3: syntax error near "{{from": this is not Handlebars)
 - bad.yml:2:64: route.routes[0].labels.team: is neither a Go template (line 1, column 3: function "nohelper" not defined) nor a Handlebars template (line 1, column 1: unknown helper "nohelper")
 - bad.yml:16:45: receivers[1].webhook_configs[1].payload."{{nohelper 3}}": is neither a Go template (line 1, column 3: function "nohelper" not defined) nor a Handlebars template (line 1, column 1: unknown helper "nohelper")
 - bad.yml:16:78: receivers[1].webhook_configs[1].payload."{{nohelper 3}}"[1]: is neither a Go template (line 1, column 3: function "nohelper" not defined) nor a Handlebars template (line 1, column 1: unknown helper "nohelper")
 - bad.yml:17:60: receivers[1].slack_configs[0].text: is neither a Go template (line 1, column 3: function "nohelper" not defined) nor a Handlebars template (line 1, column 1: unknown helper "nohelper")

failed to validate 1 file(s)
`);
});

test('warns of names in templates that will be blank', async () => {
  mkdirSync(join(directory, 'mine/calm'), { recursive: true });
  file('mine/calm/subject.hbs', '{{status}}\n{{groupLables.alertname}}');
  const path = file(
    'odd.yml',
    `global: {smtp_smarthost: 'mx:25', smtp_from: a@x}
route: {receiver: a}
receivers:
- name: a
  email_configs: [{to: ops@example.org, headers: {Subject: '{{commonLabels.any}} {{recevier}}'}}]
  webhook_configs: [{url: 'http://hook.example/{{s3cret}}'}]
templates: ['mine/*/*.hbs']
`,
  );
  const { code, text } = await check([path], { checkTemplates: checkStrings });
  expect(code).toBe(0);
  expect(text).toContain(`Warnings:
 - odd.yml: mine/calm/subject.hbs:2: nothing is named "groupLables" here, so it will be blank; did you mean "groupLabels"?
 - odd.yml:5:60: receivers[0].email_configs[0].headers.Subject: nothing is named "recevier" here, so it will be blank; did you mean "receiver"?
`);
  expect(text).not.toContain('s3cret');
});

test('judges templates by the language that they are in, Go first', async () => {
  file('own.tmpl', '{{ define "own.title" }}{{ .Status }}{{ end }}');
  const broken = file('broken.tmpl', 'a\n{{ define "x" }}{{ if }}{{ end }}');
  const path = file(
    'languages.yml',
    `route: {receiver: a, labels: {x: '{{ .GroupLabels.x }}', y: '{{ toUpper "y" }}'}}
receivers:
- name: a
  webhook_configs:
  - url: 'http://hook.example/'
    payload:
      go: '{{ template "own.title" . }} {{ template "own.text" . }}'
      handlebars: '{{#each alerts}}{{labels.x}}{{/each}}'
      neither: "x\\n {{ .Status | default \\"none\\" }}"
      explicit: '{{! Handlebars }}{{now}}'
templates: ['*.tmpl']
`,
  );
  const { code, text } = await check([path], { checkTemplates: checkStrings });
  expect(code).toBe(1);
  expect(text).toContain('languages.yml: broken.tmpl: template: broken.tmpl:2: missing value for if');
  rmSync(broken);
  const second = await check([path], { checkTemplates: checkStrings });
  expect(second.code).toBe(0);
  expect(second.text).toContain(`Warnings:
 - languages.yml:1:61: route.labels.y: is a template in both languages and read as Go: begin it with {{! }} for Handlebars, or with {{/* */}} to keep Go
 - languages.yml:7:11: receivers[0].webhook_configs[0].payload.go: calls the template "own.text", which no file defines
 - languages.yml:9:16: receivers[0].webhook_configs[0].payload.neither: is neither a Go template (line 2, column 15: function "default" not defined: default is a function of Sprig (Helm), Alertmanager has none of that name) nor a Handlebars template (line 2, column 5: syntax error near`);
});

test('warns of what the file names and is not there', async () => {
  file('here.key', 'x');
  const path = file(
    'files.yml',
    `global: {smtp_smarthost: 'mx:25', smtp_from: a@x}
route: {receiver: a}
receivers:
- name: a
  email_configs:
  - to: ops@example.org
    auth_password_file: ${directory}/none.pw
    tls_config: {ca_file: ${directory}/here.key}
    headers: {content-type: text/plain, X-Team: web, Bcc: x@x}
    dkim: {domain: d.example, selector: s, private_key_file: none.key}
sources: {rhacs: {auth: {bearer_token_file: none.token}}}
templates: ['*.key', 'none/*.hbs']
`,
  );
  const { code, text } = await check([path]);
  expect(code).toBe(0);
  expect(text.slice(text.indexOf('Warnings:'))).toBe(`Warnings:
 - files.yml:7:25: receivers[0].email_configs[0].auth_password_file: there is no file none.pw
 - files.yml:9:29: receivers[0].email_configs[0].headers.content-type: has no effect: this header is not the file's to set
 - files.yml:9:59: receivers[0].email_configs[0].headers.Bcc: has no effect: this header is not the file's to set
 - files.yml:10:62: receivers[0].email_configs[0].dkim.private_key_file: there is no file none.key
 - files.yml:11:45: sources.rhacs.auth.bearer_token_file: there is no file none.token
 - files.yml:12:22: templates[1]: no file matches none/*.hbs
  SUCCESS

`);
});

test('of very many problems it shows fifty', async () => {
  const receivers = Array.from({ length: 1_000 }, (_, i) => `- {name: r${i}, webhook_configs: [{}]}\n`).join('');
  const path = file('many.yml', `route: {receiver: r1}\nreceivers:\n${receivers}`);
  const { text } = await check([path]);
  const lines = text.split('\n');
  expect(lines).toHaveLength(1 + 50 + 1 + 3);
  expect(lines[51]).toBe('  many.yml: ... and 950 more');
});

test('no file at all is a mistake', async () => {
  let stderr = '';
  const out = { stdout: process.stdout, stderr: { write: (part: string) => (stderr += part) } };
  expect(await runCommand(checkConfig, [], out)).toBe(1);
  expect(stderr).toBe('tocsin check-config: expected at least one FILE; see tocsin check-config --help\n');
});

test('warns of a glob that matches nothing also where the file cannot be used', async () => {
  const path = file('both.yml', "route: {receiver: x}\nreceivers: [{name: r}]\ntemplates: ['none/*.tmpl']\n");
  const { code, text } = await check([path]);
  expect(code).toBe(1);
  expect(text).toContain('undefined receiver "x" used in route');
  expect(text).toContain('Warnings:\n - both.yml:3:13: templates[0]: no file matches none/*.tmpl\n');
});
