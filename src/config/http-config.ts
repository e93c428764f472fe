import { goQuote } from '../alert/label-set.ts';
import { atMostOne } from './exclusive.ts';
import { anything, type Field, hidden, list, map, object, type Values } from './field.ts';
import type { Place } from './place.ts';
import { bool, maskedString, proxyUrl, secret, string, tokenUrl } from './scalars.ts';
import { rejectRefs, tlsField } from './tls-config.ts';

/** Headers that the client sets itself. */
const RESERVED = new Set(
  (
    'Authorization Host Content-Encoding Content-Length Content-Type User-Agent Connection Keep-Alive ' +
    'Proxy-Authenticate Proxy-Authorization Www-Authenticate Accept-Encoding X-Prometheus-Remote-Write-Version ' +
    'X-Prometheus-Remote-Read-Version X-Prometheus-Scrape-Timeout-Seconds X-Amz-Date X-Amz-Security-Token ' +
    'X-Amz-Content-Sha256'
  ).split(' '),
);

/** Keys that say through which proxy to go. */
export const proxyShape = {
  proxy_url: proxyUrl,
  no_proxy: hidden(string),
  proxy_from_environment: hidden(bool),
  proxy_connect_header: hidden(map(list(secret))),
};

/** http_config's keys. @param path where its files are relative to. */
function httpShape(path: Field<string>) {
  const tls = tlsField(path);
  return object({
    basic_auth: object({
      username: string,
      username_file: hidden(path),
      username_ref: string,
      password: secret,
      password_file: path,
      password_ref: string,
    }),
    authorization: object({ type: string, credentials: secret, credentials_file: path, credentials_ref: string }),
    oauth2: object({
      client_id: string,
      client_secret: secret,
      client_secret_file: path,
      client_secret_ref: string,
      client_certificate_key_id: hidden(string),
      client_certificate_key: hidden(secret),
      client_certificate_key_file: hidden(path),
      client_certificate_key_ref: string,
      grant_type: hidden(string),
      signature_algorithm: hidden(string),
      iss: hidden(string),
      audience: hidden(string),
      claims: anything,
      scopes: list(string),
      token_url: tokenUrl,
      endpoint_params: map(maskedString),
      tls_config: tls,
      ...proxyShape,
    }),
    bearer_token: secret,
    bearer_token_file: path,
    tls_config: tls,
    follow_redirects: bool,
    enable_http2: bool,
    ...proxyShape,
    http_headers: hidden(map(object({ values: list(string), secrets: list(secret), files: list(path) }))),
  });
}

export type HttpValues = Values<ReturnType<typeof httpShape>['shape']>;

export const defaultHttpValues: HttpValues = { follow_redirects: true, enable_http2: true };

/**
 * http_config, as Prometheus' common library has it: defaults filled in, `bearer_token` rewritten as `authorization`.
 * @param path where its files are relative to: `configPath` or `workingPath`.
 */
export function httpField(path: Field<string>): Field<HttpValues> {
  const shape = httpShape(path);
  return {
    read(place) {
      const values = shape.read(place);
      if (values === undefined) return undefined;
      checkAuth(place, values);
      checkProxy(place, values);
      if (values.oauth2 !== undefined) checkProxy(place.near('oauth2'), values.oauth2);
      for (const name of values.http_headers?.keys() ?? []) checkHeader(place.near('http_headers'), name);
      return { ...defaultHttpValues, ...withoutBearerToken(values) };
    },
    write: (values) => shape.write(values),
  };
}

function checkAuth(place: Place, values: HttpValues): void {
  const { basic_auth: basic, authorization, oauth2 } = values;
  const hasBearer = Boolean(values.bearer_token || values.bearer_token_file);
  atMostOne(place, values, ['bearer_token', 'bearer_token_file']);
  if (hasBearer && (basic || oauth2)) {
    place.report('at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured');
  }
  if (hasBearer && authorization) place.report('authorization is not compatible with bearer_token & bearer_token_file');
  if ([basic, authorization, oauth2].filter(Boolean).length > 1) {
    place.report('at most one of basic_auth, oauth2 & authorization must be configured');
  }
  if (basic) checkBasicAuth(place.near('basic_auth'), basic);
  if (authorization) checkAuthorization(place.near('authorization'), authorization);
  if (oauth2) checkOAuth2(place.near('oauth2'), oauth2);
}

function checkBasicAuth(place: Place, values: NonNullable<HttpValues['basic_auth']>): void {
  for (const part of ['username', 'password']) {
    const keys = [part, `${part}_file`, `${part}_ref`];
    const message = `at most one of basic_auth ${part}, ${part}_file & ${part}_ref must be configured`;
    atMostOne(place, values, keys, message);
  }
  rejectRefs(place, ['username_ref', 'password_ref']);
}

function checkAuthorization(place: Place, values: NonNullable<HttpValues['authorization']>): void {
  const keys = ['credentials', 'credentials_file', 'credentials_ref'];
  atMostOne(place, values, keys, 'at most one of authorization credentials & credentials_file must be configured');
  if (values.type?.trim().toLowerCase() === 'basic') {
    place.near('type').report('authorization type cannot be set to "basic", use "basic_auth" instead');
  }
  rejectRefs(place, ['credentials_ref']);
}

function checkOAuth2(place: Place, values: NonNullable<HttpValues['oauth2']>): void {
  if (!values.client_id) place.report('oauth2 client_id must be configured');
  if (!values.token_url) place.report('oauth2 token_url must be configured');
  const keys = ['client_secret', 'client_secret_file', 'client_secret_ref'];
  const message = 'at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured';
  atMostOne(place, values, keys, message);
  rejectRefs(place, ['client_secret_ref', 'client_certificate_key_ref']);
}

export function checkProxy(place: Place, values: Values<typeof proxyShape>): void {
  const environment = values.proxy_from_environment === true;
  if (values.proxy_connect_header?.size && !environment && !values.proxy_url) {
    place
      .near('proxy_connect_header')
      .report('if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured');
  }
  if (environment && values.proxy_url) {
    place.near('proxy_url').report('if proxy_from_environment is configured, proxy_url must not be configured');
  }
  if (environment && values.no_proxy) {
    place.near('no_proxy').report('if proxy_from_environment is configured, no_proxy must not be configured');
  }
  if (!environment && values.no_proxy && !values.proxy_url) {
    place.near('no_proxy').report('if no_proxy is configured, proxy_url must also be configured');
  }
}

function checkHeader(place: Place, name: string): void {
  const canonical = canonicalHeader(name);
  if (RESERVED.has(canonical)) place.near(name).report(`setting header ${goQuote(canonical)} is not allowed`);
}

function withoutBearerToken({ bearer_token, bearer_token_file, ...values }: HttpValues): HttpValues {
  const type = values.authorization?.type?.trim() || 'Bearer';
  if (values.authorization) return { ...values, authorization: { ...values.authorization, type } };
  if (!bearer_token && !bearer_token_file) return values;
  return { ...values, authorization: { type, credentials: bearer_token, credentials_file: bearer_token_file } };
}

/** `x-foo` -> `X-Foo`, as Go's CanonicalMIMEHeaderKey; a name with a character that no header has stays. */
export function canonicalHeader(name: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
