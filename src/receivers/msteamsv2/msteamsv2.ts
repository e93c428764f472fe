import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import type { Receiver } from '../receiver.ts';
import { renderAll, textCompiler } from '../texts.ts';
import { webhookUrl } from '../webhook-url.ts';
import { msteamsv2Schema } from './config.ts';

/** `msteamsv2_configs`. */
export const msteamsv2 = defineReceiver({ ...msteamsv2Schema, create: createMsTeamsV2Receiver });

/** Posts an adaptive card to a Teams workflow, as Alertmanager does. */
function createMsTeamsV2Receiver(config: ConfigOf<typeof msteamsv2Schema>, context: ReceiverContext): Receiver {
  const compile = textCompiler('msteamsv2', context.templates);
  const texts = {
    title: compile('title', config.title, 'msteamsv2.default.title'),
    text: compile('text', config.text, 'msteamsv2.default.text'),
  };
  const url = webhookUrl(config);
  return createHttpReceiver(
    {
      kind: 'msteamsv2',
      http: httpConfigOf(config),
      async request(data) {
        const { title, text } = renderAll(texts, data);
        return jsonPost(await url(), goJson(message(card(title, text, data.status))));
      },
    },
    context,
  );
}

function card(title: string, text: string, status: 'firing' | 'resolved'): object {
  const color = status === 'firing' ? 'Attention' : 'Good';
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [
      { type: 'TextBlock', text: title, weight: 'Bolder', size: 'Medium', wrap: true, style: 'heading', color },
      { type: 'TextBlock', text, wrap: true },
    ],
    msteams: { width: 'full' },
  };
}

function message(content: object): object {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return { type: 'message', attachments: [attachment] };
}
