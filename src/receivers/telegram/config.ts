import { atMostOne } from '../../config/exclusive.ts';
import { hidden, withDefault } from '../../config/field.ts';
import type { Place } from '../../config/place.ts';
import { bool, goDuration, int, secret, string, url, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

const globals = {
  telegram_api_url: withDefault(url, 'https://api.telegram.org'),
  telegram_bot_token: hidden(secret),
  telegram_bot_token_file: hidden(workingPath),
};

export const telegramSchema = receiverSchema({
  kind: 'telegram',
  sendResolvedDefault: true,
  shape: {
    api_url: url,
    bot_token: secret,
    bot_token_file: hidden(workingPath),
    // Alertmanager 0.25 requires one; see `mask`.
    chat_id: { ...int, mask: -1 },
    chat_id_file: hidden(workingPath),
    message_thread_id: hidden(int),
    message: template,
    disable_notifications: bool,
    parse_mode: string,
    timeout: hidden(goDuration),
  },
  globals,
  defaults: {
    ...defaultTemplates('telegram', { message: 'message' }),
    parse_mode: 'HTML',
  },
  resolve(values, place, global) {
    atMostOne(place, values, ['bot_token', 'bot_token_file']);
    if (!values.chat_id && !values.chat_id_file && !isWrong(place, 'chat_id'))
      place.report('missing chat_id or chat_id_file on telegram_config');
    if (values.chat_id) atMostOne(place, values, ['chat_id', 'chat_id_file']);
    if (values.parse_mode && !['Markdown', 'MarkdownV2', 'HTML'].includes(values.parse_mode)) {
      const expected = 'must be Markdown, MarkdownV2, HTML or empty string';
      place.near('parse_mode').report(`unknown parse_mode on telegram_config, ${expected}`);
    }
    const own = values.bot_token || values.bot_token_file;
    const bot_token = own ? values.bot_token : global.telegram_bot_token;
    const bot_token_file = own ? values.bot_token_file : global.telegram_bot_token_file;
    if (!bot_token && !bot_token_file) place.report('missing bot_token or bot_token_file on telegram_config');
    return { ...values, bot_token, bot_token_file, api_url: values.api_url ?? global.telegram_api_url };
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, bot_token, bot_token_file, chat_id, chat_id_file, message_thread_id }) => [
    api_url,
    bot_token,
    bot_token_file,
    chat_id,
    chat_id_file,
    message_thread_id,
  ],
});

/** There and reported. */
function isWrong(place: Place, key: string): boolean {
  const node = place.at(key)?.node;
  return node !== undefined && !(node.kind === 'scalar' && Number(node.text) === 0);
}
