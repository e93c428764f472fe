import type { Clock } from '../../../time/clock.ts';
import type { NamespaceTable } from './table.ts';

/** Keeps a table of namespaces up to date, in the background. */
export interface Feed {
  /** Runs until the signal ends it; never rejects. What it cannot learn it reports, and the last known stays. */
  run(table: NamespaceTable, report: FeedReport, signal: AbortSignal): Promise<void>;
}

export interface FeedReport {
  /** The table is as the other side has it now. */
  current(): void;
  failed(error: Error): void;
}

export interface FeedDeps {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

/** First and longest wait after a failure, ms. */
const BACKOFF = { first: 5_000, most: 300_000 };

/** ms to wait after so many failures in a row, spread by a fifth so that a fleet does not ask in step. */
export function backoff(failures: number, random: () => number): number {
  return jitter(Math.min(BACKOFF.first * 2 ** (failures - 1), BACKOFF.most), random);
}

/** `ms`, a fifth less to a fifth more. */
export function jitter(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random());
}
