import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/cli/command.ts';
import { type RenderOptions, renderTemplate, template } from '../../src/cli/template.ts';

const CONTEXT = { now: Date.parse('2026-03-01T08:20:00Z'), externalURL: 'http://localhost:9093', version: '0.1.0' };
const BODY = {
  receiver: 'ops',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'DiskFull', instance: 'db-1', job: 'node', severity: 'critical' },
      annotations: { summary: 'Disk 95 % full' },
      startsAt: '2026-03-01T08:15:02.5Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prom.example/graph',
    },
    {
      status: 'resolved',
      labels: { alertname: 'DiskFull', instance: 'db-2' },
      startsAt: '2026-03-01T08:00:00Z',
      endsAt: '2026-03-01T08:10:00Z',
    },
  ],
  groupLabels: { alertname: 'DiskFull' },
  externalURL: 'http://am.example:9093',
  version: '4',
  groupKey: '{}:{alertname="DiskFull"}',
  truncatedAlerts: 3,
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'tocsin-render-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: unknown): string {
  const target = path.join(dir, name);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  return target;
}

function output() {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      texts[name] += text;
    },
  });
  return { texts, stdout: stream('stdout'), stderr: stream('stderr') };
}

async function render(options: Partial<RenderOptions> & { dataFile: string }) {
  const out = output();
  const code = await renderTemplate({ name: undefined, ...options }, CONTEXT, out);
  return { code, ...out.texts };
}

describe('template render', () => {
  test('a webhook body: subject and text', async () => {
    const { code, stdout } = await render({ dataFile: file('body.json', BODY) });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Subject: \[FIRING:1\] DiskFull: Disk 95 % full\n\nFiring · critical \(1 firing, 1 resolved\)\nDiskFull\n========\n/,
    );
    expect(stdout).toContain('3 alerts of this group not listed here');
    expect(stdout).toContain('db-2, resolved 1 Mar 2026, 08:10:00 UTC after 10 minutes');
    expect(stdout).toContain('http://am.example:9093');
  });

  test('one part, by name', async () => {
    const dataFile = file('body.json', BODY);
    expect((await render({ dataFile, part: 'subject', name: 'test' })).stdout).toBe(
      '[TEST] Tocsin can reach you through receiver ops\n',
    );
    expect((await render({ dataFile, part: 'html' })).stdout).toMatch(/^<!DOCTYPE html>/);
  });

  test('what roxctl prints', async () => {
    const dataFile = path.join(import.meta.dirname, '../fixtures/roxctl/image-check.json');
    const { code, stdout } = await render({ dataFile, part: 'subject' });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\[EVENT:3\] 1 critical, 1 high, 1 low: /)]);
    const nothing = await render({ dataFile: file('clean.json', { results: [], summary: {} }) });
    expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringMatching(/: there is no alert in it\n$/)]);
  });

  test("a body of RHACS' webhook, with the mail that its alert would get", async () => {
    const dataFile = path.join(import.meta.dirname, '../fixtures/rhacs/03-runtime-processes.json');
    const { stdout } = await render({ dataFile });
    expect(stdout).toMatch(/^Subject: \[FIRING:1\] Low: Deployment invoice-worker /);
    expect(stdout).toContain('   └─ apt-get install -y --no-install-recommends netcat-openbsd\n');
  });

  test("the user's own templates", async () => {
    file('mine/subject.hbs', '{{receiver}} {{len alerts}}');
    const { stdout } = await render({
      dataFile: file('body.json', BODY),
      name: 'mine',
      part: 'subject',
      templates: [`${dir}/mine/*.hbs`],
    });
    expect(stdout).toBe('ops 2\n');
  });

  test.each([
    ['none.json', undefined, 'FILE: there is no such file'],
    ['bad.json', '{"a": }', 'FILE: not valid JSON: '],
    ['body.yml', 'receiver: ops\nstatus: firing\n', `FILE: not valid JSON: Unexpected token 'r', "receiver: "...\n`],
    ['lines.json', '{"a":\n\n b}', `FILE: not valid JSON: Unexpected token 'b', "{"a": b}"\n`],
    ['list.json', [], 'FILE: expected a JSON object'],
    [
      'other.json',
      { a: 1 },
      'FILE: neither a webhook body (it has no "alerts") nor a payload of rhacs, alauda, roxctl',
    ],
    ['empty.json', { alerts: [] }, 'FILE: alerts: expected a list with at least one alert'],
    ['label.json', { alerts: [{ labels: { a: 1 } }] }, 'FILE: alerts[0].labels.a: expected a text'],
    ['nolabel.json', { alerts: [{}] }, 'FILE: alerts[0].labels: at least one label is needed'],
    [
      'time.json',
      { alerts: [{ labels: { a: '1' }, startsAt: 'noon' }] },
      'FILE: alerts[0].startsAt: not a time: "noon"',
    ],
  ])('%s', async (name, content, message) => {
    const dataFile = content === undefined ? path.join(dir, name) : file(name, content);
    const { code, stdout, stderr } = await render({ dataFile });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.startsWith(`tocsin: ${message.replace('FILE', dataFile)}`)).toBe(true);
  });

  test('a template that there is not', async () => {
    const { code, stderr } = await render({ dataFile: file('body.json', BODY), name: 'rhac' });
    expect([code, stderr.split(' (')[0]]).toEqual([
      1,
      'tocsin: there is no email template "rhac"; did you mean "rhacs"?',
    ]);
  });

  test.each([
    [['render'], 'tocsin template: --data is missing; see tocsin template --help\n'],
    [['show'], 'tocsin template: expected render, found "show"; see'],
    [
      ['render', '--data', 'x', '--part', 'body'],
      'tocsin template: invalid value for --part: expected one of subject, html, text, found "body"; see',
    ],
    [['render', '--dat', 'x'], "tocsin template: unknown long flag '--dat', did you mean '--data'?; see"],
  ])('%j', async (args, message) => {
    const out = output();
    expect(await runCommand(template, args, out)).toBe(1);
    expect(out.texts.stderr.startsWith(message)).toBe(true);
  });
});

describe("with amtool's flags", () => {
  const amtool = async (...args: string[]) => {
    const out = output();
    return { code: await runCommand(template, ['render', ...args], out), ...out.texts };
  };

  test.each([
    ['go-define-and-template', 'text'],
    ['go-file-order', 'text'],
    ['go-html-links', 'html'],
    ['go-no-such-field', 'text'],
    ['go-missing-end', 'text'],
  ])('%s prints what amtool prints', async (name, type) => {
    const fixtures = path.join(import.meta.dirname, '../fixtures/gotemplates');
    const { data, cases } = JSON.parse(readFileSync(path.join(fixtures, 'cases.json'), 'utf8'));
    const golden = JSON.parse(readFileSync(path.join(fixtures, 'golden.json'), 'utf8'))[name];
    const one = cases.find((candidate: { name: string }) => candidate.name === name);
    for (const [relative, content] of Object.entries(one.files ?? {})) file(`${name}/${relative}`, content);
    const result = await amtool(
      `--template.glob=${path.join(dir, name)}/*.tmpl`,
      `--template.text=${one.text}`,
      `--template.type=${type}`,
      `--template.data=${file(`${name}.json`, data[one.data])}`,
    );
    const stderr = golden.stderr.replace(/^amtool: error: /, 'tocsin template: ').trim();
    expect({ ...result, stderr: result.stderr.trim() }).toEqual({ code: golden.code, stdout: golden.stdout, stderr });
  });

  test("without data it takes amtool's example, and an empty text is empty", async () => {
    const text = '{{ .Status }} {{ range .Alerts }}{{ .Fingerprint }} {{ .EndsAt.Sub .StartsAt }} {{ end }}';
    const result = await amtool('--template.glob=none/*', `--template.text=${text}`);
    expect(result).toEqual({ code: 0, stdout: 'alertstatus fingerprint1 5m0s fingerprint2 10m0s ', stderr: '' });
    expect((await amtool('--template.glob=none/*', '--template.text=')).stdout).toBe('');
  });

  test.each([
    [['--template.text=x'], '--template.glob is missing'],
    [['--template.glob=x'], '--template.text is missing'],
    [['--template.glob=x', '--template.text=x', '--template.type=pdf'], 'expected one of text, html, found "pdf"'],
    [['--template.glob=x', '--template.text=x', '--template.data=/none'], 'open /none: no such file or directory'],
    [['--template.glob=[x', '--template.text=x'], 'syntax error in pattern'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await amtool(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });
});
