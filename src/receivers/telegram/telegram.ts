import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import { RETRIED_STATUSES, statusReason } from '../http-sender.ts';
import { PermanentError, type Receiver, RetryableError } from '../receiver.ts';
import { secretForSend } from '../secret.ts';
import { htmlCompiler, neverBlank, textCompiler } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { telegramSchema } from './config.ts';
import { isTooLongHtml } from './visible-text.ts';

/** `telegram_configs`. */
export const telegram = defineReceiver({ ...telegramSchema, create: createTelegramReceiver });

const DEFAULT_MESSAGE = 'telegram.default.message';
/** Code points. */
const MAX_MESSAGE = 4096;
/** What Alertmanager sends in place of an HTML message over the limit, which cannot be cut without breaking its markup. */
const TOO_LONG =
  'Alertmanager notification could not be sent: message length exceeds Telegram limits.\n' +
  '\t\t\tPlease check the template used for producing the message content.';

/** Sends a message by a bot, as Alertmanager does. */
function createTelegramReceiver(config: ConfigOf<typeof telegramSchema>, context: ReceiverContext): Receiver {
  const mode = config.parse_mode ?? 'HTML';
  const compile = (mode === 'HTML' ? htmlCompiler : textCompiler)('telegram', context.templates);
  const render = neverBlank(compile)('message', config.message, DEFAULT_MESSAGE);
  const token = secretSource(config.bot_token, config.bot_token_file) as SecretSource;

  async function chatId(): Promise<string> {
    if (config.chat_id) return String(config.chat_id);
    const text = await secretForSend({ file: config.chat_id_file as string }, 'chat_id_file');
    if (!/^-?\d{1,19}$/.test(text)) throw new PermanentError('chat_id_file: expected a number');
    return text;
  }

  return createHttpReceiver(
    {
      kind: 'telegram',
      http: httpConfigOf(config),
      timeout: config.timeout,
      async request(data) {
        const message = render(data);
        const url = `${config.api_url}/bot${await secretForSend(token, 'bot_token_file')}/sendMessage`;
        const text =
          mode === 'HTML' ? (isTooLongHtml(message) ? TOO_LONG : message) : truncateRunes(message, MAX_MESSAGE);
        const body = {
          chat_id: await chatId(),
          text,
          disable_web_page_preview: 'true',
          ...(config.disable_notifications && { disable_notification: 'true' }),
          ...(config.message_thread_id && { message_thread_id: String(config.message_thread_id) }),
          ...(mode !== '' && { parse_mode: mode }),
        };
        return jsonPost(url, goJson(body));
      },
      judge,
    },
    context,
  );
}

interface TelegramAnswer {
  readonly ok?: unknown;
  readonly error_code?: unknown;
  readonly description?: unknown;
  readonly parameters?: { readonly retry_after?: unknown };
}

/**
 * Telegram's verdict is in the body, whatever the status. A refusal of the message, the chat or the token stays one, where
 * Alertmanager tries again until the deadline; `retry_after` (s) is waited for.
 */
function judge({ status, body, retryAfter }: HttpResponse): void {
  let answer: TelegramAnswer = {};
  try {
    answer = (JSON.parse(body) ?? {}) as TelegramAnswer;
  } catch {
    throw new RetryableError(`telegram: the answer is no JSON (status ${status})`, statusReason(status), {
      retryAfter,
    });
  }
  if (answer.ok === true) return;
  const code = typeof answer.error_code === 'number' ? answer.error_code : status;
  const message = `telegram: ${String(answer.description ?? 'no description').slice(0, 300)} (${code})`;
  if (code < 500 && code >= 400 && !RETRIED_STATUSES.includes(code))
    throw new PermanentError(message, statusReason(code));
  const seconds = answer.parameters?.retry_after;
  const wait = typeof seconds === 'number' ? seconds * 1_000 : retryAfter;
  throw new RetryableError(message, statusReason(code), { retryAfter: wait });
}
