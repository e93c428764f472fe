import { type ClientHttp2Session, connect } from 'node:http2';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TlsOptions } from './tls-options.ts';

/** ms that a session without requests is kept. */
const IDLE = 60_000;
/** ms for a TLS handshake. */
const PATIENCE = 30_000;

/** HTTP/2 connections, one to each server that speaks it. */
export class Http2Sessions {
  readonly #tls: TlsOptions;
  /** undefined: the server speaks HTTP/1.1 only. */
  readonly #known = new Map<string, Promise<ClientHttp2Session | undefined>>();

  constructor(tls: TlsOptions) {
    this.#tls = tls;
  }

  /** @returns undefined where the server does not speak HTTP/2. @throws Error when it cannot be reached */
  to(target: URL): Promise<ClientHttp2Session | undefined> {
    const { origin } = target;
    const known = this.#known.get(origin);
    if (known !== undefined) return known;
    const opening = this.#open(target);
    this.#known.set(origin, opening);
    opening.catch(() => this.#known.delete(origin));
    return opening;
  }

  /** The session may be dead without anybody knowing: the next request opens another. */
  forget(target: URL): void {
    const known = this.#known.get(target.origin);
    this.#known.delete(target.origin);
    void known?.then((session) => session?.close()).catch(() => {});
  }

  close(): void {
    for (const known of this.#known.values()) void known.then((session) => session?.close()).catch(() => {});
    this.#known.clear();
  }

  async #open(target: URL): Promise<ClientHttp2Session | undefined> {
    const socket = await this.#handshake(target);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      return undefined;
    }
    const session = connect(target.origin, { createConnection: () => socket });
    const gone = (): void => {
      this.#known.delete(target.origin);
    };
    session.on('error', gone).on('goaway', gone).on('close', gone);
    session.setTimeout(IDLE, () => {
      gone();
      session.close();
    });
    // A process that ends does not wait for idle connections.
    session.unref();
    return session;
  }

  #handshake({ hostname, port }: URL): Promise<TLSSocket> {
    const host = hostname.replace(/^\[|\]$/g, '');
    return new Promise((resolve, reject) => {
      const socket = connectTls({
        ...(isIP(host) === 0 && { servername: host }),
        ...this.#tls,
        host,
        port: Number(port) || 443,
        ALPNProtocols: ['h2', 'http/1.1'],
        timeout: PATIENCE,
      });
      socket.once('secureConnect', () => {
        socket.setTimeout(0);
        resolve(socket);
      });
      socket.once('timeout', () => socket.destroy(new Error(`no connection within ${PATIENCE / 1_000} s`)));
      socket.once('error', reject);
    });
  }
}
