import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpRequest } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { groupHash } from '../group-hash.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { jsonPost } from '../http-receiver.ts';
import { answerText, createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import type { Receiver } from '../receiver.ts';
import { compileSecret, textCompiler, withoutEmpty } from '../texts.ts';
import { compileAlert } from './alert.ts';
import { opsgenieSchema } from './config.ts';

/** `opsgenie_configs`. */
export const opsgenie = defineReceiver({ ...opsgenieSchema, create: createOpsgenieReceiver });

/** Creates and closes alerts of Opsgenie, as Alertmanager does. */
function createOpsgenieReceiver(config: ConfigOf<typeof opsgenieSchema>, context: ReceiverContext): Receiver {
  const { templates } = context;
  const compile = textCompiler('opsgenie', templates);
  const alert = compileAlert(config, compile);
  const source = compile('source', config.source, 'opsgenie.default.source');
  const keySource = secretSource(config.api_key, config.api_key_file) as SecretSource;
  const key = compileSecret('api_key', keySource, 'opsgenie', templates);
  const http = httpConfigOf(config);
  const sender = createHttpSender({ kind: 'opsgenie', http, retried: RETRIED_STATUSES }, context);

  return {
    async send(notification, signal) {
      const data = await buildDataInTurns(notification, context);
      const alias = groupHash(notification);
      const secret = await key(data);
      const login = { headers: { Authorization: `GenieKey ${secret}` }, secrets: [secret] };
      const to = (path: string): string => {
        const url = new URL(`v2/alerts${path}`, config.api_url);
        if (path !== '') url.searchParams.set('identifierType', 'alias');
        return url.href;
      };
      const requests: HttpRequest[] = [];
      if (data.status === 'resolved') {
        requests.push(jsonPost(to(`/${alias}/close`), goJson({ source: source(data) }), login));
      } else {
        const body = { ...alert(data), source: source(data) };
        requests.push(jsonPost(to(''), goJson({ alias, ...body }), login));
        const { message, description } = body;
        const put = (part: string, value: object): HttpRequest => ({
          ...jsonPost(to(`/${alias}/${part}`), goJson(withoutEmpty(value)), login),
          method: 'PUT',
        });
        if (config.update_alerts) requests.push(put('message', { message }), put('description', { description }));
      }
      let response = '';
      for (const request of requests) {
        const answer = await sender.send(request, signal);
        response = answerText(answer);
      }
      return { response, refused: [] };
    },
    warmUp: () => sender.warmUp(),
    close: () => sender.close(),
  };
}
