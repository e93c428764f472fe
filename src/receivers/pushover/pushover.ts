import type { Secret, SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { TemplateData } from '../../templating/data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver } from '../http-receiver.ts';
import type { Receiver } from '../receiver.ts';
import { compileSecret, htmlCompiler, renderAll, textCompiler } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { pushoverSchema } from './config.ts';

/** `pushover_configs`. */
export const pushover = defineReceiver({ ...pushoverSchema, create: createPushoverReceiver });

const API = 'https://api.pushover.net/1/messages.json';
/** Pushover's limits, code points. */
const MAX_TITLE = 250;
const MAX_MESSAGE = 1024;
const MAX_URL = 512;
const DEFAULT_PRIORITY = '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}';
const DEFAULT_RETRY = 60_000;
const DEFAULT_EXPIRE = 3_600_000;

/** Posts to Pushover, everything in the query, as Alertmanager does. */
function createPushoverReceiver(config: ConfigOf<typeof pushoverSchema>, context: ReceiverContext): Receiver {
  const { templates } = context;
  const compile = textCompiler('pushover', templates);
  const compileMessage = config.html ? htmlCompiler('pushover', templates) : compile;
  const texts = {
    title: compile('title', config.title, 'pushover.default.title'),
    message: compileMessage('message', config.message, 'pushover.default.message'),
    url: compile('url', config.url, 'pushover.default.url'),
    url_title: compile('url_title', config.url_title),
    priority: compile('priority', config.priority ?? DEFAULT_PRIORITY),
    device: compile('device', config.device),
    sound: compile('sound', config.sound),
  };
  const secret = (key: string, value: Secret | undefined, file: string | undefined) =>
    compileSecret(key, secretSource(value, file) as SecretSource, 'pushover', templates);
  const token = secret('token', config.token, config.token_file);
  const user = secret('user_key', config.user_key, config.user_key_file);

  async function query(data: TemplateData): Promise<URLSearchParams> {
    const { title, message, url, ...rest } = renderAll(texts, data);
    return new URLSearchParams({
      token: await token(data),
      user: await user(data),
      title: truncateRunes(title, MAX_TITLE),
      message: truncateRunes(message, MAX_MESSAGE).trim() || '(no details)',
      url: truncateRunes(url, MAX_URL),
      ...rest,
      retry: String(Math.trunc((config.retry ?? DEFAULT_RETRY) / 1_000)),
      expire: String(Math.trunc((config.expire ?? DEFAULT_EXPIRE) / 1_000)),
      ...(config.html && { html: '1' }),
      ...(config.monospace && { monospace: '1' }),
      ...((config.ttl ?? 0) >= 1_000 && { ttl: String(Math.trunc((config.ttl ?? 0) / 1_000)) }),
    });
  }

  return createHttpReceiver(
    {
      kind: 'pushover',
      http: httpConfigOf(config),
      request: async (data) => ({
        method: 'POST',
        url: `${API}?${await query(data)}`,
        headers: { 'Content-Type': 'text/plain' },
      }),
    },
    context,
  );
}
