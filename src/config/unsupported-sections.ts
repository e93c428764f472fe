import { goQuote } from '../alert/label-set.ts';
import { type Field, list, map, object, type Shape, type Values } from './field.ts';
import { httpField } from './http-config.ts';
import { bool, configPath, duration, float, oneOf, secret, secretUrl, string, uint } from './scalars.ts';
import { tlsField } from './tls-config.ts';

/** Sections of Alertmanager's that are checked and have no effect: tracing and event_recorder. */

const tls = tlsField(configPath);

const tracing = required(
  object({
    client_type: oneOf('http', 'grpc'),
    endpoint: string,
    sampling_fraction: float,
    insecure: bool,
    tls_config: tls,
    headers: map(object({ values: list(string), secrets: list(secret), files: list(configPath) })),
    compression: oneOf('gzip', ''),
    timeout: duration,
  }),
  'endpoint',
  'tracing endpoint must be set',
);

/** One kind of output, each item with a name of its own. */
function outputs<S extends Shape>(kind: string, shape: S, needed?: keyof S & string): Field<readonly Values<S>[]> {
  const item = object({ name: string, ...shape });
  const items = list(item);
  return {
    read(place) {
      const names = new Set<string>();
      for (const output of place.items()) {
        const name = output.at('name')?.node;
        const text = name?.kind === 'scalar' ? name.text : '';
        if (text === '') output.report(`event_recorder ${kind} output requires a name`);
        else if (names.has(text)) {
          output.near('name').report(`event_recorder output name ${goQuote(text)} is duplicated for type ${kind}`);
        }
        names.add(text);
        if (needed && output.lacks(needed)) output.report(`event_recorder ${kind} output requires a ${needed}`);
      }
      return items.read(place) as readonly Values<S>[] | undefined;
    },
    write: () => undefined,
  };
}

const eventRecorder = object({
  file_outputs: outputs('file', { path: configPath }, 'path'),
  webhook_outputs: outputs(
    'webhook',
    {
      url: secretUrl,
      http_config: httpField(configPath),
      timeout: duration,
      workers: uint,
      max_retries: uint,
      retry_backoff: duration,
      batch: bool,
      batch_max_events: uint,
      batch_max_bytes: uint,
      batch_flush_interval: duration,
    },
    'url',
  ),
  kafka_outputs: outputs(
    'kafka',
    {
      brokers: list(string),
      topic: string,
      client_id: string,
      format: oneOf('json', 'protobuf', ''),
      acks: oneOf('none', 'leader', 'all', ''),
      compression: oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd', ''),
      buffer_size: uint,
      tls_config: tls,
    },
    'topic',
  ),
  stdout_outputs: outputs('stdout', {}),
});

export const unsupportedSections = { tracing: unsupported(tracing), event_recorder: unsupported(eventRecorder) };

function unsupported<T>(field: Field<T>): Field<T> {
  return { read: (place) => field.read(place.unsupported()), write: (value) => field.write(value) };
}

function required<T extends object>(field: Field<T>, key: keyof T & string, message: string): Field<T> {
  return {
    read(place) {
      const values = field.read(place);
      if (values !== undefined && place.lacks(key)) place.report(message);
      return values;
    },
    write: (value) => field.write(value),
  };
}
