import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { certificates } from './certificates.ts';

/** One request to a service, and what the service answered: the form of the files under test/fixtures/receivers. */
export interface Exchange {
  readonly method: string;
  /** Without its query: the path, or the whole URL where it came through the proxy. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly answer: { readonly status: number; readonly body?: unknown };
}

export type SeenRequest = Omit<Exchange, 'answer'> & { readonly text: string };

/**
 * Plays the services of recorded exchanges: an HTTP server that is an HTTP proxy too, and ends the TLS of what goes
 * through it with `certificates().services`. The n-th request gets the n-th answer.
 */
export class Recorder {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();
  #answers: readonly Exchange['answer'][] = [];

  static async start(): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.#server.listen(0, '127.0.0.1');
    await once(recorder.#server, 'listening');
    return recorder;
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response, ''));
    const inner = createServer((request, response) => {
      void this.#handle(request, response, `https://${request.headers.host}`);
    });
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    this.#server.on('connect', (_request: IncomingMessage, socket: Socket) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const secureContext = createSecureContext(certificates().services);
      inner.emit('connection', new TLSSocket(socket, { isServer: true, secureContext }));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Answers the next requests so; any further one gets 404. */
  play(exchanges: readonly Exchange[]): void {
    this.#answers = exchanges.map(({ answer }) => answer);
    this.requests.length = 0;
  }

  async waitForRequests(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const answer = this.#answers[this.requests.length] ?? { status: 404 };
    this.requests.push(describe(request, origin, text));
    const isText = typeof answer.body !== 'object';
    response.writeHead(answer.status, { 'Content-Type': isText ? 'text/plain' : 'application/json' });
    response.end(isText ? String(answer.body ?? '') : JSON.stringify(answer.body));
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

function describe({ method = '', url = '', headers }: IncomingMessage, origin: string, text: string): SeenRequest {
  const [path = '', query] = url.split('?');
  const type = headers['content-type'] ?? '';
  return {
    method,
    url: origin + path,
    ...(query !== undefined && { query: Object.fromEntries(new URLSearchParams(query)) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(type.startsWith('application/json') && text !== '' && { json: JSON.parse(text) as unknown }),
    ...(type.startsWith('application/x-www-form-urlencoded') && {
      form: Object.fromEntries(new URLSearchParams(text)),
    }),
    text,
  };
}
