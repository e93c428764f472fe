import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { readSecret } from '../config/secret.ts';
import type { ProxyConfig, TlsConfig } from '../config/types.ts';
import { Http2Sessions } from './http2-sessions.ts';
import { proxyFor } from './proxy.ts';
import { tlsOptions } from './tls-options.ts';
import { proxyLogin, TlsTunnelAgent, TunnelAgent } from './tunnel-agent.ts';

interface Settings {
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
  readonly enableHttp2: boolean;
}

/** How a request gets to its target. */
export interface Way {
  readonly agent: Agent;
  /** Gets the request instead of the target, with the target's whole URL. */
  readonly proxy?: { readonly url: URL; readonly login: string | undefined };
  /** Where the target may speak HTTP/2. */
  readonly http2: Http2Sessions | undefined;
}

interface Kept extends Way {
  /** Of TLS options and headers: others need other connections. */
  readonly key: string;
}

/** Idle connections to one target that are kept at most. */
const MAX_IDLE = 16;

/**
 * Connections for one TLS and proxy configuration. Certificate files are read for each request; when their content or
 * the proxy has changed, new connections replace them.
 */
export class Connections {
  readonly #settings: Settings;
  readonly #kept = new Map<string, Kept>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws HttpClientError when a certificate file cannot be read. */
  async to(target: URL): Promise<Way> {
    const { proxy: proxyConfig, enableHttp2, tls } = this.#settings;
    const proxy = proxyFor(target, proxyConfig);
    const secure = target.protocol === 'https:';
    const options = secure || proxy?.startsWith('https:') ? await tlsOptions(tls) : undefined;
    const headers = secure && proxy !== undefined ? await connectHeaders(proxyConfig) : {};
    const slot = `${target.protocol} ${proxy ?? ''}`;
    const key = createHash('sha256')
      .update(JSON.stringify([options, headers]))
      .digest('hex');
    const current = this.#kept.get(slot);
    if (current?.key === key) return current;
    const pool = { keepAlive: true, maxFreeSockets: MAX_IDLE, ...options };
    const way =
      proxy === undefined
        ? direct(secure, pool, secure && enableHttp2 && options ? new Http2Sessions(options) : undefined)
        : proxied(new URL(proxy), secure, pool, options ?? {}, headers);
    this.#kept.set(slot, { key, ...way });
    if (current) retire(current);
    return way;
  }

  close(): void {
    for (const way of this.#kept.values()) retire(way);
    this.#kept.clear();
  }
}

function direct(secure: boolean, pool: object, http2: Http2Sessions | undefined): Way {
  return { agent: secure ? new TlsAgent(pool) : new Agent(pool), http2 };
}

/** An HTTP proxy gets plain requests whole; everything else goes through a tunnel. */
function proxied(url: URL, secure: boolean, pool: object, tls: object, headers: Record<string, string[]>): Way {
  const proxy = { url, headers, tls };
  if (secure) return { agent: new TlsTunnelAgent(proxy, pool), http2: undefined };
  const { protocol } = url;
  if (!/^https?:$/.test(protocol)) return { agent: new TunnelAgent(proxy, pool), http2: undefined };
  const agent = protocol === 'https:' ? new TlsAgent(pool) : new Agent(pool);
  return { agent, http2: undefined, proxy: { url, login: proxyLogin(url) } };
}

/** Ends idle connections; those in use end with their requests. */
function retire({ agent, http2 }: Way): void {
  http2?.close();
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

async function connectHeaders(proxy: ProxyConfig): Promise<Record<string, string[]>> {
  const headers: Record<string, string[]> = {};
  for (const [name, sources] of proxy.connectHeader) headers[name] = await Promise.all(sources.map(readSecret));
  return headers;
}
