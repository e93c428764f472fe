import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { readSecret } from '../config/secret.ts';
import type { ProxyConfig, TlsConfig } from '../config/types.ts';
import { proxyFor } from './proxy.ts';
import { tlsOptions } from './tls-options.ts';

interface Settings {
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
  readonly enableHttp2: boolean;
}

/**
 * Connections for one TLS and proxy configuration. Certificate files are read for each request; when their content or
 * the proxy has changed, new connections replace them.
 */
export class Dispatchers {
  readonly #settings: Settings;
  readonly #made = new Map<string, { readonly key: string; readonly dispatcher: Dispatcher }>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Loads undici, which who sends only email does not need. */
  async warmUp(): Promise<void> {
    await import('undici');
  }

  /** @throws HttpClientError when a certificate file cannot be read. */
  async get(target: URL): Promise<Dispatcher> {
    const { proxy, enableHttp2, tls } = this.#settings;
    const uri = proxyFor(target, proxy);
    const usesTls = target.protocol === 'https:' || uri?.startsWith('https:');
    const options = usesTls ? await tlsOptions(tls) : {};
    const headers = target.protocol === 'https:' && uri !== undefined ? await connectHeaders(proxy) : {};
    const slot = `${target.protocol} ${uri ?? ''}`;
    const key = createHash('sha256')
      .update(JSON.stringify([options, headers]))
      .digest('hex');
    const current = this.#made.get(slot);
    if (current?.key === key) return current.dispatcher;
    const { Agent, ProxyAgent } = await import('undici');
    const dispatcher =
      uri === undefined
        ? new Agent({ connect: { ...options, allowH2: enableHttp2 }, allowH2: enableHttp2 })
        : new ProxyAgent({ uri, headers, requestTls: options, proxyTls: options, proxyTunnel: false });
    this.#made.set(slot, { key, dispatcher });
    // Its requests under way are not cut off.
    void current?.dispatcher.close();
    return dispatcher;
  }

  async close(): Promise<void> {
    const all = [...this.#made.values()];
    this.#made.clear();
    await Promise.all(all.map(({ dispatcher }) => dispatcher.close()));
  }
}

async function connectHeaders(proxy: ProxyConfig): Promise<Record<string, string[]>> {
  const headers: Record<string, string[]> = {};
  for (const [name, sources] of proxy.connectHeader) headers[name] = await Promise.all(sources.map(readSecret));
  return headers;
}
