import type { Subject, SubjectName } from './subject.ts';

export interface Metric {
  readonly name: string;
  /** What the number counts: `/s`, `ms`, `MB` ... */
  readonly unit: string;
  /** What Tocsin should reach: a limit on Tocsin / Alertmanager, or on Tocsin's own number. */
  readonly target?: { readonly of: 'ratio' | 'value'; readonly atLeast?: number; readonly atMost?: number };
}

export interface Settings {
  /** Seconds of each load. */
  readonly seconds: number;
  /** A tenth of the usual effort: for trying, not for publishing. */
  readonly quick: boolean;
}

export interface Scenario {
  /** As in docs/performance.md. */
  readonly number: number;
  readonly name: string;
  readonly metrics: readonly Metric[];
  /** @param sink the base URL of a webhook receiver. @param subject whose it is. @returns the configuration, as JSON. */
  config(sink: string, subject: SubjectName): unknown | Promise<unknown>;
  readonly flags?: readonly string[];
  /** Loads a fresh program. @returns a number per metric, in the metrics' order. */
  run(subject: Subject, settings: Settings, sink: Sink): Promise<readonly number[]>;
}

/** Receives webhooks of the program under load. */
export interface Sink {
  readonly url: string;
  /** Called at each request. */
  onRequest: () => void;
  /** Called at each webhook notification with the labels of its alerts, as soon as its body is read. */
  onAlerts: (labels: readonly Readonly<Record<string, string>>[]) => void;
}
