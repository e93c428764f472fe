import { type Certificate, certificates } from './certificates.ts';
import { type Answer, type ReceivedRequest, TestHttpServer } from './http-server.ts';

export interface StoredAlert {
  readonly id: string;
  state: string;
  resolvedAt: string | null;
  readonly time: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * The part of Central's REST API that tells of alerts, over real HTTPS: shapes, defaults and errors as Central has them.
 *
 *     const central = await FakeCentral.start();
 *     central.put(id);             // active
 *     central.resolve(id, '2026-08-21T00:10:00Z');
 *     central.delete(id);
 *     central.answer = () => 503;  // for any request; undefined: leaves it to Central
 */
export class FakeCentral {
  readonly token = 'central-token';
  /** Looked at first. */
  answer: (request: ReceivedRequest) => Answer | undefined = () => undefined;
  readonly #server: TestHttpServer;
  readonly #alerts = new Map<string, StoredAlert>();

  private constructor(server: TestHttpServer) {
    this.#server = server;
    server.answer = (request) => this.answer(request) ?? this.#respond(request);
  }

  static async start(certificate: Certificate = certificates().good): Promise<FakeCentral> {
    const { cert, key } = certificate;
    return new FakeCentral(await TestHttpServer.start(() => 500, { cert, key }));
  }

  get url(): string {
    return this.#server.url('', 'localhost');
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#server.requests;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  put(id: string, state = 'ACTIVE'): void {
    this.#alerts.set(id, { id, state, resolvedAt: null, time: '2026-08-20T10:00:00Z' });
  }

  /** @param at null: by hand. */
  resolve(id: string, at: string | null): void {
    Object.assign(this.#alerts.get(id) as StoredAlert, { state: 'RESOLVED', resolvedAt: at });
  }

  delete(id: string): void {
    this.#alerts.delete(id);
  }

  #respond({ url, headers }: ReceivedRequest): Answer {
    if (headers.authorization !== `Bearer ${this.token}`) return error(401, 16, 'credentials not found');
    const { pathname, searchParams } = new URL(url, this.url);
    if (pathname === '/v1/alerts') return json(200, { alerts: this.#list(searchParams) });
    const id = /^\/v1\/alerts\/([^/]+)$/.exec(pathname)?.[1];
    if (id === undefined) return error(404, 5, 'Not Found');
    const alert = this.#alerts.get(decodeURIComponent(id));
    if (!alert) return error(404, 5, `alert with id '${id}' not found`);
    return json(200, {
      ...alert,
      policy: { name: 'P' },
      processViolation: null,
      enforcement: null,
      enforcementCount: 0,
    });
  }

  /** `Field:value,value+Field:value`, values in quotes, RESOLVED left out unless the query says which states. */
  #list(params: URLSearchParams): unknown[] {
    const wanted = new Map(
      (params.get('query') ?? '')
        .split('+')
        .filter((part) => part !== '')
        .map((part) => {
          const [field = '', values = ''] = part.split(':');
          return [field, values.split(',').map((value) => value.replaceAll('"', ''))];
        }),
    );
    const ids = wanted.get('Alert ID');
    const states = wanted.get('Violation State') ?? ['ACTIVE', 'ATTEMPTED'];
    const offset = Number(params.get('pagination.offset') ?? 0);
    const limit = Number(params.get('pagination.limit') ?? 1_000);
    return [...this.#alerts.values()]
      .filter(({ id, state }) => states.includes(state) && (ids === undefined || ids.includes(id)))
      .slice(offset, offset + limit)
      .map(({ id, state, time }) => ({ id, state, time, lifecycleStage: 'RUNTIME', policy: { name: 'P' } }));
  }
}

function json(status: number, body: unknown): Answer {
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) };
}

function error(status: number, code: number, message: string): Answer {
  return json(status, { code, message, details: [], error: message });
}
