import { type AlertmanagerLike, startAlertmanager } from '../support/alertmanager.ts';
import { startTocsin } from '../support/tocsin.ts';
import { WebhookCollector } from '../support/webhook-collector.ts';

/** `CONFORMANCE_CANDIDATE=alertmanager` compares Alertmanager with itself: what the suite then finds is its own fault. */
export const isSelfTest = process.env.CONFORMANCE_CANDIDATE === 'alertmanager';

/** One of the two programs under the same script, with a webhook receiver of its own. */
export interface Side {
  readonly name: string;
  readonly server: AlertmanagerLike;
  readonly hook: WebhookCollector;
}

export interface Pair {
  /** Debian's Alertmanager, then Tocsin. */
  readonly sides: readonly [reference: Side, candidate: Side];
  stop(): Promise<void>;
}

/**
 * Starts both programs with the same configuration.
 * @param config makes it, given the base URL of the side's webhook receiver.
 * @param answer the status with which the webhook receivers answer a path's n-th notification.
 */
export async function startPair(
  config: (hook: string) => unknown,
  answer: (path: string, count: number) => number = () => 200,
): Promise<Pair> {
  const start = async (name: string, startServer: typeof startAlertmanager): Promise<Side> => {
    const hook = await WebhookCollector.start(answer);
    // JSON is YAML.
    return { name, hook, server: await startServer(JSON.stringify(config(hook.url()))) };
  };
  const sides = await Promise.all([
    start('Alertmanager', startAlertmanager),
    start('Tocsin', isSelfTest ? startAlertmanager : startTocsin),
  ]);
  return {
    sides,
    async stop() {
      await Promise.all(sides.flatMap(({ server, hook }) => [server.stop(), hook.close()]));
    },
  };
}

/** An answer as the comparison sees it: `body` is parsed when it is JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly body: unknown;
}

export interface ApiRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const HEADERS = ['content-type', 'cache-control', 'access-control-allow-origin', 'vary'];

export async function ask(side: Side, { method = 'GET', path, headers, body }: ApiRequest): Promise<ApiAnswer> {
  let response: Response;
  try {
    response = await fetch(`${side.server.url}${path}`, {
      method,
      redirect: 'manual',
      ...(headers ? { headers } : {}),
      ...(body === undefined ? {} : { body }),
    });
  } catch {
    return { status: 0, headers: {}, body: 'the connection was closed without an answer' };
  }
  const text = await response.text();
  // Go lists the methods that are allowed in any order.
  const allow = response.headers.get('allow')?.split(/, ?/).sort().join() ?? null;
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  return {
    status: response.status,
    headers: { ...Object.fromEntries(HEADERS.map((name) => [name, response.headers.get(name)])), allow },
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
}

/** Posts JSON and expects a 2xx. */
export async function post(side: Side, path: string, value: unknown): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await ask(side, { method: 'POST', path, headers, body: JSON.stringify(value) });
  if (answer.status >= 300)
    throw new Error(`${side.name}: POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
