import { type Field, list, map, object } from './field.ts';
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

const eventRecorder = object({
  file_outputs: list(required(object({ path: configPath }), 'path', 'event_recorder file output requires a path')),
  webhook_outputs: list(
    required(
      object({
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
      }),
      'url',
      'event_recorder webhook output requires a url',
    ),
  ),
  kafka_outputs: list(
    required(
      object({
        brokers: list(string),
        topic: string,
        client_id: string,
        format: oneOf('json', 'protobuf', ''),
        acks: oneOf('none', 'leader', 'all', ''),
        compression: oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd', ''),
        buffer_size: uint,
        tls_config: tls,
      }),
      'topic',
      'event_recorder kafka output requires a topic',
    ),
  ),
  stdout_outputs: list(object({})),
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
