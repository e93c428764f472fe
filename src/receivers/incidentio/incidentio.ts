import { toHttpConfig } from '../../config/http-client.ts';
import { defaultHttpValues } from '../../config/http-config.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJsonMap } from '../go-json.ts';
import { answerText, createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import type { Receiver } from '../receiver.ts';
import { secretForSend } from '../secret.ts';
import { renderAll, textCompiler } from '../texts.ts';
import { webhookBody } from '../webhook/body.ts';
import { incidentioSchema } from './config.ts';

/** `incidentio_configs`. */
export const incidentio = defineReceiver({ ...incidentioSchema, create: createIncidentIoReceiver });

/** incident.io's limit of a body, bytes. */
const MAX_BODY = 524_288;

/** Posts to an alert source of incident.io, as Alertmanager does: the webhook's body and the entry's metadata. */
function createIncidentIoReceiver(config: ConfigOf<typeof incidentioSchema>, context: ReceiverContext): Receiver {
  const compile = textCompiler('incidentio', context.templates);
  const metadata = Object.fromEntries(
    Array.from(config.metadata ?? [], ([name, source]) => [name, compile(`metadata.${name}`, source)]),
  );
  const { authorization: _own, ...rest } = config.http_config ?? defaultHttpValues;
  const token = secretSource(config.alert_source_token, config.alert_source_token_file);
  const http = toHttpConfig(token ? rest : (config.http_config ?? defaultHttpValues));
  const retried = RETRIED_STATUSES;
  const sender = createHttpSender({ kind: 'incidentio', http, timeout: config.timeout, retried, details }, context);
  const maxAlerts = config.max_alerts ?? 0;

  return {
    async send(notification, signal) {
      const url = config.url ?? (await secretForSend({ file: config.url_file as string }, 'url_file'));
      const build = async (limit: number): Promise<string> => {
        const alerts = limit > 0 ? notification.alerts.slice(0, limit) : notification.alerts;
        const data = await buildDataInTurns({ ...notification, alerts }, context);
        const texts = renderAll(metadata, data);
        const more = config.metadata?.size ? [`"metadata":${goJsonMap(texts)}`] : [];
        const truncated = notification.alerts.length - alerts.length + data.truncatedAlerts;
        return await webhookBody(data, truncated, '1', more);
      };
      const whole = await build(maxAlerts);
      // What the limit leaves no place for is counted, which Alertmanager does not do.
      const body = Buffer.byteLength(whole) > MAX_BODY ? await build(1) : whole;
      const bearer = token && (await secretForSend(token, 'alert_source_token_file'));
      const headers = {
        'Content-Type': 'application/json',
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      };
      const request = { method: 'POST', url, headers, body, secrets: bearer === undefined ? [] : [bearer] } as const;
      const response = await sender.send(request, signal);
      return { response: answerText(response), refused: [] };
    },
    warmUp: () => sender.warmUp(),
    close: () => sender.close(),
  };
}

/** incident.io's error document; another body is not shown. */
function details({ body }: HttpResponse): string {
  try {
    const { message, error, errors } = JSON.parse(body) as Record<string, unknown>;
    const list = Array.isArray(errors) ? errors.map(String).join(', ') : '';
    return [message, error, list].filter((part) => typeof part === 'string' && part !== '').join(': ');
  } catch {
    return '';
  }
}
