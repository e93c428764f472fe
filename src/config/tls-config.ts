import { atMostOne } from './exclusive.ts';
import { type Field, hidden, object, type Values } from './field.ts';
import type { Place } from './place.ts';
import { bool, secret, string, uint } from './scalars.ts';
import { secretSource } from './secret-source.ts';
import type { TlsConfig, TlsVersion } from './types.ts';

const VERSIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ['TLS10', 'TLSv1'],
  ['TLS11', 'TLSv1.1'],
  ['TLS12', 'TLSv1.2'],
  ['TLS13', 'TLSv1.3'],
]);

/** OpenSSL's security levels: 2 is its default, 1 takes keys of RSA from 1,024 bits, 0 takes all. */
const MOST_SECURE = 5;

const version: Field<string> = {
  read(place) {
    const name = string.read(place);
    if (name === undefined || VERSIONS.has(name)) return name;
    place.report(`unknown TLS version: ${name} (expected one of ${[...VERSIONS.keys()].join(', ')})`);
    return undefined;
  },
  write: (value) => value,
};

/** tls_config's keys. @param path where its files are relative to. */
function tlsShape(path: Field<string>) {
  return object({
    ca: hidden(string),
    cert: hidden(string),
    key: hidden(secret),
    ca_file: path,
    cert_file: path,
    key_file: path,
    ca_ref: string,
    cert_ref: string,
    key_ref: string,
    server_name: string,
    insecure_skip_verify: bool,
    min_version: version,
    max_version: version,
    security_level: hidden(uint),
  });
}

export type TlsValues = Values<ReturnType<typeof tlsShape>['shape']>;

/** @param path where its files are relative to: `configPath` or `workingPath`. */
export function tlsField(path: Field<string>): Field<TlsValues> {
  const shape = tlsShape(path);
  return {
    read(place) {
      const values = shape.read(place);
      if (values !== undefined) checkTls(place, values);
      return values;
    },
    // Go prints this key always.
    write: (values) => shape.write({ ...values, insecure_skip_verify: values.insecure_skip_verify ?? false }),
  };
}

export function toTlsConfig(values: TlsValues = {}): TlsConfig {
  const key = secretSource(values.key, values.key_file);
  const minVersion = VERSIONS.get(values.min_version ?? '');
  const maxVersion = VERSIONS.get(values.max_version ?? '');
  return {
    ...(values.ca && { ca: values.ca }),
    ...(values.ca_file && { caFile: values.ca_file }),
    ...(values.cert && { cert: values.cert }),
    ...(values.cert_file && { certFile: values.cert_file }),
    ...(key && { key }),
    ...(values.server_name && { serverName: values.server_name }),
    insecureSkipVerify: values.insecure_skip_verify ?? false,
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
    ...(values.security_level !== undefined && { securityLevel: values.security_level }),
  };
}

function checkTls(place: Place, values: TlsValues): void {
  for (const part of ['ca', 'cert'] as const) {
    const keys = [part, `${part}_file`, `${part}_ref`];
    atMostOne(place, values, keys, `at most one of ${part}, ${part}_file & ${part}_ref must be configured`);
  }
  atMostOne(place, values, ['key', 'key_file', 'key_ref'], 'at most one of key and key_file must be configured');
  const hasCert = Boolean(values.cert || values.cert_file || values.cert_ref);
  const hasKey = Boolean(values.key || values.key_file || values.key_ref);
  if (hasCert && !hasKey) {
    place.report('exactly one of key or key_file must be configured when a client certificate is configured');
  }
  if (hasKey && !hasCert) {
    place.report('exactly one of cert or cert_file must be configured when a client key is configured');
  }
  if (values.min_version && values.max_version && values.max_version < values.min_version) {
    place
      .near('max_version')
      .report('tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified');
  }
  if ((values.security_level ?? 0) > MOST_SECURE) {
    place.near('security_level').report(`expected a security level of OpenSSL, from 0 to ${MOST_SECURE}`);
  }
  rejectRefs(place, ['ca_ref', 'cert_ref', 'key_ref']);
}

/** `*_ref` names a secret of a secret manager, which neither Alertmanager nor Tocsin has. */
export function rejectRefs(place: Place, keys: readonly string[]): void {
  for (const key of keys)
    place.at(key)?.report(`cannot use secret ref without manager: use ${key.replace(/_ref$/, '_file')}`);
}
