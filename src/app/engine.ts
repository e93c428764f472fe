import type { Alert, AlertInput, Ending } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import { isValidLabelName, type MatcherMode } from '../alert/parse-matchers.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import type { AlertLimitOptions } from '../intake/alert-limits.ts';
import { Intake, type Receipt, type Subscriber } from '../intake/intake.ts';
import type { NormalizeOptions } from '../intake/normalize.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Inhibitor } from '../muting/inhibitor.ts';
import { Silences } from '../muting/silences.ts';
import { Budgets } from '../notify/budgets.ts';
import { adoptByPlace, carryOver } from '../notify/carry-over.ts';
import { alertIdentity } from '../notify/decide.ts';
import { budgetKey, budgetNames, type Integration, integrationName } from '../notify/integration.ts';
import { logKey } from '../notify/log-key.ts';
import { NotificationLog } from '../notify/notification-log.ts';
import { Notifier } from '../notify/notifier.ts';
import { type Delivery, listUndelivered, undeliveredKey } from '../notify/undelivered.ts';
import { UnderWay } from '../notify/under-way.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { withSlicedTimers } from '../time/scheduler.ts';
import type { SteadyClock } from '../time/steady-clock.ts';
import { closeReceivers, type Pipeline } from './pipeline.ts';

/** Flags that the engine obeys. Times in ms. */
export interface EngineOptions {
  readonly retention: number;
  readonly maintenanceInterval: number;
  readonly alertsGcInterval: number;
  readonly startDelay: number;
  readonly alertLimits: AlertLimitOptions;
  readonly maxSilences: number;
  readonly maxSilenceSizeBytes: number;
  readonly logSilences: boolean;
  readonly matcherMode: MatcherMode;
}

export interface EngineDeps {
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly store: Store;
}

/** Everything between a source and a receiver, wired: intake -> groups -> pipeline, over one store and one clock. */
export class Engine {
  readonly intake: Intake;
  readonly silences: Silences;
  readonly log: NotificationLog;
  readonly #budgets: Budgets;
  readonly #underWay = new UnderWay();
  /** For the many deadlines and waits of notifications. */
  readonly #timers: Clock;
  readonly #deps: EngineDeps;
  readonly #options: EngineOptions;
  #running: Running;
  /** Replaced configurations whose last flushes are not done yet. */
  readonly #retired = new Set<Running>();
  readonly #cancelMaintenance: (() => void)[] = [];

  /** @throws StoreError when what was kept cannot be read. */
  static async start(pipeline: Pipeline, deps: EngineDeps, options: EngineOptions): Promise<Engine> {
    const engine = new Engine(pipeline, deps, options);
    await engine.#load();
    return engine;
  }

  private constructor(pipeline: Pipeline, deps: EngineDeps, options: EngineOptions) {
    this.#timers = withSlicedTimers(deps.clock);
    deps.clock.onJump((before, now) => this.#clockJumped(before, now));
    this.#deps = deps;
    this.#options = options;
    this.intake = new Intake({ ...deps, limits: options.alertLimits, retention: options.retention });
    this.#budgets = new Budgets({
      ...deps,
      onError: (err) => deps.logger.error('Saving an email budget failed', { err }),
    });
    this.log = new NotificationLog({ ...deps, retention: options.retention });
    this.silences = new Silences({
      ...deps,
      retention: options.retention,
      maxSilences: options.maxSilences,
      maxSizeBytes: options.maxSilenceSizeBytes,
      mode: options.matcherMode,
      logSilences: options.logSilences,
    });
    const notifier = this.#createNotifier(pipeline);
    const dispatcher = new Dispatcher(pipeline.root, {
      ...deps,
      startDelay: options.startDelay,
      notify: (flush) => this.#running.notifier.flush(flush),
      isNotifiedAsFiring: (groupKey, receiver, alert) => this.#isNotifiedAsFiring(groupKey, receiver, alert),
      released: (records) => this.intake.released(records),
    });
    this.#running = { pipeline, notifier, dispatcher };
    this.#subscribe(pipeline.inhibitor, dispatcher);
  }

  get pipeline(): Pipeline {
    return this.#running.pipeline;
  }

  get dispatcher(): Dispatcher {
    return this.#running.dispatcher;
  }

  get inhibitor(): Inhibitor {
    return this.#running.pipeline.inhibitor;
  }

  /** @param endings the sender's report that earlier alerts of its own have ended. */
  async receive(inputs: readonly AlertInput[], source: string, endings: readonly Ending[] = []): Promise<Receipt> {
    const options = this.#normalizeOptions();
    const receipt = this.intake.receive(inputs, source, options);
    if (endings.length > 0) await Promise.all([receipt, this.intake.end(endings, source, options)]);
    return receipt;
  }

  /** What is due and not delivered, oldest first. */
  deliveries(): Delivery[] {
    // What is pending for a group that is no more waits for its alerts to be in a group of that kind again.
    const groups = new Set(Array.from(this.#running.dispatcher.groups(), ({ key }) => key));
    const isTried = (state: Delivery['state']): boolean => state === 'pending' || state === 'set aside';
    const { integrations } = this.#running.pipeline;
    const listed = listUndelivered(this.log, ({ receiver, kind, identity }) => {
      const found = integrations.get(receiver)?.find((one) => one.kind === kind && one.identity === identity);
      return found ? integrationName(found) : kind;
    });
    return listed.filter(({ state, groupKey }) => !isTried(state) || groups.has(groupKey));
  }

  /** Tries a delivery at once, also one that was set aside. Resolves to whether there is one. */
  /** Takes one message of an integration's `rate_limit` for a test. @returns whether there was one */
  takeBudget(integration: Integration): boolean {
    const { rateLimit } = integration.receiver;
    return !rateLimit || this.#budgets.take(budgetKey(integration), rateLimit, 'ordinary');
  }

  async retryDelivery(id: string): Promise<boolean> {
    const key = undeliveredKey(this.log, id);
    if (key === undefined) return false;
    await this.log.retryNow(key);
    return this.#running.dispatcher.tickNow(key.groupKey);
  }

  /**
   * Goes on with another configuration. An attempt under way finishes with the one it began with; what would have to be
   * tried again is tried with the new one.
   */
  swap(pipeline: Pipeline): void {
    for (const record of this.intake.records()) pipeline.inhibitor.add(record);
    const old = this.#running;
    this.#running = { pipeline, notifier: this.#createNotifier(pipeline), dispatcher: old.dispatcher };
    this.#subscribe(pipeline.inhibitor, old.dispatcher);
    this.#underWay.replaceAll();
    old.notifier.drain();
    old.dispatcher.reload(pipeline.root);
    void this.#carryOver();
    void this.#retire(old);
  }

  /**
   * Ticks no more, lets attempts under way finish for at most `patience` ms, then ends them; what is not delivered stays
   * pending in the log.
   */
  async stop(patience: number): Promise<void> {
    for (const cancel of this.#cancelMaintenance) cancel();
    this.#running.notifier.drain();
    const cancel = this.#deps.clock.after(patience, () => {
      for (const { notifier } of [this.#running, ...this.#retired]) notifier.abort();
    });
    await this.#running.dispatcher.stop();
    await Promise.all([this.#running, ...this.#retired].map(({ notifier }) => notifier.idle()));
    cancel();
    await closeReceivers(this.#running.pipeline);
  }

  async #load(): Promise<void> {
    await Promise.all([
      this.silences.load(),
      this.log.load(),
      this.#budgets.load(budgetNames(this.#running.pipeline.integrations)),
    ]);
    await adoptByPlace(this.log, this.#running.pipeline.integrations);
    await this.intake.load();
    await this.#carryOver();
    this.#every(this.#options.maintenanceInterval, async () => {
      const now = this.#deps.clock.now();
      await Promise.all([this.silences.gc(now), this.log.gc()]);
    });
    this.#every(this.#options.alertsGcInterval, () =>
      this.intake.gc((record) => this.#running.dispatcher.holds(record)),
    );
  }

  #isNotifiedAsFiring(groupKey: string, receiver: string, alert: Alert): boolean {
    const integrations = this.#running.pipeline.integrations.get(receiver) ?? [];
    const identity = alertIdentity(alert);
    return integrations.some((integration) => this.log.holdsAsFiring(logKey(groupKey, integration, ''), identity));
  }

  /** In force at once; the promise is for its durability. */
  async #carryOver(): Promise<void> {
    const groups = Array.from(this.#running.dispatcher.groups(), ({ key, route, alerts }) => ({
      key,
      receiver: route.receiver,
      alerts,
    }));
    await carryOver(this.log, groups, this.#running.pipeline.integrations).catch((error: unknown) => {
      this.#deps.logger.warn('Writing the notification log failed', { err: error });
    });
  }

  /** Silences and time intervals are meant in wall time and follow it; how long ago something was does not change. */
  #clockJumped(before: number, now: number): void {
    const { logger } = this.#deps;
    logger.warn('The wall clock jumped, or the machine was suspended', { seconds: Math.round((now - before) / 1_000) });
    this.intake.clockJumped(before, now);
    this.#budgets.clockJumped(now - before);
    this.log.clockJumped(now - before).catch((error: unknown) => {
      logger.warn('Writing the notification log after a clock jump failed', { err: error });
    });
  }

  /** A replaced configuration's receivers keep their connections until its last flush is done. */
  async #retire(old: Running): Promise<void> {
    this.#retired.add(old);
    await old.notifier.idle();
    this.#retired.delete(old);
    await closeReceivers(old.pipeline);
  }

  #createNotifier(pipeline: Pipeline): Notifier {
    return new Notifier({
      ...this.#deps,
      clock: this.#timers,
      log: this.log,
      budgets: this.#budgets,
      underWay: this.#underWay,
      carryOver: () => this.#carryOver(),
      muters: {
        inhibitor: pipeline.inhibitor,
        silences: this.silences,
        timeIntervals: pipeline.config.timeIntervals,
      },
      integrations: pipeline.integrations,
      renderRouteLabels: pipeline.renderRouteLabels,
    });
  }

  /** The inhibitor comes first, so that a flush never sees a source later than its target. */
  #subscribe(inhibitor: Inhibitor, dispatcher: Dispatcher): void {
    const toMuters: Subscriber = {
      added: (record: AlertRecord) => {
        inhibitor.add(record);
        this.silences.prepare(record.labels);
      },
      updated: (record, previous) => inhibitor.updated(record, previous),
      removed: (record: AlertRecord) => inhibitor.remove(record),
    };
    this.intake.subscribe([toMuters, dispatcher]);
  }

  #normalizeOptions(): NormalizeOptions {
    const { matcherMode } = this.#options;
    return {
      resolveTimeout: this.#running.pipeline.config.resolveTimeout,
      isValidName: (name) => isValidLabelName(name, matcherMode),
    };
  }

  #every(interval: number, work: () => Promise<void> | void): void {
    const index = this.#cancelMaintenance.length;
    const run = async (): Promise<void> => {
      await work();
    };
    const arm = (): void => {
      this.#cancelMaintenance[index] = this.#deps.clock.after(interval, () => {
        run()
          .catch((error: unknown) => this.#deps.logger.error('Maintenance failed', { err: error }))
          .finally(arm);
      });
    };
    arm();
  }
}

interface Running {
  readonly pipeline: Pipeline;
  readonly notifier: Notifier;
  readonly dispatcher: Dispatcher;
}
