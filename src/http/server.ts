import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createApp } from './app.ts';
import type { HttpDeps } from './deps.ts';
import { isLoopback, type ListenTarget, listen, parseListenAddress, systemdTargets } from './listeners.ts';
import type { HttpOptions } from './options.ts';
import { clientAuth, refuseClient } from './web-config/tls.ts';
import { WebGuard } from './web-config/web-guard.ts';

/** The HTTP side of Tocsin, one server per listen address. */
export interface HttpServer {
  /**
   * Takes the ports. Requests that come before serve() wait for it.
   * @returns `HOST:PORT` of each listener, as bound.
   * @throws Error for an address that cannot be taken, one clear line
   */
  bind(): Promise<readonly string[]>;
  /** Answers requests from now on, and says so in the log. */
  serve(): void;
  /** bind() and serve(). */
  listen(): Promise<readonly string[]>;
  /** Takes no more requests, finishes those under way, and cuts off what is not done after `deadlineMs`. Idempotent. */
  close(deadlineMs: number): Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Prometheus keeps an idle connection for five minutes: it must not find it closed when it posts. */
const KEEP_ALIVE = 10 * 60_000;
/** Anybody can read alerts, silence them and set off tests. */
const OPEN =
  'The API is open to everybody who reaches this address: set users or client certificates with --web.config.file, or listen on loopback only';
/** ms between looks for clients that are too slow. */
const CHECK_INTERVAL = 5_000;

/** @throws ConfigError, Error for a web configuration file that cannot be used, or a bad listen address */
export function createHttpServer(deps: HttpDeps, options: HttpOptions): HttpServer {
  return new NodeHttpServer(deps, options);
}

class NodeHttpServer implements HttpServer {
  readonly #deps: HttpDeps;
  readonly #options: HttpOptions;
  readonly #targets: readonly ListenTarget[];
  readonly #guard: WebGuard | undefined;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #ready = Promise.withResolvers<void>();
  #addresses: readonly string[] = [];
  #serving = false;
  #closed: Promise<void> | undefined;

  constructor(deps: HttpDeps, options: HttpOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#targets = options.systemdSocket
      ? systemdTargets(process.env)
      : options.listenAddresses.map((address) => parseListenAddress(address));
    this.#guard = options.webConfigFile ? new WebGuard(options.webConfigFile, deps.clock, deps.logger) : undefined;
  }

  async bind(): Promise<readonly string[]> {
    const listener = this.#whenReady(createApp(this.#deps, this.#options, this.#guard));
    try {
      const addresses: string[] = [];
      for (const target of this.#targets) {
        const server = this.#create(listener);
        this.#servers.push(server);
        addresses.push(await listen(server, target));
      }
      this.#addresses = addresses;
      return addresses;
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  serve(): void {
    const { logger } = this.#deps;
    this.#serving = true;
    this.#ready.resolve();
    const tls = this.#guard?.config.tls !== undefined;
    const isOpen = !this.#guard?.asksForLogin;
    for (const address of this.#addresses) {
      logger.info('Listening on', { address });
      logger.info(tls ? 'TLS is enabled.' : 'TLS is disabled.', { http2: false, address });
      if (isOpen && !isLoopback(address)) logger.warn(OPEN, { address });
    }
  }

  async listen(): Promise<readonly string[]> {
    const addresses = await this.bind();
    this.serve();
    return addresses;
  }

  close(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  async #close(deadlineMs: number): Promise<void> {
    const stopped = this.#servers.filter((server) => server.listening).map(closeServer);
    const cancel = this.#deps.clock.after(deadlineMs, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await Promise.all(stopped);
    cancel();
    await this.#guard?.close();
  }

  #closeIdle(): void {
    for (const server of this.#servers) server.closeIdleConnections();
  }

  #whenReady(app: Listener): Listener {
    return (request, response) => {
      response.on('error', () => response.destroy());
      // A connection whose last request is done must not keep a closing server waiting.
      response.once('close', () => this.#closed && setImmediate(() => this.#closeIdle()));
      if (this.#serving) app(request, response);
      else void this.#ready.promise.then(() => app(request, response));
    };
  }

  #create(listener: Listener): Server {
    const timeouts = {
      headersTimeout: this.#options.limits.headersTimeout,
      requestTimeout: this.#options.limits.requestTimeout,
      keepAliveTimeout: KEEP_ALIVE,
      connectionsCheckingInterval: Math.min(this.#options.limits.headersTimeout, CHECK_INTERVAL),
    };
    const server = this.#guard?.config.tls
      ? this.#createSecure(this.#guard, timeouts, listener)
      : createServer(timeouts, listener);
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    return server;
  }

  #createSecure(guard: WebGuard, timeouts: object, listener: Listener): SecureServer {
    const tls = guard.config.tls ?? {};
    const { ask, need, verify } = clientAuth(tls);
    const handshakeTimeout = this.#options.limits.headersTimeout;
    const secure = { ...guard.context, handshakeTimeout, requestCert: ask, rejectUnauthorized: need && verify };
    const server = createSecureServer({ ...secure, ...timeouts }, listener);
    // Before the handshake of this very connection, so that a renewed certificate is used at once.
    server.prependListener('connection', () => this.#renew(guard, server));
    server.on('secureConnection', (socket: TLSSocket) => {
      const refusal = refuseClient(guard.config.tls ?? {}, socket);
      if (refusal === undefined) return;
      this.#deps.logger.warn('TLS client refused', { remote: socket.remoteAddress, err: refusal });
      socket.destroy();
    });
    return server;
  }

  #renew(guard: WebGuard, server: SecureServer): void {
    try {
      const context = guard.changedContext();
      if (context) server.setSecureContext(context);
    } catch (error) {
      this.#deps.logger.error('The changed TLS files cannot be used; the previous ones stay in use', { err: error });
    }
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
