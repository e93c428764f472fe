import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import type { TemplateData } from '../../templating/data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import { PermanentError, type Receiver, RetryableError } from '../receiver.ts';
import { secretForSend } from '../secret.ts';
import { type CompileText, renderAll, textCompiler, withoutEmpty } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { rocketchatSchema } from './config.ts';

/** `rocketchat_configs`. */
export const rocketchat = defineReceiver({ ...rocketchatSchema, create: createRocketchatReceiver });

type RocketchatConfig = ConfigOf<typeof rocketchatSchema>;

/** Code points. */
const MAX_TITLE = 1024;
const DEFAULT_COLOR = '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}';

/** Posts a message to Rocket.Chat by a user's token, as Alertmanager does. */
function createRocketchatReceiver(config: RocketchatConfig, context: ReceiverContext): Receiver {
  const compile = textCompiler('rocketchat', context.templates);
  const message = {
    channel: compile('channel', config.channel),
    text: compile('message_text', config.message_text),
    emoji: compile('emoji', config.emoji, 'rocketchat.default.emoji'),
    avatar: compile('icon_url', config.icon_url, 'rocketchat.default.iconurl'),
  };
  const attachment = {
    title: compile('title', config.title, 'rocketchat.default.title'),
    title_link: compile('title_link', config.title_link, 'rocketchat.default.titlelink'),
    text: compile('text', config.text, 'rocketchat.default.text'),
    image_url: compile('image_url', config.image_url),
    thumb_url: compile('thumb_url', config.thumb_url),
    color: compile('color', config.color ?? DEFAULT_COLOR),
  };
  const fields = compileFields(config, compile);
  const actions = compileActions(config, compile);
  const token = secretSource(config.token, config.token_file) as SecretSource;
  const userId = secretSource(config.token_id, config.token_id_file) as SecretSource;
  const url = new URL('api/v1/chat.postMessage', `${config.api_url}`.replace(/\/*$/, '/')).href;
  return createHttpReceiver(
    {
      kind: 'rocketchat',
      http: httpConfigOf(config),
      async request(data) {
        const { title, ...rest } = renderAll(attachment, data);
        const part = withoutEmpty({
          title: truncateRunes(title, MAX_TITLE),
          ...rest,
          fields: fields.map((field) => field(data)),
          actions: actions.map((action) => action(data)),
        });
        const headers = {
          'X-Auth-Token': await secretForSend(token, 'token_file'),
          'X-User-Id': await secretForSend(userId, 'token_id_file'),
        };
        const login = { headers, secrets: Object.values(headers) };
        return jsonPost(url, goJson({ ...withoutEmpty(renderAll(message, data)), attachments: [part] }), login);
      },
      accept,
    },
    context,
  );
}

type Part = (data: TemplateData) => object;

function compileFields({ fields = [], short_fields = false }: RocketchatConfig, compile: CompileText): Part[] {
  return fields.map(({ title, value, short }, i) => {
    const texts = { title: compile(`fields[${i}].title`, title), value: compile(`fields[${i}].value`, value) };
    return (data) => ({ short: short ?? short_fields, ...withoutEmpty(renderAll(texts, data)) });
  });
}

function compileActions({ actions = [] }: RocketchatConfig, compile: CompileText): Part[] {
  return actions.map(({ text, url, msg }, i) => {
    const texts = {
      text: compile(`actions[${i}].text`, text),
      url: compile(`actions[${i}].url`, url),
      msg: compile(`actions[${i}].msg`, msg),
    };
    return (data) => ({
      type: 'button',
      ...withoutEmpty(renderAll(texts, data)),
      is_webview: false,
      msg_in_chat_window: false,
    });
  });
}

/** Rocket.Chat says in a 200 what it refused. */
function accept({ body }: HttpResponse): void {
  let answer: { readonly success?: unknown; readonly error?: unknown } | null;
  try {
    answer = JSON.parse(body) as typeof answer;
  } catch {
    throw new RetryableError('rocketchat: the answer is not JSON', 'clientError');
  }
  if (answer?.success === true) return;
  throw new PermanentError(
    `error response from Rocket.Chat: ${String(answer?.error ?? '').slice(0, 300)}`,
    'clientError',
  );
}
