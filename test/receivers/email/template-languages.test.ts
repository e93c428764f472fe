import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { createTemplates } from '../../../src/templating/create-templates.ts';
import { TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { notificationOf } from '../support/notification.ts';
import { never } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** Sends one notification. @param files Go templates by name. */
async function mailOf(over: Partial<EmailConfig>, files: Readonly<Record<string, string>> = {}) {
  const server = await TestSmtpServer.start();
  open.push(server);
  const directory = mkdtempSync(path.join(tmpdir(), 'tocsin-languages-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
  const failed: string[] = [];
  const templates = await createTemplates({
    userGlobs: [`${directory}/*.tmpl`],
    shippedDir: path.join(import.meta.dirname, 'templates'),
    failed: (error) => failed.push((error as Error).message),
  });
  const receiver = createEmailReceiver(emailConfig(server, over), { ...(await testContext()), templates });
  open.push(receiver);
  await receiver.send(notificationOf(), never);
  const parsed = server.mails[0]?.parsed;
  return { to: server.mails[0]?.to, subject: parsed?.subject, text: parsed?.text, html: parsed?.html, failed };
}

const OWN = {
  subject: '[FIRING:1] DiskFull',
  text: 'DiskFull: Disk 95 % full\n',
  html: '<p>DiskFull: Disk 95 % full</p>\n',
};

test('every string of an entry may be a Go template, and one entry may have both languages', async () => {
  const mail = await mailOf(
    {
      to: '{{ .CommonLabels.job }}@example.org',
      headers: new Map([['Subject', '{{ template "own.subject" . }}']]),
      html: '<b title="{{ .CommonLabels.alertname }}">{{ .CommonAnnotations.summary }}</b>',
      text: '{{#each alerts}}{{labels.alertname}}{{/each}}',
    },
    { 'own.tmpl': '{{ define "own.subject" }}{{ .Status | toUpper }}: {{ len .Alerts }}{{ end }}' },
  );
  expect(mail).toEqual({
    to: ['node@example.org'],
    subject: 'FIRING: 1',
    text: 'DiskFull',
    html: '<b title="DiskFull">Disk 95 % full</b>',
    failed: [],
  });
});

test("a call of Alertmanager's default is Tocsin's own email", async () => {
  const mail = await mailOf({
    headers: new Map([['Subject', '{{ template "email.default.subject" . }}']]),
    html: '{{ template "email.default.html" . }}',
  });
  expect(mail).toMatchObject(OWN);
});

test('a file that redefines what the default calls changes the email, with no key in the entry', async () => {
  const subject = await mailOf({}, { 'a.tmpl': '{{ define "__subject" }}{{ .Status }} of mine{{ end }}' });
  expect(subject.subject).toBe('firing of mine');
  expect(subject.html).toContain('firing of mine');
  expect(subject.text).toBe(OWN.text);
  const html = await mailOf({}, { 'a.tmpl': '{{ define "email.default.html" }}<i>{{ .Status }}</i>{{ end }}' });
  expect(html).toMatchObject({ ...OWN, html: '<i>firing</i>' });
  const other = await mailOf({}, { 'a.tmpl': '{{ define "slack.default.title" }}x{{ end }}' });
  expect(other).toMatchObject(OWN);
});

test('where a template fails, the email still goes out as plain text that says so and what fires', async () => {
  const mail = await mailOf({ html: '<p>\n{{ index .Alerts 7 }}</p>' }, {});
  expect(mail.html).toBe(false);
  expect(mail.subject).toBe(OWN.subject);
  expect(mail.text).toContain('The template of this notification failed, so this is plain text.');
  expect(mail.text).toContain(
    'email_configs html: template: :2:3: executing "" at <index .Alerts 7>: error calling index: index out of range: 7',
  );
  expect(mail.text).toMatch(/^FIRING: 1\n- alertname=DiskFull, .*: Disk 95 % full$/m);
  expect(mail.failed).toHaveLength(1);
});

test.each([
  ['does not parse', '{{ if }}'],
  ['never ends', '{{ range 1000000000 }}{{ end }}'],
  ['grows without bound', '{{ $x := "aaaa" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}'],
  ['calls itself', '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}'],
  ['calls what is not defined', '{{ template "nope" . }}'],
])('a subject that %s', async (_, subject) => {
  const mail = await mailOf({ headers: new Map([['Subject', subject]]) });
  expect(mail).toMatchObject({ ...OWN, subject: '[FIRING:1] DiskFull (its template failed)' });
  expect(mail.failed).toEqual([expect.stringContaining('execute "Subject" header template: ')]);
});

test("a part that comes out blank becomes Tocsin's own", async () => {
  const nothing = ' {{ .CommonAnnotations.nothing }}\n';
  const mail = await mailOf({ headers: new Map([['Subject', nothing]]), html: nothing, text: nothing });
  expect(mail).toMatchObject(OWN);
  expect(mail.failed).toEqual([]);
});
