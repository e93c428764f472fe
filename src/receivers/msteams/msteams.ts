import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import type { Receiver } from '../receiver.ts';
import { renderAll, textCompiler } from '../texts.ts';
import { webhookUrl } from '../webhook-url.ts';
import { msteamsSchema } from './config.ts';

/** `msteams_configs`. */
export const msteams = defineReceiver({ ...msteamsSchema, create: createMsTeamsReceiver });

const COLORS = { firing: '8C1A1A', resolved: '2DC72D' };

/** Posts a MessageCard to an Office 365 connector, as Alertmanager does. */
function createMsTeamsReceiver(config: ConfigOf<typeof msteamsSchema>, context: ReceiverContext): Receiver {
  const compile = textCompiler('msteams', context.templates);
  const texts = {
    title: compile('title', config.title, 'msteams.default.title'),
    summary: compile('summary', config.summary, 'msteams.default.summary'),
    text: compile('text', config.text, 'msteams.default.text'),
  };
  const url = webhookUrl(config);
  return createHttpReceiver(
    {
      kind: 'msteams',
      http: httpConfigOf(config),
      async request(data) {
        const card = {
          '@context': 'http://schema.org/extensions',
          type: 'MessageCard',
          ...renderAll(texts, data),
          themeColor: COLORS[data.status],
        };
        return jsonPost(await url(), goJson(card));
      },
    },
    context,
  );
}
