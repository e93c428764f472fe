import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import type { NamespaceRef } from './subject.ts';

export interface NamespaceDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Where the annotations of a source's namespaces come from, as its options say. */
export interface NamespaceSettings {
  /** The same text for settings that ask for the same. */
  readonly identity: string;
  /** @param wanted keys of annotations that will be asked for. */
  open(wanted: Iterable<string>, deps: NamespaceDeps): NamespaceLookup;
}

/** The annotations of namespaces: what is known now, kept up to date in the background. */
export interface NamespaceLookup {
  /** undefined: no such namespace is known, or it has no such annotation. */
  annotation(namespace: NamespaceRef, key: string): string | undefined;
  /** Resolves after the first answer or failure, also when called again. @param source its name */
  start(source: string, deps: NamespaceDeps): Promise<void>;
  stop(): void;
}
