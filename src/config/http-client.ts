import type { HttpValues } from './http-config.ts';
import { secretSource } from './secret-source.ts';
import { toTlsConfig } from './tls-config.ts';
import type { HttpConfig, OAuth2Config, ProxyConfig } from './types.ts';

/** http_config as the file has it (keys, defaults filled in) to the form that an HTTP client is built from. */
export function toHttpConfig(values: HttpValues): HttpConfig {
  const { basic_auth: basic, authorization, oauth2 } = values;
  const password = secretSource(basic?.password, basic?.password_file);
  const credentials = secretSource(authorization?.credentials, authorization?.credentials_file);
  return {
    ...(basic && {
      basicAuth: {
        username: basic.username_file ? { file: basic.username_file } : (basic.username ?? ''),
        ...(password && { password }),
      },
    }),
    ...(authorization && {
      authorization: { type: authorization.type ?? 'Bearer', ...(credentials && { credentials }) },
    }),
    ...(oauth2 && { oauth2: toOAuth2Config(oauth2) }),
    tls: toTlsConfig(values.tls_config),
    followRedirects: values.follow_redirects ?? true,
    enableHttp2: values.enable_http2 ?? true,
    proxy: toProxyConfig(values),
    headers: new Map(
      [...(values.http_headers ?? [])].map(([name, header]) => [
        name,
        {
          values: header.values ?? [],
          secrets: (header.secrets ?? []).map((value) => ({ value })),
          files: header.files ?? [],
        },
      ]),
    ),
  };
}

type OAuth2Keys =
  | 'client_id'
  | 'client_secret'
  | 'client_secret_file'
  | 'token_url'
  | 'scopes'
  | 'endpoint_params'
  | 'tls_config'
  | ProxyKeys;

export function toOAuth2Config(values: Pick<NonNullable<HttpValues['oauth2']>, OAuth2Keys>): OAuth2Config {
  const clientSecret = secretSource(values.client_secret, values.client_secret_file);
  return {
    clientId: values.client_id ?? '',
    ...(clientSecret && { clientSecret }),
    tokenUrl: values.token_url ?? '',
    scopes: values.scopes ?? [],
    endpointParams: values.endpoint_params ?? new Map(),
    tls: toTlsConfig(values.tls_config),
    proxy: toProxyConfig(values),
  };
}

type ProxyKeys = 'proxy_url' | 'no_proxy' | 'proxy_from_environment' | 'proxy_connect_header';

function toProxyConfig(values: Pick<HttpValues, ProxyKeys>): ProxyConfig {
  return {
    ...(values.proxy_url && { url: values.proxy_url }),
    noProxy: values.no_proxy ?? '',
    fromEnvironment: values.proxy_from_environment ?? false,
    connectHeader: new Map(
      [...(values.proxy_connect_header ?? [])].map(([name, secrets]) => [name, secrets.map((value) => ({ value }))]),
    ),
  };
}
