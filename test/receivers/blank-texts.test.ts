import { afterEach, expect, it } from 'vitest';
import { load } from '../config/support.ts';
import { TestHttpServer } from '../support/http-server.ts';
import { testContext } from './support/context.ts';
import { alertWith, notificationOf } from './support/notification.ts';
import { never } from './support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const MISSING = '{{ .CommonAnnotations.nothing }} ';
const NAMES_IT = /DiskFull/;
const json = (body: string) => JSON.parse(body) as Record<string, unknown>;

/** Each of these services answers 400 or 422 to a message without the text. */
it.each<[string, (url: string) => object, (body: string) => unknown]>([
  [
    'pagerduty',
    (url) => ({ routing_key: 'k', url, description: MISSING }),
    (body) => (json(body).payload as { summary: string }).summary,
  ],
  [
    'discord',
    (webhook_url) => ({ webhook_url, title: '', message: MISSING }),
    (body) => (json(body).embeds as { description: string }[])[0]?.description,
  ],
  ['opsgenie', (api_url) => ({ api_key: 'k', api_url, message: MISSING }), (body) => json(body).message],
  ['telegram', (api_url) => ({ bot_token: 't', chat_id: 1, api_url, message: MISSING }), (body) => json(body).text],
  [
    'telegram',
    (api_url) => ({ bot_token: 't', chat_id: 1, api_url, message: MISSING, parse_mode: '' }),
    (body) => json(body).text,
  ],
  [
    'sns',
    (api_url) => ({
      topic_arn: 'arn:aws:sns:eu-west-1:123456789012:ops',
      api_url,
      message: MISSING,
      sigv4: { region: 'eu-west-1', access_key: 'a', secret_key: 's' },
    }),
    (body) => new URLSearchParams(body).get('Message'),
  ],
  [
    'jira',
    (api_url) => ({ api_url, project: 'P', issue_type: 'Bug', summary: MISSING }),
    (body) => (json(body).fields as { summary?: string }).summary,
  ],
  [
    'webex',
    (api_url) => ({ api_url, room_id: 'r', message: MISSING, http_config: { authorization: { credentials: 'c' } } }),
    (body) => json(body).markdown,
  ],
])('%s gets its default where the text that it requires comes out blank', async (kind, entry, textOf) => {
  const server = await TestHttpServer.start(({ url }) => ({
    status: 200,
    body: url.includes('search') ? '{"issues":[]}' : '{"ok":true,"result":{"message_id":1},"key":"P-1"}',
  }));
  const receivers = [{ name: 'r', [`${kind}_configs`]: [entry(server.url('/'))] }];
  const config = load(JSON.stringify({ route: { receiver: 'r' }, receivers }));
  const receiver = config.receivers[0]?.integrations[0]?.build(await testContext());
  if (!receiver) throw new Error('no receiver');
  open.push(server, receiver);
  await receiver.send(notificationOf([alertWith({ alertname: 'DiskFull' })]), never).catch(() => undefined);
  expect(textOf(server.requests.at(-1)?.body ?? '')).toMatch(NAMES_IT);
});
