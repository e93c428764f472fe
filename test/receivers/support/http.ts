import type { HttpConfig, OAuth2Config } from '../../../src/config/types.ts';

const NO_PROXY = { noProxy: '', fromEnvironment: false, connectHeader: new Map() };

/** An `http_config` with nothing in it but `over`. */
export function httpConfig(over: Partial<HttpConfig> = {}): HttpConfig {
  return {
    tls: { insecureSkipVerify: false },
    followRedirects: true,
    enableHttp2: true,
    proxy: NO_PROXY,
    headers: new Map(),
    ...over,
  };
}

export function oauth2Config(over: Partial<OAuth2Config>): OAuth2Config {
  return {
    clientId: 'tocsin',
    tokenUrl: '',
    scopes: [],
    endpointParams: new Map(),
    tls: { insecureSkipVerify: false },
    proxy: NO_PROXY,
    ...over,
  };
}
