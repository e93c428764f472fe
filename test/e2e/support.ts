import type { AlertmanagerLike } from '../support/alertmanager.ts';
import type { ReceivedMail, TestSmtpServer } from '../support/smtp-server.ts';

/** Where every test's mails go. */
export const RECIPIENT = 'soc@example.org';

/**
 * A configuration that mails each group at once, new alerts of a group a second later.
 * @param route further lines of the root route, each indented by two
 */
export function mailConfig(smarthost: string, route = ''): string {
  return `
global:
  smtp_smarthost: ${smarthost}
  smtp_from: Tocsin <tocsin@example.org>
  smtp_require_tls: false
route:
  receiver: soc
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
${route}
receivers:
- name: soc
  email_configs:
  - to: ${RECIPIENT}
    send_resolved: true
`;
}

/** All mails once there are `count`; a failure shows what the program said. */
export async function mailsOf(
  smtp: TestSmtpServer,
  { process }: Pick<AlertmanagerLike, 'process'>,
  count: number,
): Promise<readonly ReceivedMail[]> {
  await process.waitFor(`mail ${count} (there are ${smtp.mails.length})`, () => smtp.mails.length >= count);
  return smtp.mails;
}

export function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

/** A body's text without line breaks, however it was wrapped. */
export function unwrapped(text: string | false | undefined): string {
  return (text || '').replaceAll(/\s+/g, ' ');
}
