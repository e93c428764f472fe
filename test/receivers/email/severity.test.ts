import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { alertKinds } from '../../../src/sources/registry.ts';
import { createTemplates } from '../../../src/templating/create-templates.ts';
import { TestSmtpServer } from '../../support/smtp-server.ts';
import { fixture, rhacsAlert } from '../../templating/support.ts';
import { testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { notificationOf } from '../support/notification.ts';
import { never } from '../support/until.ts';

type Body = { alert: { policy: { name: string; severity: string }; deployment: { name: string } } };

const css = readFileSync(new URL('../../../templates/styles.css', import.meta.url), 'utf8');
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function violation(severity: string, name = 'checkout-api'): NotifiedAlert {
  const body = structuredClone(fixture('01-deploy-email-annotation.json')) as Body;
  body.alert.policy.severity = `${severity}_SEVERITY`;
  body.alert.deployment.name = name;
  return { alert: rhacsAlert(body), status: 'firing' };
}

async function send(...alerts: NotifiedAlert[]) {
  const server = await TestSmtpServer.start();
  const templates = await createTemplates({ userGlobs: [], kinds: alertKinds });
  const receiver = createEmailReceiver(emailConfig(server), { ...(await testContext()), templates });
  open.push(server, receiver);
  await receiver.send(notificationOf(alerts), never);
  const [mail] = server.mails;
  if (!mail) throw new Error('no mail came');
  const header = (name: string) => new RegExp(`^${name}: (.*?)\r$`, 'm').exec(mail.raw)?.[1];
  return { subject: mail.parsed.subject, html: mail.parsed.html || '', text: mail.parsed.text ?? '', header };
}

/** The background that styles.css gives a severity's band. */
function colour(severity: string): string {
  const [, background = 'none'] = new RegExp(`\\.tone-${severity} \\{ background: (#\\w+)`).exec(css) ?? [];
  return background;
}

it.each([
  ['CRITICAL', '1 (Highest)', 'high'],
  ['HIGH', '2 (High)', 'high'],
  ['MEDIUM', undefined, undefined],
  ['LOW', undefined, undefined],
])('%s is seen in the subject, the colour and the priority', async (severity, priority, importance) => {
  const word = severity.toLowerCase();
  const { subject, html, header } = await send(violation(severity));
  expect(subject).toMatch(new RegExp(`^\\[FIRING:1\\] ${word}: Deployment `, 'i'));
  expect([header('X-Priority'), header('Importance')]).toEqual([priority, importance]);
  const [beforeTitle = ''] = html.split('<h1');
  expect(colour(word)).toMatch(/^#/);
  expect(beforeTitle.slice(beforeTitle.lastIndexOf('background'))).toContain(colour(word));
});

it('the worst comes first and speaks for all of an email', async () => {
  const order = ['LOW', 'CRITICAL', 'MEDIUM', 'HIGH'];
  const { subject, html, text, header } = await send(...order.map((severity) => violation(severity, `is-${severity}`)));
  expect(subject).toBe(
    '[FIRING:4] 1 critical, 1 high, 1 medium, 1 low: Privileged Container in cluster prod-eu-1, namespace shop',
  );
  expect(header('X-Priority')).toBe('1 (Highest)');
  const worstFirst = ['is-CRITICAL', 'is-HIGH', 'is-MEDIUM', 'is-LOW'];
  for (const part of [html, text]) {
    const places = worstFirst.map((name) => part.indexOf(name));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  }
});
