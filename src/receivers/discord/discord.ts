import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import type { Receiver } from '../receiver.ts';
import { renderAll, textCompiler, withoutEmpty } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { webhookUrl } from '../webhook-url.ts';
import { discordSchema } from './config.ts';

/** `discord_configs`. */
export const discord = defineReceiver({ ...discordSchema, create: createDiscordReceiver });

/** Discord's limits, code points. */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_CONTENT = 2000;
/** 0x992D22 and 0x2ECC71. */
const COLORS = { firing: 10038562, resolved: 3066993 };

/** Posts one embed to a Discord webhook, as Alertmanager does. */
function createDiscordReceiver(config: ConfigOf<typeof discordSchema>, context: ReceiverContext): Receiver {
  const compile = textCompiler('discord', context.templates);
  const texts = {
    title: compile('title', config.title, 'discord.default.title'),
    message: compile('message', config.message, 'discord.default.message'),
    content: compile('content', config.content, 'discord.default.content'),
  };
  const standard = compile('message', undefined, 'discord.default.message');
  const url = webhookUrl(config);
  const avatar = config.avatar_url && URL.canParse(config.avatar_url) ? config.avatar_url : '';
  return createHttpReceiver(
    {
      kind: 'discord',
      http: httpConfigOf(config),
      async request(data) {
        const { title, message, content } = renderAll(texts, data);
        const embed = {
          title: truncateRunes(title, MAX_TITLE),
          // Discord refuses a message without any text.
          description: truncateRunes(
            `${title}${message}${content}`.trim() === '' ? standard(data) : message,
            MAX_DESCRIPTION,
          ),
          color: COLORS[data.status],
        };
        const sender = withoutEmpty({ username: config.username, avatar_url: avatar });
        return jsonPost(
          await url(),
          goJson({ content: truncateRunes(content, MAX_CONTENT), embeds: [embed], ...sender }),
        );
      },
    },
    context,
  );
}
