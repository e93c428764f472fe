import { type Alert, ZERO_TIME } from '../alert/alert.ts';
import type { LabelSet } from '../alert/label-set.ts';
import { equalityFilter } from '../alert/matcher.ts';
import type { Notification, NotifiedAlert } from '../alert/notification.ts';
import { highestSeverity } from '../alert/severity.ts';
import { yieldTurn } from '../process/yield-turn.ts';
import { formatTime } from '../time/timestamp.ts';
import type { TemplateAlert, TemplateData } from './data.ts';
import { Look, lookedAt } from './presentable.ts';

/** What a notification alone does not know. */
export interface DataEnvironment {
  /** `--web.external-url`, no trailing slash. */
  readonly externalURL: string;
  readonly version: string;
  /** Whether alerts have a link that opens a silence form; default: they have. */
  readonly silenceLinks?: boolean;
  /** IANA name of the reader's time zone; default: that of the configuration. */
  readonly timeZone?: string | undefined;
}

/** Alerts that are made into data in one go: half a ms of work. */
export const SLICE = 100;

/** Turns a notification into what templates see (Alertmanager's Data, see data.ts). Pure. */
export function buildData(notification: Notification, env: DataEnvironment): TemplateData {
  const alerts = notification.alerts.map((entry) => templateAlert(entry, env));
  const groups = notification.digest?.notifications.map((group) => buildData(group, env));
  return withAlerts(notification, env, alerts, groups);
}

/**
 * The same, as receivers need it: the rest of the process gets its turn while a huge group is made into data, which is
 * looked through for what a mail has to show otherwise, too.
 */
export async function buildDataInTurns(notification: Notification, env: DataEnvironment): Promise<TemplateData> {
  const alerts: TemplateAlert[] = [];
  const look = new Look();
  for (const entry of notification.alerts) {
    const alert = templateAlert(entry, env);
    alerts.push(alert);
    look.add(alert);
    if (alerts.length % SLICE === 0) await yieldTurn();
  }
  lookedAt(alerts, look);
  const groups: TemplateData[] = [];
  for (const group of notification.digest?.notifications ?? []) {
    await yieldTurn();
    groups.push(await buildDataInTurns(group, env));
  }
  return withAlerts(notification, env, alerts, groups);
}

function withAlerts(
  notification: Notification,
  env: DataEnvironment,
  alerts: readonly TemplateAlert[],
  groups: readonly TemplateData[] = [],
): TemplateData {
  const { digest } = notification;
  const firing = alerts.filter((alert) => alert.status === 'firing');
  return {
    receiver: notification.receiver,
    status: firing.length > 0 ? 'firing' : 'resolved',
    alerts,
    notificationReason: notification.reason,
    groupLabels: notification.groupLabels.toJSON(),
    commonLabels: common(notification.alerts, (alert) => alert.labels),
    commonAnnotations: common(notification.alerts, (alert) => alert.annotations),
    routeLabels: notification.routeLabels.toJSON(),
    externalURL: env.externalURL,
    groupKey: notification.groupKey,
    truncatedAlerts: truncatedUpstream(notification.alerts),
    tocsin: {
      now: formatTime(notification.now),
      firing,
      resolved: alerts.filter((alert) => alert.status === 'resolved'),
      severity: highestSeverity(firing.length > 0 ? firing : alerts),
      groupURL: groupURL(notification, env.externalURL),
      sentBefore: notification.sentBefore,
      firstSentAt: notification.firstSentAt === 0 ? '' : formatTime(notification.firstSentAt),
      version: env.version,
      ...(env.timeZone && { timeZone: env.timeZone }),
      ...(notification.notes && { notes: notification.notes }),
      ...(digest && { digest: { why: digest.why, groups } }),
    },
  };
}

/** The end of what still fires. */
const NOT_YET = formatTime(ZERO_TIME);

function templateAlert({ alert, status, notifiedUpTo, isNew }: NotifiedAlert, env: DataEnvironment): TemplateAlert {
  const { occurrence } = alert;
  // An event is not repeated: there is nothing to silence.
  const canSilence = status === 'firing' && !alert.event && env.silenceLinks !== false;
  return {
    status,
    labels: alert.labels.toJSON(),
    annotations: alert.annotations.toJSON(),
    startsAt: formatTime(alert.startsAt, alert.startsAtText),
    endsAt: status === 'firing' ? NOT_YET : formatTime(alert.endsAt, alert.endsAtText),
    generatorURL: alert.generatorURL,
    fingerprint: alert.labels.fingerprint,
    source: alert.source,
    details: alert.details,
    silenceURL: canSilence
      ? `${env.externalURL}/#/silences/new?filter=${encodeURIComponent(equalityFilter(alert.labels))}`
      : '',
    ...(occurrence && { occurrences: occurrence.count, firstSeenAt: formatTime(occurrence.firstSeenAt) }),
    ...(notifiedUpTo !== undefined && { notifiedUpTo }),
    ...(alert.event && { event: true as const }),
    ...(isNew && { isNew }),
  };
}

/** The pairs of the first alert that all others have with the same value; as in Alertmanager, none is as good as an empty one. */
function common(alerts: readonly NotifiedAlert[], setOf: (alert: Alert) => LabelSet): Record<string, string> {
  const [first] = alerts;
  if (first === undefined) return Object.create(null) as Record<string, string>;
  let left = setOf(first.alert);
  for (const { alert } of alerts) {
    if (left.size === 0) break;
    const other = setOf(alert);
    if (other !== left) left = left.filter((name, value) => (other.get(name) ?? '') === value);
  }
  return left.toJSON();
}

/**
 * How many alerts upstream Alertmanagers cut from their messages. Each alert of one message carries that message's
 * count, so it is taken once per upstream group.
 */
function truncatedUpstream(alerts: readonly NotifiedAlert[]): number {
  const counts = new Map<string, number>();
  for (const { alert } of alerts) {
    if (typeof alert.details !== 'object' || alert.details === null) continue;
    const { truncatedAlerts, groupKey } = alert.details as { truncatedAlerts?: unknown; groupKey?: unknown };
    if (typeof truncatedAlerts !== 'number' || !(truncatedAlerts > 0)) continue;
    const key = `${alert.source}\n${typeof groupKey === 'string' ? groupKey : ''}`;
    counts.set(key, Math.max(counts.get(key) ?? 0, Math.floor(truncatedAlerts)));
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function groupURL(notification: Notification, externalURL: string): string {
  const query = new URLSearchParams({ receiver: notification.receiver });
  if (notification.groupLabels.size > 0) query.set('filter', equalityFilter(notification.groupLabels));
  return `${externalURL}/#/alerts?${query.toString().replaceAll('+', '%20')}`;
}
