import type { TimeInterval } from '../time/interval.ts';

export interface MutedByIntervals {
  readonly reason: 'mute_time_interval' | 'active_time_interval';
  /** Names, as the API's mutedBy has them: all active intervals, or each mute interval once per spec that matches. */
  readonly by: readonly string[];
}

/**
 * Whether a route's time intervals mute it now: outside all of its active intervals, or inside one of its mute
 * intervals.
 * @param intervals by name; a name without specs never matches.
 */
export function mutedByIntervals(
  route: { readonly muteTimeIntervals: readonly string[]; readonly activeTimeIntervals: readonly string[] },
  intervals: ReadonlyMap<string, readonly TimeInterval[]>,
  now: number,
): MutedByIntervals | undefined {
  const active = route.activeTimeIntervals;
  if (active.length > 0 && matching(active, intervals, now).length === 0) {
    return { reason: 'active_time_interval', by: active };
  }
  const by = matching(route.muteTimeIntervals, intervals, now);
  return by.length > 0 ? { reason: 'mute_time_interval', by } : undefined;
}

function matching(
  names: readonly string[],
  intervals: ReadonlyMap<string, readonly TimeInterval[]>,
  now: number,
): string[] {
  return names.flatMap((name) => {
    const specs = intervals.get(name) ?? [];
    return specs.filter((spec) => spec.contains(now)).map(() => name);
  });
}
