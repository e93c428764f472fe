import { formatDuration } from '../time/duration.ts';
import type { Place } from './place.ts';
import type { RouteValues } from './route.ts';

interface Intervals {
  readonly group: number;
  readonly repeat: number;
}

const DEFAULTS: Intervals = { group: 300_000, repeat: 14_400_000 };

/**
 * Warns of routes whose effective repeat_interval cannot be kept.
 * @param retention ms that the notification log remembers; undefined: not known (checking a file only).
 */
export function warnIntervals(
  place: Place,
  values: RouteValues,
  retention: number | undefined,
  inherited: Intervals = DEFAULTS,
): void {
  const group = values.group_interval ?? inherited.group;
  const repeat = values.repeat_interval ?? inherited.repeat;
  const isNew = values.group_interval !== undefined || values.repeat_interval !== undefined || inherited === DEFAULTS;
  const at = place.near('repeat_interval', 'group_interval');
  if (isNew && repeat < group) {
    at.warn(
      `repeat_interval ${formatDuration(repeat)} is less than group_interval ${formatDuration(group)}: ` +
        'notifications do not repeat before the next group_interval',
    );
  }
  if (isNew && retention !== undefined && repeat > retention) {
    at.warn(
      `repeat_interval ${formatDuration(repeat)} is greater than the data retention period ${formatDuration(retention)}: ` +
        'notifications repeat when the log has forgotten them',
    );
  }
  const children = place.at('routes')?.items() ?? [];
  values.routes?.forEach((child, i) => {
    const childPlace = children[i];
    if (childPlace !== undefined) warnIntervals(childPlace, child, retention, { group, repeat });
  });
}
