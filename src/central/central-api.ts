import { createHttpClient, type HttpClient, type HttpResponse } from '../http-client/http-client.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { isObject, type JsonObject } from '../sources/json.ts';
import type { CentralOptions } from '../sources/rhacs/central.ts';
import type { Clock } from '../time/clock.ts';
import { CentralError, statusProblem } from './central-error.ts';

export type State = 'ACTIVE' | 'RESOLVED' | 'ATTEMPTED';

/** One alert, as Central has it. */
export interface CentralAlert {
  readonly state: State;
  /** RFC 3339; '' where Central does not say: not resolved, or by hand. */
  readonly resolvedAt: string;
}

export interface CentralApiDeps {
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** ms that one request may take. */
const PATIENCE = 10_000;
/** An alert may list thousands of violations. */
const MAX_ANSWER = 32 * 1024 * 1024;

/**
 * The part of Central's API that knows alerts. Whatever is not exactly the answer that was to be expected is a
 * CentralError: nothing can be concluded from it.
 */
export class CentralApi {
  readonly #url: string;
  readonly #deps: CentralApiDeps;
  readonly #client: HttpClient;

  constructor(options: CentralOptions, deps: CentralApiDeps) {
    const { url, tokenFile, caFile, insecureSkipVerify } = options;
    this.#url = url;
    this.#deps = deps;
    this.#client = createHttpClient(
      {
        authorization: { type: 'Bearer', credentials: { file: tokenFile } },
        tls: { ...(caFile !== undefined && { caFile }), insecureSkipVerify },
        // A redirect leads to a login page, or to who should not see the token.
        followRedirects: false,
        enableHttp2: false,
        proxy: { noProxy: '', fromEnvironment: true, connectHeader: new Map() },
        headers: new Map(),
      },
      deps.clock,
    );
  }

  /**
   * The states of those of `ids` that Central knows, in one answer: it cannot change between two pages.
   * @throws CentralError
   */
  async states(ids: readonly string[], signal: AbortSignal): Promise<Map<string, State>> {
    const query = `Alert ID:${ids.map((id) => `"${id}"`).join(',')}+Violation State:ACTIVE,RESOLVED,ATTEMPTED`;
    const alerts = await this.#list(query, Math.max(ids.length, 1), signal);
    const asked = new Set(ids);
    const states = new Map<string, State>();
    for (const alert of alerts) {
      const { id, state } = isObject(alert) ? alert : {};
      if (typeof id !== 'string' || !asked.delete(id) || !isState(state)) {
        throw new CentralError('Central answered with other alerts than it was asked for');
      }
      states.set(id, state);
    }
    return states;
  }

  /** Sees whether Central answers. @throws CentralError */
  async check(signal: AbortSignal): Promise<void> {
    await this.#list('Violation State:ACTIVE', 1, signal);
  }

  /** @returns undefined where Central says itself that it has no such alert. @throws CentralError */
  async alert(id: string, signal: AbortSignal): Promise<CentralAlert | undefined> {
    const response = await this.#get(`/v1/alerts/${encodeURIComponent(id)}`, signal);
    if (response.status === 404 && isNotFound(response.body)) return undefined;
    const alert = this.#read(response);
    if (alert.id !== id || !isState(alert.state)) throw new CentralError('Central answered with another alert');
    return { state: alert.state, resolvedAt: typeof alert.resolvedAt === 'string' ? alert.resolvedAt : '' };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #list(query: string, limit: number, signal: AbortSignal): Promise<readonly unknown[]> {
    const page = `query=${encodeURIComponent(query)}&pagination.limit=${limit}&pagination.offset=0`;
    const { alerts } = this.#read(await this.#get(`/v1/alerts?${page}`, signal));
    if (Array.isArray(alerts)) return alerts;
    throw new CentralError('Central answered without a list of alerts: is url the address of Central itself?');
  }

  #read({ status, body, retryAfter }: HttpResponse): JsonObject {
    if (status !== 200) {
      throw new CentralError(statusProblem(status), { retryAfter });
    }
    const json = parse(body);
    if (json) return json;
    throw new CentralError(
      'the answer is not JSON, or was cut: is url the address of Central itself, without a proxy or login page before it?',
    );
  }

  async #get(path: string, signal: AbortSignal): Promise<HttpResponse> {
    const { clock, metrics } = this.#deps;
    const late = new AbortController();
    const cancel = clock.after(PATIENCE, () => late.abort());
    let code = 'error';
    try {
      const headers = { Accept: 'application/json', 'User-Agent': 'Tocsin' };
      const request = { method: 'GET', url: this.#url + path, headers, maxBytes: MAX_ANSWER } as const;
      const response = await this.#client.request(request, AbortSignal.any([signal, late.signal]));
      code = String(response.status);
      return response;
    } catch (error) {
      if (late.signal.aborted) code = 'timeout';
      const words = late.signal.aborted ? `no answer within ${PATIENCE / 1_000} s` : plainWords(error as Error);
      throw new CentralError(words, { cause: error });
    } finally {
      cancel();
      if (!signal.aborted) metrics.tocsinCentralRequestsTotal.inc({ code });
    }
  }
}

function isState(value: unknown): value is State {
  return value === 'ACTIVE' || value === 'RESOLVED' || value === 'ATTEMPTED';
}

/** The error that Central has for an alert that is not there: code 5 is gRPC's NOT_FOUND. */
function isNotFound(body: string): boolean {
  const error = parse(body);
  return error?.code === 5 && typeof error.message === 'string';
}

function parse(body: string): JsonObject | undefined {
  try {
    const json = JSON.parse(body) as unknown;
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The client's words without its form, and with the keys that `central` has. */
function plainWords({ message }: Error): string {
  return message
    .replace(/^Get "<redacted>": /, '')
    .replace('tls_config.ca_file', 'central.ca_file')
    .replace(' (tls_config.server_name says which to expect)', '');
}
