import { Counter, collectDefaultMetrics, Gauge, Histogram, type Metric, Registry } from 'prom-client';

/** Which series there are, and which labels they carry beyond the usual ones (Alertmanager's `*-in-metrics` feature flags). All off by default. */
export interface MetricsOptions {
  /** The kinds of integration whose notification series exist from the start, at 0; with `receiverNames` those that are configured do. */
  readonly integrations?: readonly string[];
  /** `receiver-name-in-metrics`: notification metrics also say `receiver_name`. */
  readonly receiverNames?: boolean;
  /** `alert-names-in-metrics`: alertmanager_alerts_limited_total also says `alertname`. */
  readonly alertNames?: boolean;
  /** `group-key-in-metrics`: alertmanager_alerts also says `group_key`. */
  readonly groupKeys?: boolean;
  /** Also process_* and nodejs_* (event loop, heap, GC): for the server, once per process. */
  readonly process?: boolean;
}

/** Prometheus' default buckets, seconds. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes metrics in one registry and writes the text exposition. */
export class MetricFactory {
  readonly registry = new Registry();
  readonly options: MetricsOptions;
  readonly #beforeCollect: (() => void | Promise<void>)[] = [];

  constructor(options: MetricsOptions = {}) {
    this.options = options;
    if (options.process) collectDefaultMetrics({ register: this.registry });
  }

  /** Calls `update` before every scrape: for gauges that are cheaper to compute when somebody asks. */
  onCollect(update: () => void | Promise<void>): void {
    this.#beforeCollect.push(update);
  }

  /** The text exposition format, version 0.0.4. @param names of the families that are wanted; none: all */
  async text(names: readonly string[] = []): Promise<string> {
    for (const update of this.#beforeCollect) await update();
    if (names.length === 0) return await this.registry.metrics();
    const known = [...new Set(names)].filter((name) => this.registry.getSingleMetric(name));
    const families = await Promise.all(known.map((name) => this.registry.getSingleMetricAsString(name)));
    return families.map((family) => `${family}\n`).join('\n');
  }

  protected counter<const L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  protected gauge<const L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  /** A gauge that has no value until it is given one. */
  protected absentGauge(name: string, help: string): Gauge {
    const gauge = this.gauge(name, help);
    gauge.remove();
    return gauge;
  }

  protected histogram<const L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    buckets: readonly number[] = DEFAULT_BUCKETS,
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }

  protected summary(name: string, help: string): Summary {
    const summary = new Summary(name, help);
    // The registry asks a metric for its name and get() only.
    this.registry.registerMetric(summary as unknown as Metric);
    return summary;
  }
}

/**
 * A summary without quantiles, as Alertmanager's are: `_sum` and `_count`. prom-client's own keeps a digest of every
 * value even when no quantile is asked for, too dear for what is observed per alert.
 */
export class Summary {
  readonly name: string;
  readonly help: string;
  #sum = 0;
  #count = 0;

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  /** Adds `count` observations that are `sum` together. */
  observe(sum: number, count = 1): void {
    this.#sum += sum;
    this.#count += count;
  }

  get(): object {
    const values = [
      { metricName: `${this.name}_sum`, labels: {}, value: this.#sum },
      { metricName: `${this.name}_count`, labels: {}, value: this.#count },
    ];
    return { name: this.name, help: this.help, type: 'summary', aggregator: 'sum', values };
  }
}
