import type { Metrics } from '../metrics/metrics.ts';
import { mutedByIntervals } from '../muting/intervals.ts';
import type { Muter } from '../muting/muter.ts';
import type { TimeInterval } from '../time/interval.ts';
import type { Flush, FlushedAlert } from './flush.ts';

export interface Muters {
  readonly inhibitor: Muter;
  readonly silences: Muter;
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
}

export interface Unmuted {
  readonly alerts: readonly FlushedAlert[];
  /** Names of the time intervals that mute the whole group. */
  readonly mutedBy: readonly string[];
}

/** Inhibition, then time intervals, then silences (Alertmanager's order): the remaining alerts may be notified. */
export function keepUnmuted(flush: Flush, muters: Muters, metrics: Metrics): Unmuted {
  const { now } = flush;
  const suppress = (count: number, reason: string): void => {
    if (count > 0) metrics.notificationsSuppressedTotal.inc({ reason }, count);
  };
  const keep = (alerts: readonly FlushedAlert[], muter: Muter, reason: string): readonly FlushedAlert[] => {
    const left = alerts.filter(({ record }) => muter.mutes(record.labels, now).length === 0);
    suppress(alerts.length - left.length, reason);
    return left;
  };
  const uninhibited = keep(flush.alerts, muters.inhibitor, 'inhibition');
  const muted = uninhibited.length > 0 ? mutedByIntervals(flush.route, muters.timeIntervals, now) : undefined;
  if (muted) {
    suppress(uninhibited.length, muted.reason);
    return { alerts: [], mutedBy: muted.by };
  }
  return { alerts: keep(uninhibited, muters.silences, 'silence'), mutedBy: [] };
}
