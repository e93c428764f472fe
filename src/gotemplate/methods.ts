/** Methods of the data that templates see: those of Alertmanager's types and of Go's times. */
import { ALERTS_METHODS, KV_METHODS, PAIRS_METHODS, STRINGS_METHODS } from './data-methods.ts';
import type { GoMethod } from './signature.ts';
import { DURATION_METHODS, LOCATION_METHODS, NAMED_INT_METHODS, TIME_METHODS } from './time-methods.ts';
import type { Value } from './value.ts';

/** Type, then name of the method. */
export const METHODS: ReadonlyMap<string, ReadonlyMap<string, GoMethod<Value>>> = new Map(
  Object.entries({
    'template.KV': KV_METHODS,
    'template.Pairs': PAIRS_METHODS,
    'template.Strings': STRINGS_METHODS,
    'template.Alerts': ALERTS_METHODS,
    'time.Time': TIME_METHODS,
    'time.Duration': DURATION_METHODS,
    'time.Month': NAMED_INT_METHODS,
    'time.Weekday': NAMED_INT_METHODS,
    '*time.Location': LOCATION_METHODS,
  }).map(([type, methods]) => [type, new Map(Object.entries(methods as Record<string, GoMethod<Value>>))]),
);
