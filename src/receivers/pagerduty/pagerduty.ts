import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { jsonPost } from '../http-receiver.ts';
import { answerText, createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import { PermanentError, type Receiver } from '../receiver.ts';
import { compileSecret } from '../texts.ts';
import { pagerdutySchema } from './config.ts';
import { compileEventV1, compileEventV2 } from './event.ts';

/** `pagerduty_configs`. */
export const pagerduty = defineReceiver({ ...pagerdutySchema, create: createPagerDutyReceiver });

const API_V1 = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';

/** Sends events to PagerDuty, as Alertmanager does: API v1 with a service key, else v2 with a routing key. */
function createPagerDutyReceiver(config: ConfigOf<typeof pagerdutySchema>, context: ReceiverContext): Receiver {
  const serviceKey = secretSource(config.service_key, config.service_key_file);
  const routingKey = secretSource(config.routing_key, config.routing_key_file) as SecretSource;
  const isV1 = serviceKey !== undefined;
  const name = isV1 ? 'service_key' : 'routing_key';
  const key = compileSecret(name, serviceKey ?? routingKey, 'pagerduty', context.templates);
  const compileEvent = isV1 ? compileEventV1 : compileEventV2;
  const event = compileEvent(config, context.templates);
  const http = httpConfigOf(config);
  // API v1 answers 403 where v2 answers 429.
  const retried = isV1 ? [...RETRIED_STATUSES, 403] : RETRIED_STATUSES;
  const sender = createHttpSender({ kind: 'pagerduty', http, timeout: config.timeout, retried, details }, context);
  const url = isV1 ? API_V1 : (config.url as string);

  return {
    async send(notification, signal) {
      const data = await buildDataInTurns(notification, context);
      const secret = await key(data);
      if (secret === '') throw new PermanentError(`${name} is empty`, 'configError');
      const response = await sender.send(
        jsonPost(url, event(data, notification, secret), { secrets: [secret] }),
        signal,
      );
      return { response: answerText(response), refused: [] };
    },
    warmUp: () => sender.warmUp(),
    close: () => sender.close(),
  };
}

/** What PagerDuty says of a bad request. Other bodies are not shown. */
function details({ status, body }: HttpResponse): string {
  if (status !== 400) return '';
  try {
    const { message, errors } = JSON.parse(body) as { message?: unknown; errors?: unknown };
    const list = Array.isArray(errors) ? errors.map(String).join(',') : '';
    return [typeof message === 'string' ? message : '', list].filter(Boolean).join(': ');
  } catch {
    return '';
  }
}
