import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as it came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Buffer;
}

/** Answers one request: a status, and optionally headers and a body; 'hang' never answers, 'drop' cuts the connection. */
export type Answer = number | { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'drop';

/**
 * A real HTTP(S) server in this process that keeps what it receives:
 *
 *     const server = await TestHttpServer.start((request) => (request.url === '/down' ? 503 : 200));
 *     await fetch(server.url('/hook'), { method: 'POST', body: 'x' });
 *     server.requests; // [{ method: 'POST', url: '/hook', headers, body: 'x' }]
 */
export class TestHttpServer {
  readonly requests: ReceivedRequest[] = [];
  answer: (request: ReceivedRequest) => Answer;
  readonly #server: Server;
  readonly #scheme: string;
  readonly #waiting = new Set<() => void>();

  private constructor(answer: (request: ReceivedRequest) => Answer, tls?: TlsOptions) {
    this.answer = answer;
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#handle(request, response);
    };
    this.#scheme = tls ? 'https' : 'http';
    this.#server = tls ? createSecureServer(tls, handle) : createServer(handle);
  }

  static async start(
    answer: (request: ReceivedRequest) => Answer = () => 200,
    tls?: TlsOptions,
  ): Promise<TestHttpServer> {
    const server = new TestHttpServer(answer, tls);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** @param host another name of this machine, to make two servers' hosts differ. */
  url(path = '/', host = '127.0.0.1'): string {
    return `${this.#scheme}://${host}:${this.port}${path}`;
  }

  /** The underlying server, for what this class does not do (CONNECT, upgrades). */
  get server(): Server {
    return this.#server;
  }

  async waitForRequests(count: number): Promise<readonly ReceivedRequest[]> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.requests;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const bytes = Buffer.concat(chunks);
    const received = { method, url, headers, body: bytes.toString('utf8'), bytes };
    this.requests.push(received);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    const answer = this.answer(received);
    if (answer === 'drop') request.socket.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end();
    else if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
  }
}
