import type { Alert } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { LabelSet } from '../alert/label-set.ts';
import type { Route } from '../routing/route.ts';

/** A group at one tick: everything that the notification pipeline gets. Frozen. */
export interface Flush {
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly route: Route;
  /** The tick, ms: the one time of the whole flush. */
  readonly now: number;
  readonly alerts: readonly FlushedAlert[];
}

/** The version of an alert that this flush is about; its record may move on meanwhile. */
export interface FlushedAlert {
  readonly record: AlertRecord;
  readonly alert: Alert;
}

export interface FlushOutcome {
  /** Nothing is left to notify about this flush: all was sent, muted or known already. */
  readonly ok: boolean;
  /** The alerts that nothing muted. */
  readonly unmuted: ReadonlySet<AlertRecord>;
  /** Muted alerts that are over, and that a target was notified of as firing: their end is notified once nothing mutes them. */
  readonly unfinished: ReadonlySet<AlertRecord>;
  /** Names of the time intervals that muted the group. */
  readonly mutedBy: readonly string[];
}
