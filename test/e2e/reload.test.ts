import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertmanagerLike } from '../support/alertmanager.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin } from '../support/tocsin.ts';
import { mailConfig, mailsOf, postJson } from './support.ts';

let smtp: TestSmtpServer;
let tocsin: AlertmanagerLike;

beforeAll(async () => {
  smtp = await TestSmtpServer.start();
  tocsin = await startTocsin(mailConfig(smtp.smarthost));
});

afterAll(async () => {
  await tocsin?.stop();
  await smtp?.close();
});

const push = (alertname: string): Promise<Response> =>
  postJson(`${tocsin.url}/api/v2/alerts`, [{ labels: { alertname } }]);
const withSubject = (subject: string): string =>
  `${mailConfig(smtp.smarthost)}    headers: { Subject: '${subject}' }\n`;
const subjects = (): (string | undefined)[] => smtp.mails.map(({ parsed }) => parsed.subject);

test('POST /-/reload and SIGHUP bring the new file into force, and what was notified is not notified again', async () => {
  await push('One');
  await mailsOf(smtp, tocsin, 1);
  tocsin.configure(withSubject('second file: {{groupLabels.alertname}}'));
  expect((await fetch(`${tocsin.url}/-/reload`, { method: 'POST' })).status).toBe(200);
  await push('Two');
  await mailsOf(smtp, tocsin, 2);
  tocsin.configure(withSubject('third file: {{groupLabels.alertname}}'));
  tocsin.process.signal('SIGHUP');
  await tocsin.process.waitForOutput(/(?:Completed loading[\s\S]*){2}/);
  await push('Three');
  await mailsOf(smtp, tocsin, 3);
  expect(subjects()).toEqual(['[FIRING:1] One', 'second file: Two', 'third file: Three']);
});

test('a bad file changes nothing and says why', async () => {
  tocsin.configure(withSubject('{{#if groupLabels}}x'));
  const answer = await fetch(`${tocsin.url}/-/reload`, { method: 'POST' });
  expect(answer.status).toBe(500);
  expect((await answer.text()).replace(tocsin.directory, '')).toBe(
    'failed to reload config: /config.yml:17:25: receivers[0].email_configs[0].headers.Subject: syntax error near "{{#if groupLabels}}x": a block or a tag is not closed\n',
  );
  const metrics = await (await fetch(`${tocsin.url}/metrics`)).text();
  expect(metrics).toContain('\nalertmanager_config_last_reload_successful 0\n');
  await push('Four');
  await mailsOf(smtp, tocsin, 4);
  expect(subjects().at(-1)).toBe('third file: Four');
});
