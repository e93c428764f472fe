import { gzipSync } from 'node:zlib';
import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import { formatTime } from '../../time/timestamp.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { createEventReceiver } from '../events/event-receiver.ts';
import { type Pruned, prune } from '../events/prune.ts';
import { httpConfigOf } from '../http-config-of.ts';
import type { Receiver } from '../receiver.ts';
import { secretForSend } from '../secret.ts';
import { renderAll, textCompiler, withoutEmpty } from '../texts.ts';
import { sumologicSchema } from './config.ts';

/** `sumologic_configs`. */
export const sumologic = defineReceiver({ ...sumologicSchema, create: createSumoLogicReceiver });

/** Bytes of one request before compression; Sumo Logic recommends 100 KB to 1 MB. */
const MAX_REQUEST = 1_000_000;

/** Sends events to an HTTP source of Sumo Logic: a line each, its time first, where Sumo Logic looks for it. */
function createSumoLogicReceiver(config: ConfigOf<typeof sumologicSchema>, context: ReceiverContext): Receiver {
  const url = secretSource(config.url, config.url_file) as SecretSource;
  const compile = textCompiler('sumologic', context.templates);
  const fields = Object.fromEntries(
    Array.from(config.fields ?? [], ([name, source]) => [name, compile(`fields.${name}`, source)]),
  );
  const limit = config.max_event_size as number;

  return createEventReceiver(
    {
      kind: 'sumologic',
      http: httpConfigOf(config),
      timeout: config.timeout,
      // Fields are a header of the request.
      maxEvents: config.fields?.size ? 1 : 1_000,
      maxBytes: MAX_REQUEST,
      encode(event) {
        const { body } = event.document;
        const encode = (pruned: object, { violations, processes, labels }: Pruned['omitted']): string =>
          JSON.stringify({
            timestamp: formatTime(event.time),
            ...pruned,
            tocsin: {
              fingerprint: event.fingerprint,
              state: event.state,
              ...withoutEmpty({ omitted: violations + processes + labels }),
            },
          });
        const fits = (pruned: object, omitted: Pruned['omitted']): boolean =>
          Buffer.byteLength(encode(pruned, omitted)) <= limit;
        const pruned = prune(body, fits);
        return encode(pruned.body, pruned.omitted);
      },
      async request(events) {
        const [first] = events;
        const header = first ? headerOf(renderAll(fields, first.data)) : '';
        return {
          method: 'POST',
          url: await secretForSend(url, 'url_file'),
          headers: {
            'Content-Type': 'application/json',
            'Content-Encoding': 'gzip',
            ...(withoutEmpty({
              'X-Sumo-Category': config.source_category,
              'X-Sumo-Name': config.source_name,
              'X-Sumo-Host': config.source_host,
              'X-Sumo-Fields': header,
            }) as Record<string, string>),
          },
          body: gzipSync(`${events.map(({ text }) => text).join('\n')}\n`),
        };
      },
    },
    context,
  );
}

/** `a=b,c=d`: what would end a value, or the header, is left out. */
function headerOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value.replace(/[,=]|[^\x20-\x7e]/g, ' ').trim()}`)
    .join(',');
}
