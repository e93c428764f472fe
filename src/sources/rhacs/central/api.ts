import type { HttpResponse } from '../../../http-client/http-client.ts';
import type { Metrics } from '../../../metrics/metrics.ts';
import type { Clock } from '../../../time/clock.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { ApiClient, type ApiError, type ApiServer } from '../api-client.ts';
import { CentralError, statusProblem } from './error.ts';

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

const LIMITS = {
  patience: 10_000,
  /** An alert may list thousands of violations. */
  maxBytes: 32 * 1024 * 1024,
};

/**
 * The part of Central's API that knows alerts. Whatever is not exactly the answer that was to be expected is a
 * CentralError: nothing can be concluded from it.
 */
export class CentralApi {
  readonly #deps: CentralApiDeps;
  readonly #client: ApiClient;

  constructor(server: ApiServer, deps: CentralApiDeps) {
    this.#deps = deps;
    this.#client = new ApiClient(server, deps.clock, true);
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
    let code = 'error';
    try {
      const response = await this.#client.request(path, signal, LIMITS);
      code = String(response.status);
      return response;
    } catch (error) {
      const { message, timeout } = error as ApiError;
      if (timeout) code = 'timeout';
      throw new CentralError(message, { cause: error });
    } finally {
      if (!signal.aborted) this.#deps.metrics.tocsinCentralRequestsTotal.inc({ code });
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
