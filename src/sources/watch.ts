import type { Alert, Ending } from '../alert/alert.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';

export interface WatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The source's alerts that have not ended, each with its `occurrence`. */
  lasting(): readonly Alert[];
  /** Ends alerts. */
  end(endings: readonly Ending[]): Promise<unknown>;
  /** Keeps alerts with these ids (`occurrence.id`) from becoming stale. */
  confirm(ids: ReadonlySet<string>): Promise<void>;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Asks the sender, in the background, what became of alerts that it does not report again. */
export interface Watch {
  start(): void;
  /** Ends what is under way. Idempotent. */
  stop(): Promise<void>;
}
