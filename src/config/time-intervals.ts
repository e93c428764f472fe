import { goQuote } from '../alert/label-set.ts';
import { createTimeInterval, type TimeInterval, type TimeIntervalSpec } from '../time/interval.ts';
import { type Field, list, object, type Values } from './field.ts';
import type { Place } from './place.ts';
import { string } from './scalars.ts';

const specShape = object({
  times: list(object({ start_time: string, end_time: string })),
  weekdays: list(string),
  days_of_month: list(string),
  months: list(string),
  years: list(string),
  location: string,
});

type SpecValues = Values<typeof specShape.shape>;

const SPEC_KEYS = {
  weekdays: 'weekdays',
  days_of_month: 'daysOfMonth',
  months: 'months',
  years: 'years',
} as const satisfies Partial<Record<keyof SpecValues, keyof TimeIntervalSpec>>;

const interval: Field<TimeInterval> = {
  read(place) {
    const problemsBefore = place.context.problems.length;
    const values = specShape.read(place);
    if (values === undefined) return undefined;
    checkParts(place, values);
    return place.context.problems.length > problemsBefore ? undefined : createTimeInterval(toSpec(values));
  },
  write(value) {
    const spec = value.marshal();
    return specShape.write({
      times: spec.times?.map(({ startTime, endTime }) => ({ start_time: startTime, end_time: endTime })),
      weekdays: spec.weekdays,
      days_of_month: spec.daysOfMonth,
      months: spec.months,
      years: spec.years,
      location: spec.location,
    });
  },
};

function toSpec(values: SpecValues): TimeIntervalSpec {
  return {
    ...(values.times && { times: values.times.map(toTimeSpec) }),
    ...(values.weekdays && { weekdays: values.weekdays }),
    ...(values.days_of_month && { daysOfMonth: values.days_of_month }),
    ...(values.months && { months: values.months }),
    ...(values.years && { years: values.years }),
    ...(values.location && { location: values.location }),
  };
}

function toTimeSpec(time: {
  start_time?: string | undefined;
  end_time?: string | undefined;
}): NonNullable<TimeIntervalSpec['times']>[number] {
  return { startTime: time.start_time ?? '', endTime: time.end_time ?? '' };
}

/** Checks each range by itself, so that every bad one is named where it stands. */
function checkParts(place: Place, values: SpecValues): void {
  const check = (at: Place, spec: TimeIntervalSpec): void => {
    try {
      createTimeInterval(spec);
    } catch (error) {
      at.report((error as Error).message);
    }
  };
  values.times?.forEach((time, i) => {
    check(place.at('times')?.items()[i] ?? place, { times: [toTimeSpec(time)] });
  });
  for (const [key, specKey] of Object.entries(SPEC_KEYS)) {
    values[key as keyof typeof SPEC_KEYS]?.forEach((range, i) => {
      check(place.at(key)?.items()[i] ?? place, { [specKey]: [range] });
    });
  }
  if (values.location) check(place.near('location'), { location: values.location });
}

const named = object({ name: string, time_intervals: list(interval) });

export type NamedIntervals = Values<typeof named.shape>;

/** One item of time_intervals or (deprecated) mute_time_intervals. @param noun as Alertmanager's errors call it. */
export function namedIntervals(noun: 'time interval' | 'mute time interval'): Field<NamedIntervals> {
  return {
    read(place) {
      if (place.isNull) {
        place.warn('an empty item is left out');
        return undefined;
      }
      const values = named.read(place);
      if (values !== undefined && !values.name) place.report(`missing name in ${noun}`);
      return values;
    },
    write: (values) => named.write(values),
  };
}

/** Both lists share one name space: reports the names that come twice. */
export function collectIntervals(
  lists: readonly { readonly place: Place; readonly noun: string; readonly values: readonly NamedIntervals[] }[],
): Map<string, readonly TimeInterval[]> {
  const byName = new Map<string, readonly TimeInterval[]>();
  for (const { place, noun, values } of lists) {
    for (const { name, time_intervals: intervals } of values) {
      if (!name) continue;
      if (byName.has(name)) nameOf(place, name).report(`${noun} ${goQuote(name)} is not unique`);
      else byName.set(name, intervals ?? []);
    }
  }
  return byName;
}

/** The last item with this name. */
function nameOf(place: Place, name: string): Place {
  const named = place.items().flatMap((item) => item.at('name') ?? []);
  return named.findLast(({ node }) => node.kind === 'scalar' && node.text === name) ?? place;
}
