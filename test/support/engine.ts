import type { AlertInput } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { createMatcher } from '../../src/alert/matcher.ts';
import type { Notification } from '../../src/alert/notification.ts';
import { Engine, type EngineOptions } from '../../src/app/engine.ts';
import type { Pipeline } from '../../src/app/pipeline.ts';
import type { TargetKind } from '../../src/config/target-kind.ts';
import type { Config, InhibitRuleConfig, RouteConfig } from '../../src/config/types.ts';
import { Directory } from '../../src/directory/directory.ts';
import { NO_ALERT_LIMITS } from '../../src/intake/alert-limits.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { Inhibitor } from '../../src/muting/inhibitor.ts';
import { TargetResolver } from '../../src/notify/audience/target-resolver.ts';
import type { Integration } from '../../src/notify/integration.ts';
import type { Receiver, SendReport } from '../../src/receivers/receiver.ts';
import { buildRouteTree } from '../../src/routing/route.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import type { TimeInterval } from '../../src/time/interval.ts';
import { SteadyClock } from '../../src/time/steady-clock.ts';
import { FakeClock } from './fake-clock.ts';
import { routeConfig } from './routes.ts';

/** A receiver that writes down what it is given, and can be told to fail. */
export class RecordingReceiver implements Receiver {
  readonly sent: { readonly at: number; readonly notification: Notification }[] = [];
  /** Thrown by the next sends while set. */
  failure: Error | undefined;
  /** The same for single audiences. */
  readonly failures = new Map<string, Error>();
  attempts = 0;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** What successful sends report. */
  report: SendReport | undefined;

  // biome-ignore lint/suspicious/noConfusingVoidType: as in the interface.
  async send(notification: Notification): Promise<SendReport | void> {
    this.attempts++;
    const failure = this.failure ?? this.failures.get(notification.target?.id ?? '');
    if (failure) throw failure;
    this.sent.push({ at: this.#clock.monotonic() / 1_000, notification });
    return this.report;
  }

  async close(): Promise<void> {}

  /** One line per message: `second: alert alert -resolved (reason)`, with `target <- ` before the alerts of one. */
  get story(): string[] {
    return this.sent.map(({ at, notification: { alerts, reason, target } }) => {
      const names = alerts.map(
        ({ alert, status }) => `${status === 'resolved' ? '-' : ''}${alert.labels.get('alertname')}`,
      );
      return `${at}: ${target ? `${target.id} <- ` : ''}${names.join(' ')} (${reason})`;
    });
  }
}

export interface HarnessOptions {
  readonly route?: Partial<RouteConfig>;
  readonly sendResolved?: boolean;
  readonly inhibitRules?: readonly InhibitRuleConfig[];
  readonly timeIntervals?: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly store?: Store;
  readonly clock?: FakeClock;
  readonly engine?: Partial<EngineOptions>;
  /** Each alert goes to the words of its annotation `to`, '' where it has none. */
  readonly audiences?: boolean;
  /** A second integration of the same receiver: `harness.sibling`. */
  readonly sibling?: boolean;
  /** The only words that alerts may name. */
  readonly allowed?: readonly string[];
  /** `r` and `webhook` where absent. */
  readonly receiverName?: string;
  /** What the integration is, to the notification log. */
  readonly identity?: string;
  readonly kind?: string;
}

const HOUR = 3_600_000;

/** Flags as a test has them: nothing is limited. */
export function engineOptions(over: Partial<EngineOptions> = {}): EngineOptions {
  return {
    retention: 120 * HOUR,
    maintenanceInterval: HOUR / 4,
    alertsGcInterval: HOUR / 2,
    startDelay: 0,
    alertLimits: NO_ALERT_LIMITS,
    maxSilences: 0,
    maxSilenceSizeBytes: 0,
    logSilences: false,
    matcherMode: 'fallback',
    ...over,
  };
}

/** The engine on a fake clock, with one recording receiver named `r` behind it. */
export class Harness {
  readonly clock: FakeClock;
  readonly receiver: RecordingReceiver;
  readonly sibling: RecordingReceiver;
  readonly metrics: Metrics;
  readonly engine: Engine;
  readonly #steady: SteadyClock;

  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const clock = options.clock ?? new FakeClock();
    const receiver = new RecordingReceiver(clock);
    const sibling = new RecordingReceiver(clock);
    const metrics = new Metrics();
    const steady = new SteadyClock(clock);
    const engine = await Engine.start(
      pipeline(options, receiver, sibling),
      { clock: steady, logger: nullLogger, metrics, store: options.store ?? new MemoryStore() },
      engineOptions(options.engine),
    );
    return new Harness({ clock, receiver, sibling, engine, metrics, steady });
  }

  private constructor(
    parts: Pick<Harness, 'clock' | 'receiver' | 'sibling' | 'engine' | 'metrics'> & { readonly steady: SteadyClock },
  ) {
    this.clock = parts.clock;
    this.receiver = parts.receiver;
    this.sibling = parts.sibling;
    this.engine = parts.engine;
    this.metrics = parts.metrics;
    this.#steady = parts.steady;
  }

  reload(options: HarnessOptions): void {
    this.engine.swap(pipeline(options, this.receiver, this.sibling));
  }

  /** Posts alerts named so, as Prometheus would; `end` in seconds from now (0: resolved now; none: still firing). */
  async push(names: string, fields: Partial<AlertInput> & { readonly end?: number } = {}): Promise<void> {
    // As at each request.
    this.#steady.sync();
    const { end, ...rest } = fields;
    const now = this.clock.now();
    await this.engine.receive(
      names.split(' ').map((alertname) => ({
        labels: LabelSet.of({ alertname }),
        annotations: LabelSet.empty,
        ...(end !== undefined && { endsAt: now + end * 1_000 }),
        ...rest,
      })),
      'prometheus',
    );
  }

  /** Annotations that name these words as targets. */
  to(words: string): LabelSet {
    return LabelSet.of({ to: words });
  }

  /** Silences the alerts of a name for `seconds` from now. */
  async silence(alertname: string, seconds: number): Promise<void> {
    const now = this.clock.now();
    await this.engine.silences.set({
      matcherSets: [[createMatcher('=', 'alertname', alertname)]],
      startsAt: now,
      endsAt: now + seconds * 1_000,
      createdBy: 'me',
      comment: '',
      annotations: LabelSet.empty,
    });
  }

  /** Ends the engine at once, sends under way included. */
  async stop(): Promise<void> {
    const stopped = this.engine.stop(0);
    await this.clock.advance(0);
    await stopped;
  }

  async seconds(count: number): Promise<void> {
    await this.clock.advance(count * 1_000);
  }

  get story(): string[] {
    return this.receiver.story;
  }
}

/** Targets are words; "default" stands for the configured recipients. */
const words: TargetKind = {
  allowedKey: 'allowed',
  expected: 'a word',
  split: (list) => list.split(' '),
  parse: (item) => (item === 'default' ? [] : [{ id: item, name: '', address: item }]),
  problem: ({ id }, allowed) => (allowed.length === 0 || allowed.includes(id) ? undefined : `${id} is not allowed`),
  parseAllowed: (text) => text,
};

function pipeline(options: HarnessOptions, receiver: Receiver, sibling: Receiver): Pipeline {
  const route: RouteConfig = {
    ...routeConfig({ receiver: 'r', groupBy: [], groupWait: 1_000, groupInterval: 10_000, repeatInterval: 60_000 }),
    ...options.route,
  };
  const config: Config = {
    resolveTimeout: 300_000,
    route,
    receivers: [],
    inhibitRules: options.inhibitRules ?? [],
    timeIntervals: options.timeIntervals ?? new Map(),
    templates: [],
    sources: new Map(),
    teams: [],
    original: '',
    hash: 0,
    templateLanguage: 'auto',
    warnings: [],
  };
  const directory = new Directory(config);
  const settings = {
    annotation: 'to',
    default: [],
    allowed: options.allowed ?? [],
    kind: 'word',
    target: words,
    configured: '',
  };
  const resolver = new TargetResolver(settings, { directory, logger: nullLogger });
  const integration: Integration = {
    receiverName: options.receiverName ?? 'r',
    kind: options.kind ?? 'webhook',
    index: 0,
    identity: options.identity ?? 'one',
    sendResolved: options.sendResolved ?? true,
    receiver,
    ...(options.audiences && { resolver }),
  };
  const other: Integration = { ...integration, index: 1, identity: 'other', receiver: sibling };
  return {
    config,
    root: buildRouteTree(route),
    inhibitor: new Inhibitor(config.inhibitRules),
    directory,
    integrations: new Map([[integration.receiverName, options.sibling ? [integration, other] : [integration]]]),
    buildReceiver: () => undefined,
    renderRouteLabels: () => LabelSet.empty,
  };
}
