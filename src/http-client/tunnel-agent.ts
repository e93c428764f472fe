import { Agent, type ClientRequestArgs, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { basic } from './authorization.ts';

/** A proxy that gives a tunnel to any address: HTTP's CONNECT or SOCKS 5. */
export interface TunnelProxy {
  readonly url: URL;
  /** `proxy_connect_header` */
  readonly headers: Readonly<Record<string, string[]>>;
  /** For a proxy that speaks TLS itself. */
  readonly tls: object;
}

type Done = NonNullable<Parameters<Agent['createConnection']>[1]>;

/** ms that a proxy may take. */
const PATIENCE = 30_000;

/** Plain connections through a proxy. */
export class TunnelAgent extends Agent {
  readonly #proxy: TunnelProxy;

  constructor(proxy: TunnelProxy, pool: object) {
    super(pool);
    this.#proxy = proxy;
  }

  override createConnection(options: ClientRequestArgs, done?: Done): undefined {
    void settle(open(this.#proxy, options), done);
  }
}

/** Connections through a proxy with TLS to the target in them. */
export class TlsTunnelAgent extends TlsAgent {
  readonly #proxy: TunnelProxy;

  constructor(proxy: TunnelProxy, pool: object) {
    super(pool);
    this.#proxy = proxy;
  }

  override createConnection(options: ClientRequestArgs, done?: Done): undefined {
    const tunnel = open(this.#proxy, options);
    void settle(
      tunnel.then((socket) => connectTls({ ...(options as ConnectionOptions), socket })),
      done,
    );
  }
}

async function settle(opening: Promise<Socket>, done: Done | undefined): Promise<void> {
  try {
    const socket = await opening;
    done?.(null, socket);
  } catch (error) {
    // With an error there is no connection, whatever the type says.
    (done as ((error: unknown) => void) | undefined)?.(error);
  }
}

function open(proxy: TunnelProxy, { host, port }: ClientRequestArgs): Promise<Socket> {
  const target = { host: host ?? '', port: Number(port) };
  return /^https?:$/.test(proxy.url.protocol) ? connect(proxy, target) : socks(proxy.url, target);
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function connect({ url, headers, tls }: TunnelProxy, { host, port }: Target): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const login = proxyLogin(url);
  return new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? tlsRequest : request)({
      ...tls,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      method: 'CONNECT',
      path: authority,
      headers: { Host: authority, ...(login && { 'Proxy-Authorization': login }), ...headers },
      agent: false,
      timeout: PATIENCE,
    });
    asked.on('connect', ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        socket.setTimeout(0);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new Error(`the proxy answered CONNECT with status ${statusCode}`));
    });
    asked.on('timeout', () => asked.destroy(new Error(`the proxy did not answer within ${PATIENCE / 1_000} s`)));
    asked.on('error', (error) => reject(new Error(`proxy: ${error.message}`, { cause: error })));
    asked.end();
  });
}

async function socks(url: URL, destination: Target): Promise<Socket> {
  if (!/^socks5h?:$/.test(url.protocol)) throw new Error(`unsupported proxy scheme "${url.protocol.slice(0, -1)}"`);
  const { SocksClient } = await import('socks');
  const { socket } = await SocksClient.createConnection({
    proxy: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || 1080,
      type: 5,
      ...(url.username !== '' && {
        userId: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
      }),
    },
    command: 'connect',
    destination,
    timeout: PATIENCE,
  });
  return socket;
}

/** The Proxy-Authorization header of a proxy's URL. */
export function proxyLogin({ username, password }: URL): string | undefined {
  return username === '' ? undefined : basic(decodeURIComponent(username), decodeURIComponent(password));
}
