import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJsonMap } from '../go-json.ts';
import { groupHash } from '../group-hash.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import type { Receiver } from '../receiver.ts';
import { secretForSend } from '../secret.ts';
import { renderAll, textCompiler } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { victoropsSchema } from './config.ts';

/** `victorops_configs`. */
export const victorops = defineReceiver({ ...victoropsSchema, create: createVictorOpsReceiver });

/** Code points. */
const MAX_STATE_MESSAGE = 20480;
const MESSAGE_TYPES = new Set(['INFO', 'WARNING', 'CRITICAL']);

/** Posts to the REST endpoint of Splunk On-Call (VictorOps), as Alertmanager does. */
function createVictorOpsReceiver(config: ConfigOf<typeof victoropsSchema>, context: ReceiverContext): Receiver {
  const compile = textCompiler('victorops', context.templates);
  const routingKey = compile('routing_key', config.routing_key);
  const messageType = compile('message_type', config.message_type ?? 'CRITICAL');
  const texts = {
    state_message: compile('state_message', config.state_message, 'victorops.default.state_message'),
    entity_display_name: compile(
      'entity_display_name',
      config.entity_display_name,
      'victorops.default.entity_display_name',
    ),
    monitoring_tool: compile('monitoring_tool', config.monitoring_tool, 'victorops.default.monitoring_tool'),
  };
  const custom = Object.fromEntries(
    Array.from(config.custom_fields ?? [], ([name, source]) => [name, compile(`custom_fields.${name}`, source)]),
  );
  const key = secretSource(config.api_key, config.api_key_file) as SecretSource;
  return createHttpReceiver(
    {
      kind: 'victorops',
      http: httpConfigOf(config),
      async request(data, notification) {
        const rendered = messageType(data);
        const firing = MESSAGE_TYPES.has(rendered) ? rendered : 'CRITICAL';
        const { state_message, ...rest } = renderAll(texts, data);
        const body = {
          ...renderAll(custom, data),
          ...rest,
          state_message: truncateRunes(state_message, MAX_STATE_MESSAGE),
          message_type: data.status === 'firing' ? firing : 'RECOVERY',
          entity_id: groupHash(notification),
        };
        const url = new URL(config.api_url as string);
        url.pathname += `${await secretForSend(key, 'api_key_file')}/${routingKey(data)}`;
        return jsonPost(url.href, goJsonMap(body));
      },
    },
    context,
  );
}
