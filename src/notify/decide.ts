import { createHash } from 'node:crypto';
import type { AlertStatus } from '../alert/alert.ts';
import { type Alert, isOver } from '../alert/alert.ts';
import type { NotificationReason } from '../alert/notification.ts';
import type { FlushedAlert } from './flush.ts';
import type { LogEntry, NotifiedVersion } from './log-entry.ts';
import { encodeLogKey, type LogKey } from './log-key.ts';

/** A flushed alert with what it comes to for one log entry. */
export interface EvaluatedAlert {
  readonly item: FlushedAlert;
  /** `alertIdentity` */
  readonly identity: string;
  readonly status: AlertStatus;
  /** An earlier attempt to notify of it failed, or it was over before there was one. */
  readonly undelivered: boolean;
  /** It was updated since it was notified, and update_interval has passed. */
  readonly updated: boolean;
  /** The entry has notified of all that there is to say: of this event, or of this end. */
  readonly settled: boolean;
}

/** A flush as one log entry sees it. All names are `alertIdentity`. */
export interface Evaluation {
  readonly alerts: readonly EvaluatedAlert[];
  /** What is firing and lasts. */
  readonly firing: ReadonlySet<string>;
  /** One-off events: they neither resolve nor repeat. */
  readonly events: ReadonlySet<string>;
  /** Ended alerts, with the startsAt of the occurrence. */
  readonly resolved: ReadonlyMap<string, number>;
  /** Stale alerts: they leave the log without a notification. */
  readonly expired: ReadonlySet<string>;
}

/** How an alert is known in the log. An event is another one each time it happens. */
export function alertIdentity({ labels: { fingerprint }, event, startsAt }: Alert): string {
  return event ? `${fingerprint}@${startsAt}` : fingerprint;
}

/**
 * Sorts a flush into firing, events, resolved and expired, as of `now`. A stale alert that was not delivered, or that was
 * never notified (it was muted, or Tocsin was down), counts as firing: nothing expires without a notification. One whose
 * sender sends it once is undelivered also when it was over before it could be notified.
 */
export function evaluate(items: readonly FlushedAlert[], entry: LogEntry | undefined, now: number): Evaluation {
  const pending = new Set(entry?.pending?.alerts);
  const notified = new Set([...(entry?.firing ?? []), ...(entry?.events ?? []), ...(entry?.muted ?? [])]);
  const alerts: EvaluatedAlert[] = [];
  const firing = new Set<string>();
  const events = new Set<string>();
  const resolved = new Map<string, number>();
  const expired = new Set<string>();
  for (const item of items) {
    const { alert } = item;
    const identity = alertIdentity(alert);
    const over = isOver(alert, now);
    if (over && alert.stale && notified.has(identity) && !pending.has(identity)) {
      expired.add(identity);
      continue;
    }
    const status = over && !alert.stale ? 'resolved' : 'firing';
    const undelivered =
      pending.has(identity) ||
      (status === 'resolved' && !notified.has(identity) && isUnnotified(alert, identity, entry));
    const updated = status === 'firing' && hasNews(alert, entry?.versions?.[identity], now);
    const settled = !undelivered && !updated && isSettled(alert, identity, status, entry);
    if (status === 'resolved') resolved.set(identity, alert.startsAt);
    else (alert.event ? events : firing).add(identity);
    alerts.push({ item, identity, status, undelivered, updated, settled });
  }
  return { alerts, firing, events, resolved, expired };
}

function isUnnotified({ occurrence }: Alert, identity: string, entry: LogEntry | undefined): boolean {
  return occurrence !== undefined && entry?.versions?.[identity]?.revision !== occurrence.revision;
}

function hasNews({ occurrence }: Alert, notified: NotifiedVersion | undefined, now: number): boolean {
  if (!occurrence || !notified || occurrence.revision === notified.revision) return false;
  return notified.at + occurrence.updateInterval <= now;
}

function isSettled(alert: Alert, identity: string, status: AlertStatus, entry: LogEntry | undefined): boolean {
  if (status === 'resolved') return alert.startsAt <= (entry?.resolved[identity] ?? Number.NEGATIVE_INFINITY);
  return alert.event && entry?.events?.includes(identity) === true;
}

export interface DecisionOptions {
  readonly sendResolved: boolean;
  /** ms; Infinity: there are no reminders. */
  readonly repeatInterval: number;
  /** The tick, ms. */
  readonly now: number;
}

/**
 * Whether and why to notify: Alertmanager's dedup stage, row by row (first match wins), then rows of our own for what
 * has news and for what an earlier attempt could not deliver. undefined: there is no reason to.
 */
export function notificationReason(
  entry: LogEntry | undefined,
  evaluation: Evaluation,
  options: DecisionOptions,
): NotificationReason | undefined {
  const reason = changeSince(entry, evaluation, options);
  if (reason !== undefined) return reason;
  if (evaluation.alerts.some(({ updated }) => updated)) return 'alerts updated';
  return evaluation.alerts.some(({ undelivered }) => undelivered) ? 'undelivered alerts' : undefined;
}

function changeSince(
  entry: LogEntry | undefined,
  { firing, events, resolved, expired }: Evaluation,
  options: DecisionOptions,
): NotificationReason | undefined {
  const open = firing.union(events);
  if (!entry || entry.timestamp === 0) return open.size > 0 ? 'first notification' : undefined;
  const lasting = new Set(entry.firing.filter((identity) => !expired.has(identity)));
  const notified = lasting.union(new Set(entry.events));
  const mutedAndOver = entry.muted?.some((identity) => resolved.has(identity)) === true;
  if (!open.isSubsetOf(notified)) return notified.size === 0 ? 'first notification' : 'new alerts added';
  if (open.size === 0) return lasting.size > 0 || mutedAndOver ? 'all alerts resolved' : undefined;
  if (options.sendResolved && [...resolved.keys()].some((identity) => entry.resolved[identity] === undefined)) {
    return 'some alerts resolved';
  }
  const repeats = firing.size > 0 && entry.timestamp < options.now - options.repeatInterval;
  return repeats ? 'repeat interval elapsed' : undefined;
}

/**
 * Whether a message lists an alert: not what the entry has notified already, and without send_resolved only what is
 * firing, and what resolved before anybody could be notified that it fired.
 */
export function isListed({ status, undelivered, settled }: EvaluatedAlert, sendResolved: boolean): boolean {
  return !settled && (sendResolved || status === 'firing' || undelivered);
}

/** Whether there is something about an alert that the entry has not notified. */
export function isChange(
  { identity, status, undelivered, updated }: EvaluatedAlert,
  entry: LogEntry | undefined,
): boolean {
  if (status === 'resolved' || undelivered || updated) return true;
  return !entry?.firing.includes(identity) && !entry?.events?.includes(identity);
}

/**
 * The same for every attempt to send the same news after the same last success, also across a restart; different for any
 * other news: a group that comes back when its entry is forgotten has alerts that began later.
 */
export function notificationId(key: LogKey, entry: LogEntry | undefined, { alerts }: Evaluation): string {
  const news = alerts.map(({ identity, status, item: { alert } }) =>
    JSON.stringify([identity, status, alert.startsAt, alert.occurrence?.revision]),
  );
  return createHash('sha256')
    .update(JSON.stringify([encodeLogKey(key), entry?.firstSentAt ?? 0, entry?.sent ?? 0, news.sort()]))
    .digest('hex')
    .slice(0, 32);
}
