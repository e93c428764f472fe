import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import type { Receiver } from '../receiver.ts';
import { neverBlank, renderAll, textCompiler, withoutEmpty } from '../texts.ts';
import { truncateBytes } from '../truncate.ts';
import { webexSchema } from './config.ts';

/** `webex_configs`. */
export const webex = defineReceiver({ ...webexSchema, create: createWebexReceiver });

/** Webex's limit, bytes. */
const MAX_MESSAGE = 7439;

/** Posts a message in Markdown to a Webex room, as Alertmanager does. */
function createWebexReceiver(config: ConfigOf<typeof webexSchema>, context: ReceiverContext): Receiver {
  const compile = textCompiler('webex', context.templates);
  const texts = {
    message: neverBlank(compile)('message', config.message, 'webex.default.message'),
    room: compile('room_id', config.room_id),
  };
  return createHttpReceiver(
    {
      kind: 'webex',
      http: httpConfigOf(config),
      request(data) {
        const { message, room } = renderAll(texts, data);
        const body = { markdown: truncateBytes(message, MAX_MESSAGE), ...withoutEmpty({ roomId: room }) };
        return jsonPost(config.api_url as string, goJson(body));
      },
    },
    context,
  );
}
