import type { TimeInterval } from '../time/interval.ts';

export interface MutedByIntervals {
  readonly reason: 'mute_time_interval' | 'active_time_interval';
  /** Names, as the API's mutedBy has them: all active intervals when it is outside of them, then each mute interval once per spec that matches. */
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
  const isOutside = active.length > 0 && matching(active, intervals, now).length === 0;
  const mute = matching(route.muteTimeIntervals, intervals, now);
  if (isOutside) return { reason: 'active_time_interval', by: [...active, ...mute] };
  return mute.length > 0 ? { reason: 'mute_time_interval', by: mute } : undefined;
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
