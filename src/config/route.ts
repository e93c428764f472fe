import { goQuote } from '../alert/label-set.ts';
import { compareMatchers } from '../alert/matcher.ts';
import { isValidLabelName } from '../alert/parse-matchers.ts';
import { type Field, hidden, list, map, object, type Values } from './field.ts';
import { match, matchers, matchRe, toMatchers } from './matchers.ts';
import type { Place } from './place.ts';
import { bool, duration, string } from './scalars.ts';
import { template } from './template-string.ts';
import type { RouteConfig } from './types.ts';

/** A route as read: keys as in the file. */
export type RouteValues = Values<typeof first> & Values<typeof last> & { routes?: readonly RouteValues[] | undefined };

/** Alertmanager shows `routes` between the two. */
const first = {
  receiver: string,
  group_by: list(string),
  match,
  match_re: matchRe,
  matchers,
  mute_time_intervals: list(string),
  active_time_intervals: list(string),
  continue: bool,
};

const last = {
  group_wait: duration,
  group_interval: duration,
  repeat_interval: duration,
  labels: hidden(map(template)),
};

/** One node of the tree, its children included. */
export const route: Field<RouteValues> = {
  read(place) {
    const values = shape.read(place) as RouteValues | undefined;
    if (place.isNull) place.report('missing route');
    else if (values !== undefined) check(place, values);
    return values;
  },
  // Go prints `continue` always.
  write: (values) => shape.write({ ...values, continue: values.continue ?? false }),
};

const shape = object({
  ...first,
  routes: {
    read: (place: Place) => list(route).read(place),
    write: (values: readonly RouteValues[]) => list(route).write(values),
  },
  ...last,
});

function check(place: Place, values: RouteValues): void {
  const { mode } = place.context;
  for (const name of values.labels?.keys() ?? []) {
    if (!isValidLabelName(name, mode)) {
      place
        .near('labels')
        .near(name)
        .report(`invalid label name ${goQuote(name)} in route labels`);
    }
  }
  checkGroupBy(place.near('group_by'), values.group_by ?? []);
  if (values.group_interval === 0) place.near('group_interval').report('group_interval cannot be zero');
  if (values.repeat_interval === 0) place.near('repeat_interval').report('repeat_interval cannot be zero');
}

function checkGroupBy(place: Place, names: readonly string[]): void {
  const labels = names.filter((name) => name !== '...');
  for (const name of labels) {
    if (!isValidLabelName(name, place.context.mode))
      place.report(`invalid label name ${goQuote(name)} in group_by list`);
  }
  if (labels.length > 0 && labels.length < names.length) {
    place.report('cannot have wildcard group_by (`...`) and other labels at the same time');
  }
  for (const name of new Set(labels.filter((candidate, i) => labels.indexOf(candidate) !== i))) {
    place.report(`duplicated label ${goQuote(name)} in group_by`);
  }
}

/** What a route refers to: the names that exist. */
export interface RouteTargets {
  readonly receivers: ReadonlySet<string>;
  readonly timeIntervals: ReadonlySet<string>;
}

/** The rules of the root. */
export function checkRoot(place: Place, values: RouteValues): void {
  if (!values.receiver) place.report('root route must specify a default receiver');
  if (values.match?.size || values.match_re?.size || values.matchers?.length) {
    place.near('matchers', 'match', 'match_re').report('root route must not have any matchers');
  }
  if (values.mute_time_intervals?.length) {
    place.near('mute_time_intervals').report('root route must not have any mute time intervals');
  }
  if (values.active_time_intervals?.length) {
    place.near('active_time_intervals').report('root route must not have any active time intervals');
  }
  if (values.continue) place.near('continue').report('cannot have continue in root route');
}

/** Reports receivers and time intervals that a route names but the file does not have. */
export function checkTargets(place: Place, targets: RouteTargets): void {
  const receiver = place.at('receiver');
  const name = receiver?.node.kind === 'scalar' ? receiver.node.text : '';
  if (name !== '' && !targets.receivers.has(name)) {
    receiver?.report(`undefined receiver ${goQuote(name)} used in route${expected(targets.receivers)}`);
  }
  for (const key of ['active_time_intervals', 'mute_time_intervals']) {
    for (const item of place.at(key)?.items() ?? []) {
      const interval = item.node.kind === 'scalar' ? item.node.text : undefined;
      if (interval === undefined || targets.timeIntervals.has(interval)) continue;
      item.report(`undefined time interval ${goQuote(interval)} used in route${expected(targets.timeIntervals)}`);
    }
  }
  for (const child of place.at('routes')?.items() ?? []) checkTargets(child, targets);
}

function expected(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, 10).map(goQuote).join(', ');
  return names.size === 0
    ? ' (there is none in the file)'
    : ` (the file has ${shown}${names.size > 10 ? ', ...' : ''})`;
}

export function toRouteConfig(values: RouteValues): RouteConfig {
  const own = [...toMatchers(values.match, values.match_re), ...(values.matchers ?? [])];
  const groupBy = values.group_by?.includes('...') ? ['...'] : values.group_by;
  return {
    receiver: values.receiver || undefined,
    groupBy,
    groupWait: values.group_wait,
    groupInterval: values.group_interval,
    repeatInterval: values.repeat_interval,
    matchers: own.sort(compareMatchers),
    continue: values.continue ?? false,
    muteTimeIntervals: values.mute_time_intervals ?? [],
    activeTimeIntervals: values.active_time_intervals ?? [],
    labels: values.labels ?? new Map(),
    routes: (values.routes ?? []).map(toRouteConfig),
  };
}
