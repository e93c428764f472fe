import { type Alert, type AlertInput, ZERO_TIME } from '../alert/alert.ts';
import { LabelSet } from '../alert/label-set.ts';
import type { Notification } from '../alert/notification.ts';
import { sources } from '../sources/registry.ts';
import type { Source } from '../sources/source.ts';
import { buildData } from '../templating/build-data.ts';
import type { TemplateData } from '../templating/data.ts';
import { parseTimestamp } from '../time/timestamp.ts';

type Json = Readonly<Record<string, unknown>>;

export interface DataContext {
  /** ms: the time that the rendering pretends it is. */
  readonly now: number;
  readonly externalURL: string;
  readonly version: string;
}

/**
 * What a template would see of a notification that a file describes: a webhook body (version 4), the data of a template
 * as toJson prints it, or a payload that one of the sources recognizes.
 * @throws Error that says what is wrong with it.
 */
export function templateData(body: unknown, context: DataContext): TemplateData {
  if (!isObject(body)) throw new Error('expected a JSON object');
  const source = sources.find((one) => one.recognizes?.(body));
  if (source) return sourceData(source, body, context);
  if (!('alerts' in body)) {
    const recognized = sources.filter((one) => one.recognizes).map(({ name }) => name);
    throw new Error(`neither a webhook body (it has no "alerts") nor a payload of ${recognized.join(', ')}`);
  }
  if (!Array.isArray(body.alerts) || body.alerts.length === 0)
    throw new Error('alerts: expected a list with at least one alert');
  const alerts = body.alerts.map((alert: unknown, i) => webhookAlert(alert, `alerts[${i}]`, context.now));
  const data = buildData(
    notificationOf(alerts, context.now, {
      receiver: textAt(body, 'receiver') || 'example',
      groupKey: textAt(body, 'groupKey') || '{}:{}',
      groupLabels: LabelSet.of(textsAt(body, 'groupLabels', '')),
      routeLabels: LabelSet.of(textsAt(body, 'routeLabels', '')),
    }),
    { ...context, externalURL: textAt(body, 'externalURL') || context.externalURL },
  );
  const { truncatedAlerts } = body;
  const reason = textAt(body, 'notification_reason') || textAt(body, 'notificationReason');
  return {
    ...data,
    ...(reason === '' ? {} : { notificationReason: reason }),
    ...(typeof truncatedAlerts === 'number' && truncatedAlerts > 0 ? { truncatedAlerts } : {}),
  };
}

function sourceData(source: Source, body: Json, context: DataContext): TemplateData {
  const config = { path: '', auth: undefined, staleAfter: undefined, options: {} };
  const inputs = source.parse(body, { config, now: context.now, query: {} }).alerts;
  const alerts = inputs.map((input) => alertOf(input, source.name, context.now));
  if (alerts.length === 0) throw new Error('there is no alert in it');
  const groupLabels = LabelSet.of({ alertname: alerts[0]?.labels.get('alertname') ?? '' });
  return buildData(
    notificationOf(alerts, context.now, { receiver: 'example', groupKey: '{}:{}', groupLabels }),
    context,
  );
}

function webhookAlert(value: unknown, where: string, now: number): Alert {
  if (!isObject(value)) throw new Error(`${where}: expected an object`);
  const labels = LabelSet.of(textsAt(value, 'labels', where));
  if (labels.size === 0) throw new Error(`${where}.labels: at least one label is needed`);
  const time = (key: string): number | undefined => {
    const text = textAt(value, key);
    if (text === '') return undefined;
    const parsed = parseTimestamp(text);
    if (parsed === undefined) throw new Error(`${where}.${key}: not a time: ${JSON.stringify(text.slice(0, 40))}`);
    return parsed.ms === ZERO_TIME ? undefined : parsed.ms;
  };
  const endsAt = textAt(value, 'status') === 'resolved' ? (time('endsAt') ?? now) : undefined;
  const startsAt = time('startsAt');
  const input: AlertInput = {
    labels,
    annotations: LabelSet.of(textsAt(value, 'annotations', where)),
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt: Math.min(endsAt, now) }),
    generatorURL: textAt(value, 'generatorURL'),
    details: value.details,
  };
  return alertOf(input, textAt(value, 'source') || 'alertmanager', now);
}

function alertOf(input: AlertInput, source: string, now: number): Alert {
  return {
    labels: input.labels,
    annotations: input.annotations,
    startsAt: input.startsAt ?? now,
    endsAt: input.endsAt ?? now + 300_000,
    updatedAt: now,
    timeout: input.endsAt === undefined,
    stale: false,
    event: input.event ?? false,
    generatorURL: input.generatorURL ?? '',
    source,
    startsAtText: input.startsAtText ?? '',
    endsAtText: input.endsAtText ?? '',
    details: input.details,
  };
}

type Given = Pick<Notification, 'receiver' | 'groupKey' | 'groupLabels'> & Partial<Pick<Notification, 'routeLabels'>>;

function notificationOf(alerts: readonly Alert[], now: number, given: Given): Notification {
  return {
    id: '0'.repeat(32),
    routeLabels: LabelSet.empty,
    reason: 'first notification',
    alerts: alerts.map((alert) => ({ alert, status: alert.endsAt <= now ? 'resolved' : 'firing' })),
    now,
    sentBefore: 0,
    firstSentAt: 0,
    ...given,
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textAt(object: Json, key: string): string {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : '';
}

function textsAt(object: Json, key: string, where: string): Record<string, string> {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined || value === null) return {};
  const place = where === '' ? key : `${where}.${key}`;
  if (!isObject(value)) throw new Error(`${place}: expected an object of texts`);
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw new Error(`${place}.${name}: expected a text`);
  }
  return value as Record<string, string>;
}
