import { alertStruct, dataStruct, kv } from '../gotemplate/data.ts';
import { Pointer, Slice } from '../gotemplate/value.ts';
import { parseRfc3339, type Time, ZERO_TIME } from '../time/go-time.ts';
import type { TemplateAlert, TemplateData } from './data.ts';

const known = new WeakMap<TemplateData, Pointer>();

/** The data as Go templates see it, Alertmanager's and nothing else. Made once for all strings of a notification. */
export function goData(data: TemplateData): Pointer {
  let pointer = known.get(data);
  if (pointer === undefined) {
    pointer = build(data);
    known.set(data, pointer);
  }
  return pointer;
}

function build(data: TemplateData): Pointer {
  return new Pointer(
    dataStruct({
      receiver: quoteMeta(data.receiver),
      status: data.status,
      alerts: new Slice('template.Alerts', data.alerts.map(alert)),
      notificationReason: data.notificationReason,
      groupLabels: kv(data.groupLabels),
      commonLabels: kv(data.commonLabels),
      commonAnnotations: kv(data.commonAnnotations),
      routeLabels: kv(data.routeLabelSources ?? data.routeLabels),
      externalURL: data.externalURL,
      routeLabelsRendered: data.routeLabelSources === undefined,
    }),
  );
}

function alert(source: TemplateAlert) {
  return alertStruct({
    status: source.status,
    labels: kv(source.labels),
    annotations: kv(source.annotations),
    startsAt: timeOf(source.startsAt),
    endsAt: timeOf(source.endsAt),
    generatorURL: source.generatorURL.toWellFormed(),
    fingerprint: source.fingerprint,
  });
}

function timeOf(text: string): Time {
  return parseRfc3339(text) ?? ZERO_TIME;
}

/** Go's regexp.QuoteMeta. */
function quoteMeta(text: string): string {
  return text.toWellFormed().replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
