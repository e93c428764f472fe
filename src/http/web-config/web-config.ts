import { dirname, resolve } from 'node:path';
import { ConfigError, type Problem } from '../../config/config-error.ts';
import { type Field, list, map, object, type Values } from '../../config/field.ts';
import { Place, type ReadContext } from '../../config/place.ts';
import { bool, duration, int, string } from '../../config/scalars.ts';
import { parseYaml } from '../../config/yaml.ts';
import { readText } from './read-text.ts';

const tlsServer = object({
  cert: string,
  key: string,
  client_ca: string,
  cert_file: string,
  key_file: string,
  client_ca_file: string,
  client_auth_type: string,
  client_allowed_sans: list(string),
  cipher_suites: list(string),
  curve_preferences: list(string),
  min_version: string,
  max_version: string,
  prefer_server_cipher_suites: bool,
});

/** The only headers that the file may set. */
const HEADERS: Readonly<Record<string, readonly string[] | undefined>> = {
  'Strict-Transport-Security': undefined,
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': undefined,
  'Content-Security-Policy': undefined,
};

const headerFields = Object.fromEntries(Object.entries(HEADERS).map(([name, values]) => [name, header(values)]));

const file = object({
  tls_server_config: tlsServer,
  // Accepted, but HTTP/1.1 is all that is spoken.
  http_server_config: object({ http2: bool, headers: object(headerFields) }),
  rate_limit: object({ interval: duration, burst: int }),
  basic_auth_users: map(checked(checkHash)),
});

/** `--web.config.file`, in the format of Prometheus' exporter-toolkit. Paths are resolved against the file. */
export interface WebConfig {
  /** undefined: plain HTTP. */
  readonly tls: TlsServerValues | undefined;
  readonly headers: ReadonlyMap<string, string>;
  /** One more request every `interval` ms, at most `burst` at once. */
  readonly rateLimit: { readonly interval: number; readonly burst: number } | undefined;
  /** bcrypt hashes by user; none: no authentication. */
  readonly users: ReadonlyMap<string, string>;
}

export type TlsServerValues = Readonly<Values<(typeof tlsServer)['shape']>>;

/** @throws ConfigError naming file, line and key; Error naming the flag and the file when that cannot be read */
export function loadWebConfig(path: string): WebConfig {
  const problems: Problem[] = [];
  const node = parseYaml(readText(path, '--web.config.file'), (problem) => problems.push(problem));
  const context: ReadContext = {
    directory: dirname(resolve(path)),
    mode: 'fallback',
    problems,
    warnings: [],
    templates: [],
    paths: [],
  };
  const place = node && new Place(node, '', context);
  const values = (place && file.read(place)) ?? {};
  const tls = values.tls_server_config && asksForTls(values.tls_server_config) ? values.tls_server_config : undefined;
  if (tls && place) checkTls(tls, place.near('tls_server_config'));
  if (problems.length > 0) throw new ConfigError(path, problems);
  const { http_server_config: http = {}, rate_limit: rate } = values;
  return {
    tls: tls && withPaths(tls, context.directory),
    headers: new Map(Object.entries(http.headers ?? {}).filter((entry): entry is [string, string] => !!entry[1])),
    rateLimit: rate?.interval ? { interval: rate.interval, burst: rate.burst ?? 0 } : undefined,
    users: values.basic_auth_users ?? new Map(),
  };
}

function header(values: readonly string[] | undefined): Field<string> {
  return checked((value) => {
    if (/[\r\n\0]/.test(value)) throw new Error('a header must not contain line breaks');
    if (values && !values.includes(value)) throw new Error(`expected ${values.join(' or ')}, found ${value}`);
  });
}

/** Text that must pass a check. */
function checked(check: (value: string) => void): Field<string> {
  return {
    read(place) {
      const value = string.read(place);
      try {
        if (value !== undefined) check(value);
        return value;
      } catch (error) {
        place.report((error as Error).message);
        return undefined;
      }
    },
    write: (value) => value,
  };
}

function checkHash(hash: string): void {
  if (!/^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) {
    throw new Error('not a bcrypt hash (make one with: htpasswd -nBC 10 "" | tr -d \':\\n\')');
  }
}

/** Without these keys the block means no TLS, as in Prometheus' exporter-toolkit. */
function asksForTls(tls: TlsServerValues): boolean {
  const { cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type } = tls;
  return [cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type].some(Boolean);
}

function checkTls(tls: TlsServerValues, place: Place): void {
  if (!tls.cert && !tls.cert_file) place.report('missing one of cert or cert_file');
  if (!tls.key && !tls.key_file) place.report('missing one of key or key_file');
  if (tls.cert && tls.cert_file) place.report('at most one of cert and cert_file must be set');
  if (tls.key && tls.key_file) place.report('at most one of key and key_file must be set');
  if ((tls.client_ca || tls.client_ca_file) && !tls.client_auth_type) {
    place.report("client CA's have been configured without a Client Auth Policy");
  }
}

function withPaths(tls: TlsServerValues, directory: string): TlsServerValues {
  const copy: Values<(typeof tlsServer)['shape']> = { ...tls };
  for (const key of ['cert_file', 'key_file', 'client_ca_file'] as const) {
    const path = copy[key];
    if (path) copy[key] = resolve(directory, path);
  }
  return copy;
}
