import { Engine, type EngineOptions } from '../../src/app/engine.ts';
import { groupViews } from '../../src/app/group-views.ts';
import { buildPipeline, type Pipeline } from '../../src/app/pipeline.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { HttpDeps } from '../../src/http/deps.ts';
import { DEFAULT_LIMITS, type HttpOptions } from '../../src/http/options.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { NO_ALERT_LIMITS } from '../../src/intake/alert-limits.ts';
import { createLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { sources } from '../../src/sources/registry.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Clock } from '../../src/time/clock.ts';
import { SteadyClock } from '../../src/time/steady-clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const CONFIG = `
route:
  receiver: team-X
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1m
  routes:
  - matchers: [team="y"]
    receiver: team-Y
receivers:
- name: team-X
- name: team-Y
  labels: { owner: yolanda }
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [cluster]
`;

export interface TestServerOptions {
  readonly config?: string;
  readonly clock?: Clock;
  readonly http?: Partial<HttpOptions>;
  readonly engine?: Partial<EngineOptions>;
  readonly troubles?: () => readonly string[];
  readonly testReceiver?: HttpDeps['testReceiver'];
}

/** The HTTP server over the real engine, with a memory store and receivers that send nothing. */
export class TestServer {
  readonly store = new MemoryStore();
  readonly metrics = new Metrics();
  readonly log: string[] = [];
  readonly clock: Clock;
  engine!: Engine;
  http!: HttpServer;
  /** `http://127.0.0.1:PORT`, the first listener. */
  url = '';
  /** What the next reload loads; an Error makes it fail. */
  nextConfig: string | Error = CONFIG;

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const server = new TestServer(options.clock ?? new FakeClock());
    await server.#start(options);
    return server;
  }

  private constructor(clock: Clock) {
    this.clock = clock;
  }

  async close(): Promise<void> {
    await this.http.close(0);
    await this.engine.stop(0);
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, { redirect: 'manual', ...init });
  }

  /** POSTs JSON: text as it is, anything else serialised. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
  }

  async json<T>(path: string): Promise<T> {
    return (await (await this.request(path)).json()) as T;
  }

  /** The value of one series in GET /metrics; undefined where there is none. */
  async metric(series: string): Promise<number | undefined> {
    const line = (await this.metrics.text()).split('\n').find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  async #start(options: TestServerOptions): Promise<void> {
    const logger = createLogger('debug', 'logfmt', { write: (line) => this.log.push(line) });
    const shared = { clock: new SteadyClock(this.clock), logger, metrics: this.metrics, store: this.store };
    this.engine = await Engine.start(build(options.config ?? CONFIG), shared, {
      retention: 120 * 3_600_000,
      maintenanceInterval: 900_000,
      alertsGcInterval: 1_800_000,
      startDelay: 0,
      alertLimits: NO_ALERT_LIMITS,
      maxSilences: 0,
      maxSilenceSizeBytes: 0,
      logSilences: false,
      matcherMode: 'fallback',
      ...options.engine,
    });
    this.http = createHttpServer(this.#deps(shared, options), {
      listenAddresses: ['127.0.0.1:0'],
      routePrefix: '/',
      webConfigFile: '',
      allowedHosts: [],
      getConcurrency: 100,
      timeout: 0,
      limits: DEFAULT_LIMITS,
      matcherMode: 'fallback',
      version: {
        version: '0.35.0',
        revision: 'r',
        branch: 'tocsin',
        buildUser: 'u',
        buildDate: 'd',
        goVersion: 'g',
      },
      clusterListenAddress: '',
      ...options.http,
    });
    const [address] = await this.http.listen();
    this.url = `http://${address}`;
  }

  #deps(shared: Pick<HttpDeps, 'clock' | 'logger' | 'metrics'>, options: TestServerOptions): HttpDeps {
    const { engine } = this;
    return {
      ...shared,
      config: () => engine.pipeline.config,
      receive: (inputs, source, endings) => engine.receive(inputs, source, endings),
      alerts: () => engine.intake.records(),
      receiversOf: (record) => engine.dispatcher.routesOf(record).map(({ receiver }) => receiver),
      groups: () => groupViews(engine, this.clock),
      silences: engine.silences,
      inhibitor: { mutes: (labels, now) => engine.inhibitor.mutes(labels, now) },
      testReceiver: options.testReceiver ?? (async () => undefined),
      reload: async () => {
        if (this.nextConfig instanceof Error) throw this.nextConfig;
        engine.swap(build(this.nextConfig));
      },
      deliveries: () => engine.deliveries(),
      retryDelivery: (id) => engine.retryDelivery(id),
      troubles: options.troubles ?? (() => []),
    };
  }
}

function build(text: string): Pipeline {
  const config = loadConfig(text, { file: 'test.yml', mode: 'fallback', integrations: receiverKinds, sources });
  // Nothing goes out.
  const receivers = config.receivers.map((receiver) => ({ ...receiver, integrations: [] }));
  return buildPipeline(
    { ...config, receivers },
    {
      templates: {} as never,
      externalURL: 'http://tocsin.example',
      version: '0',
      alertmanagerVersion: '0',
      clock: new FakeClock(),
      logger: createLogger('error', 'logfmt', { write: () => true }),
      metrics: new Metrics(),
    },
  );
}
