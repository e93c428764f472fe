import { hostname } from 'node:os';
import type { MatcherMode } from '../alert/parse-matchers.ts';
import type { Config } from '../config/types.ts';
import type { Directory } from '../directory/directory.ts';
import type { HttpDeps } from '../http/deps.ts';
import { externalUrl } from '../http/external-url.ts';
import type { HttpOptions } from '../http/options.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import type { Logger } from '../log/logger.ts';
import type { MetricsOptions } from '../metrics/metric-factory.ts';
import { Metrics } from '../metrics/metrics.ts';
import { SqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { SteadyClock } from '../time/steady-clock.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { groupViews } from './group-views.ts';
import { type PipelineOptions, pipelineOf, readConfig } from './load.ts';
import { observe, observeBuild, observeConfig, reportSlowMatchers } from './observe.ts';
import type { Pipeline } from './pipeline.ts';
import { SourceWatches } from './source-watches.ts';
import { testReceiver } from './test-receiver.ts';

export interface AppOptions {
  readonly configFile: string;
  readonly storagePath: string;
  readonly fsync: 'process' | 'machine';
  /** '' for the default. */
  readonly externalUrl: string;
  /** Tocsin's own. */
  readonly version: string;
  readonly engine: EngineOptions;
  readonly http: HttpOptions;
  readonly metrics: MetricsOptions;
}

export interface AppDeps {
  /** The system's. */
  readonly clock: Clock;
  readonly logger: Logger;
}

/** ms that requests, and then sends, under way may take to finish when the process is asked to stop. */
const DRAIN = 5_000;

/** The whole service: a configuration file, a store, an engine and an HTTP server. */
export class App {
  readonly #options: AppOptions;
  readonly #deps: { readonly clock: SteadyClock; readonly logger: Logger };
  readonly #metrics: Metrics;
  /** What was started, to be stopped in reverse order. */
  readonly #cleanup: (() => Promise<void>)[] = [];
  #engine: Engine | undefined;
  #watches: SourceWatches | undefined;
  /** The one that is learning. */
  #directory: Directory | undefined;
  #externalURL = '';
  #addresses: readonly string[] = [];
  #reloading: Promise<void> = Promise.resolve();
  /** The one that waits for the one that is under way. */
  #nextReload: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * Resolves when requests are answered. Whatever fails, nothing is left running.
   * @throws Error with one clear message: ConfigError, StoreError, a port that is taken, ...
   */
  static async start(options: AppOptions, deps: AppDeps): Promise<App> {
    const app = new App(options, deps);
    try {
      await app.#start();
      return app;
    } catch (error) {
      await app.stop();
      throw error;
    }
  }

  private constructor(options: AppOptions, deps: AppDeps) {
    this.#options = options;
    this.#deps = { ...deps, clock: new SteadyClock(deps.clock) };
    this.#metrics = new Metrics(options.metrics);
    observeBuild(this.#metrics, options.version, options.http);
  }

  /** `HOST:PORT` of each listener, as bound. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  get externalURL(): string {
    return this.#externalURL;
  }

  /**
   * Reads the configuration again and goes on with it; on any error the one in force stays, whole.
   * @throws ConfigError, TemplateError
   */
  reload(): Promise<void> {
    // Whoever asks while another waits gets that one's: it has not read the file yet.
    this.#nextReload ??= this.#reloading.then(() => {
      this.#nextReload = undefined;
      return this.#reload();
    });
    this.#reloading = this.#nextReload.catch(() => {});
    return this.#nextReload;
  }

  /** Takes no more requests, finishes what is under way (bounded), closes the store. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(): Promise<void> {
    const { configFile, engine, http } = this.#options;
    const config = await readConfig(configFile, this.#readOptions());
    const server = createHttpServer(this.#httpDeps(), http);
    this.#cleanup.push(() => server.close(DRAIN));
    this.#addresses = await server.bind();
    this.#externalURL = externalUrl(this.#options.externalUrl, hostname(), this.#addresses[0] ?? '');
    const pipeline = await pipelineOf(config, this.#pipelineOptions());
    const store = await this.#openStore();
    // Recipients are resolved before the first notification is sent.
    await this.#direct(pipeline);
    this.#cleanup.push(async () => this.#directory?.stop());
    reportSlowMatchers(this.#deps);
    this.#engine = await Engine.start(pipeline, { ...this.#deps, metrics: this.#metrics, store }, engine);
    this.#cleanup.push(() => this.#running.stop(DRAIN));
    const watches = new SourceWatches(this.#engine, { ...this.#deps, metrics: this.#metrics });
    this.#cleanup.push(() => watches.stop());
    this.#watches = watches;
    watches.follow(config);
    observe(this.#metrics, this.#running, this.#deps.clock);
    observeConfig(this.#metrics, pipeline, this.#deps.clock);
    this.#warn(config);
    this.#warnOfLinks(pipeline);
    this.#serve(server, store);
    void this.#warmUp(pipeline);
  }

  /** In the background, so that neither the start nor the first notification waits for the senders' libraries. */
  async #warmUp(pipeline: Pipeline): Promise<void> {
    for (const { receiver } of [...pipeline.integrations.values()].flat()) {
      await receiver.warmUp?.().catch((error: unknown) => {
        this.#deps.logger.warn('Receiver warm-up failed', { err: error });
      });
    }
  }

  #serve(server: HttpServer, store: Store): void {
    this.#troubles = () => (store.trouble === undefined ? [] : [store.trouble]);
    server.serve();
  }

  #troubles: () => readonly string[] = () => [];

  get #running(): Engine {
    if (!this.#engine) throw new Error('not started yet');
    return this.#engine;
  }

  async #reload(): Promise<void> {
    const { configFile: file } = this.#options;
    const logger = this.#deps.logger.child({ component: 'configuration' });
    logger.info('Loading configuration file', { file });
    try {
      const config = await readConfig(file, this.#readOptions());
      const pipeline = await pipelineOf(config, this.#pipelineOptions());
      await this.#direct(pipeline);
      this.#running.swap(pipeline);
      this.#watches?.follow(config);
      observeConfig(this.#metrics, pipeline, this.#deps.clock);
      this.#warn(config);
      logger.info('Completed loading of configuration file', { file });
    } catch (error) {
      this.#metrics.configLastReloadSuccessful.set(0);
      logger.error('Loading configuration file failed', { file, err: error });
      throw error;
    }
  }

  /** Starts a pipeline's directory in place of the one before, from whom it takes what it may know already. */
  async #direct({ directory }: Pipeline): Promise<void> {
    const previous = this.#directory;
    this.#directory = directory;
    await directory.start({ ...this.#deps, metrics: this.#metrics }, previous);
    previous?.stop();
  }

  async #openStore(): Promise<Store> {
    const { storagePath: directory, fsync } = this.#options;
    const store = await SqliteStore.open({ ...this.#deps, metrics: this.#metrics, directory, fsync });
    this.#cleanup.push(() => store.close());
    return store;
  }

  async #stop(): Promise<void> {
    await this.#reloading;
    for (const step of this.#cleanup.toReversed()) {
      await step().catch((error: unknown) => this.#deps.logger.error('Stopping failed', { err: error }));
    }
  }

  #warn(config: Config): void {
    for (const warning of config.warnings) this.#deps.logger.warn(warning, { component: 'configuration' });
  }

  #warnOfLinks({ integrations }: Pipeline): void {
    if (this.#options.externalUrl !== '' || ![...integrations.values()].some((list) => list.length > 0)) return;
    this.#deps.logger.warn(
      'Links in notifications use the host name of this machine or container: set --web.external-url',
      {
        url: this.#externalURL,
      },
    );
  }

  #readOptions(): { readonly mode: MatcherMode; readonly retention: number } {
    const { matcherMode: mode, retention } = this.#options.engine;
    return { mode, retention };
  }

  #pipelineOptions(): PipelineOptions {
    return {
      ...this.#deps,
      metrics: this.#metrics,
      mode: this.#options.engine.matcherMode,
      externalURL: this.#externalURL,
      version: this.#options.version,
      alertmanagerVersion: this.#options.http.version.version,
    };
  }

  #httpDeps(): HttpDeps {
    const engine = (): Engine => this.#running;
    return {
      ...this.#deps,
      metrics: this.#metrics,
      config: () => engine().pipeline.config,
      receive: (inputs, source, endings) => engine().receive(inputs, source, endings),
      alerts: () => engine().intake.records(),
      receiversOf: (record) =>
        engine()
          .dispatcher.routesOf(record)
          .map(({ receiver }) => receiver),
      groups: () => groupViews(engine(), this.#deps.clock),
      get silences() {
        return engine().silences;
      },
      inhibitor: { mutes: (labels, now) => engine().inhibitor.mutes(labels, now) },
      deliveries: () => engine().deliveries(),
      retryDelivery: (id) => engine().retryDelivery(id),
      testReceiver: (name, request, signal) =>
        testReceiver(engine().pipeline, name, request, {
          clock: this.#deps.clock,
          signal,
          takeBudget: (integration) => engine().takeBudget(integration),
        }),
      reload: () => this.reload(),
      troubles: () => this.#troubles(),
    };
  }
}
