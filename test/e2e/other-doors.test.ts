import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertmanagerLike } from '../support/alertmanager.ts';
import { run, temporaryDirectory } from '../support/process.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin, TOCSIN } from '../support/tocsin.ts';
import { mailConfig, mailsOf, RECIPIENT, unwrapped } from './support.ts';

const read = (name: string): string => readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
const directory = temporaryDirectory('other-doors');
const LOGIN = `Basic ${Buffer.from('ci:sesame').toString('base64')}`;

let smtp: TestSmtpServer;
let tocsin: AlertmanagerLike;

beforeAll(async () => {
  const webConfig = join(directory.path, 'web.yml');
  writeFileSync(webConfig, `basic_auth_users: { ci: '${hashSync('sesame', 4)}' }\n`);
  smtp = await TestSmtpServer.start();
  const route = '  routes:\n  - matchers: [\'source="roxctl"\']\n    group_by: [pipeline, image]';
  tocsin = await startTocsin(
    `${mailConfig(smtp.smarthost, route)}- name: other\n  email_configs: [{to: ${RECIPIENT}}]\n`,
    { flags: [`--web.config.file=${webConfig}`] },
  );
});

afterAll(async () => {
  await tocsin?.stop();
  await smtp?.close();
  directory.remove();
});

function post(path: string, body?: string, authorization = LOGIN): Promise<Response> {
  return fetch(tocsin.url + path, {
    method: 'POST',
    headers: { Authorization: authorization, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body }),
  });
}

test('a CI job posts the output of roxctl, and the findings come in one email, once', async () => {
  const path = `/webhooks/roxctl?${new URLSearchParams({
    pipeline: 'cart',
    branch: 'main',
    commit: '9f2c1e7',
    link: 'https://ci.example.org/cart/812',
    team: 'shop',
  })}`;
  const before = smtp.mails.length;
  for (let i = 0; i < 2; i++) {
    const answer = await post(path, read('roxctl/image-check'));
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: 3, rejected: [] }]);
  }
  const clean = await post(path, '{"summary":{"CRITICAL":0,"HIGH":0,"LOW":0,"MEDIUM":0,"TOTAL":0}}');
  expect([clean.status, await clean.json()]).toEqual([200, { accepted: 0, rejected: [] }]);
  const again = await post(path.replace('812', '813'), read('roxctl/image-check-protojson'));
  expect(again.status).toBe(200);
  const mails = await mailsOf(smtp, tocsin, before + 2);
  expect(mails.slice(before).map(({ parsed }) => parsed.subject)).toEqual([
    '[EVENT:3] 1 critical, 1 high, 1 low: Fixable Severity at least Important, Latest tag and Log4Shell: log4j Remote Code Execution vulnerability in image quay.io/acme-shop/cart:3.1.0-rc.2',
    "[EVENT:1] High: Image quay.io/acme-shop/cart:3.1.0-rc.2 violates 'Fixable Severity at least Important' Policy",
  ]);
  const text = unwrapped(mails[before]?.parsed.text);
  for (const shown of [
    '3 violations found: 1 critical, 1 high, 1 low; first on ',
    'Pipeline: cart',
    'Commit: 9f2c1e7',
    'team: shop',
    'Enforcement: build failed.',
    'Open the pipeline run: https://ci.example.org/cart/812',
  ]) {
    expect(text).toContain(shown);
  }
});

test('Alauda’s messages are shown as its own', async () => {
  const before = smtp.mails.length;
  expect((await post('/webhooks/alauda', read('rhacs/17-audit-message'))).status).toBe(200);
  const mails = await mailsOf(smtp, tocsin, before + 1);
  expect(mails[before]?.parsed.subject).toMatch(/^Alauda Container Security audit: carol@example\.com: /);
  expect(mails[before]?.parsed.text).toMatch(/^ALAUDA CONTAINER SECURITY AUDIT\n/);
});

test('the Test button of RHACS makes an email that says what it is', async () => {
  const before = smtp.mails.length;
  expect((await post('/webhooks/rhacs', read('rhacs/19-test-button'))).status).toBe(200);
  const { parsed } = (await mailsOf(smtp, tocsin, before + 1))[before] ?? {};
  expect(parsed?.subject).toBe('[TEST] Tocsin can reach you through receiver soc');
  expect(unwrapped(parsed?.text)).toContain('Someone sent a test: alerts reach you.');
});

test('the command line sends a test from the file and ends, whatever becomes of it', async () => {
  const before = smtp.mails.length;
  const sendTest = () => run(process.execPath, [TOCSIN, 'send-test', '--receiver=soc', `--config.file=${file}`]);
  const file = join(directory.path, 'tocsin.yml');
  writeFileSync(file, mailConfig(smtp.smarthost));
  expect(await sendTest()).toMatchObject({
    code: 0,
    stdout: `soc/email[0]: 250 2.0.0 Ok: queued as MAIL${before + 1}\n`,
  });
  const gone = await TestSmtpServer.start();
  writeFileSync(file, mailConfig(gone.smarthost));
  await gone.close();
  expect(await sendTest()).toMatchObject({ code: 1, stdout: expect.stringContaining('ECONNREFUSED') });
});

test('the API sends a test and gives the server’s words, to those who may', async () => {
  const before = smtp.mails.length;
  const path = '/api/tocsin/v1/receivers/soc/test?source=rhacs';
  expect((await post(path, undefined, 'Basic Y2k6d3Jvbmc=')).status).toBe(401);
  const answer = await post(path);
  const [mail] = (await mailsOf(smtp, tocsin, before + 1)).slice(before);
  expect([answer.status, await answer.json()]).toEqual([
    200,
    {
      ok: true,
      receiver: 'soc',
      integrations: [{ integration: 'email[0]', ok: true, answer: `250 2.0.0 Ok: queued as MAIL${before + 1}` }],
    },
  ]);
  expect(mail?.to).toEqual([RECIPIENT]);
  expect(mail?.parsed.subject).toMatch(/^\[TEST\] \[FIRING:1\] Medium: /);

  // Twice: a refusal on a connection that has carried an email is tried again on a fresh one.
  smtp.fail('RCPT', '550 5.1.1 No such user', { times: 2 });
  expect((await post(path)).status).toBe(429);
  const refused = await post(path.replace('soc', 'other'));
  expect([refused.status, await refused.json()]).toEqual([
    502,
    {
      ok: false,
      receiver: 'other',
      integrations: [
        {
          integration: 'email[0]',
          ok: false,
          error: 'send RCPT command: all recipients refused: soc@example.org: 550 5.1.1 No such user',
        },
      ],
    },
  ]);
});
