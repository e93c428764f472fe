/** Alertmanager's data as Go values. */
import type { Time } from '../time/go-time.ts';
import { Slice, STRUCTS, StringMap, Struct, type Value } from './value.ts';

export interface AlertData {
  readonly status: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly startsAt: Time;
  readonly endsAt: Time;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export interface NotificationData {
  /** Quoted for a regular expression, as Alertmanager does. */
  readonly receiver: string;
  readonly status: string;
  readonly alerts: Slice;
  readonly notificationReason: string;
  readonly groupLabels: StringMap;
  readonly commonLabels: StringMap;
  readonly commonAnnotations: StringMap;
  readonly routeLabels: StringMap;
  readonly externalURL: string;
  /** Whether the values of the route labels are rendered: else they are templates. */
  readonly routeLabelsRendered: boolean;
}

export function dataStruct(data: NotificationData): Struct {
  return new Struct(STRUCTS.data, [
    data.receiver,
    data.status,
    data.alerts,
    data.notificationReason,
    data.groupLabels,
    data.commonLabels,
    data.commonAnnotations,
    data.routeLabels,
    data.externalURL,
    data.routeLabelsRendered,
  ]);
}

export function alertStruct(alert: AlertData): Struct {
  return new Struct(STRUCTS.alert, [
    alert.status,
    alert.labels,
    alert.annotations,
    alert.startsAt,
    alert.endsAt,
    alert.generatorURL,
    alert.fingerprint,
  ]);
}

/** Labels or annotations; lone surrogates become U+FFFD. */
export function kv(pairs: Readonly<Record<string, string>>): StringMap {
  return new StringMap('template.KV', () => {
    return new Map(Object.entries(pairs).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]));
  });
}

export function stringsOf(items: readonly string[]): Slice {
  return new Slice('template.Strings', items);
}

/** By name, `alertname` first. */
export function sortedPairs(map: StringMap): Slice {
  const names = map.entries.has('alertname')
    ? ['alertname', ...map.sortedKeys.filter((name) => name !== 'alertname')]
    : map.sortedKeys;
  return new Slice(
    'template.Pairs',
    names.map((name) => new Struct(STRUCTS.pair, [name, map.entries.get(name) as Value])),
  );
}
