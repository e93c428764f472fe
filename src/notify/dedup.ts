import { createHash } from 'node:crypto';
import type { AlertStatus } from '../alert/alert.ts';
import { type Alert, isOver } from '../alert/alert.ts';
import type { NotificationReason } from '../alert/notification.ts';
import type { FlushedAlert } from './flush.ts';
import type { LogEntry, ToldVersion } from './notification-log.ts';

/** A flushed alert with what it counts as for one log entry. */
export interface Told {
  readonly item: FlushedAlert;
  readonly identity: string;
  readonly status: AlertStatus;
  /** An earlier attempt to tell it failed, or it was over before there was one. */
  readonly pending: boolean;
  /** There is news in it since it was told, and update_interval has passed. */
  readonly grown: boolean;
}

/** What the flush comes to for one log entry. */
export interface Standing {
  readonly alerts: readonly Told[];
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
  /** Identities that ended without anybody knowing how: they leave the log untold. */
  readonly closed: ReadonlySet<string>;
}

/** How an alert is known in the log. An event is another one each time it happens. */
export function logIdentity(alert: Alert): string {
  const { fingerprint } = alert.labels;
  return alert.event ? `${fingerprint}@${alert.startsAt}` : fingerprint;
}

/**
 * Sorts a flush into firing, resolved and closed, as of `now`. A stale alert that is owed, or that nobody has heard of
 * (it was muted, or Tocsin was down), counts as firing: nothing is closed untold. One whose sender tells it once is owed
 * also when it was over before anybody could hear of it.
 * @param isOwed whether it is owed in another group, which a new configuration may have taken it from.
 */
export function standing(
  items: readonly FlushedAlert[],
  entry: LogEntry | undefined,
  now: number,
  isOwed: (identity: string) => boolean = () => false,
): Standing {
  const owed = new Set(entry?.pending?.alerts);
  const heard = new Set(entry?.firing);
  const result = {
    alerts: [] as Told[],
    firing: new Set<string>(),
    resolved: new Set<string>(),
    closed: new Set<string>(),
  };
  for (const item of items) {
    const identity = logIdentity(item.alert);
    const over = isOver(item.alert, now);
    if (over && !entry && isOwed(identity)) owed.add(identity);
    if (over && item.alert.stale && heard.has(identity) && !owed.has(identity)) {
      result.closed.add(identity);
      continue;
    }
    const status = over && !item.alert.stale ? 'resolved' : 'firing';
    const pending =
      owed.has(identity) || (status === 'resolved' && !heard.has(identity) && isUnheard(item.alert, identity, entry));
    const grown = status === 'firing' && hasGrown(item.alert, entry?.versions?.[identity], now);
    result[status].add(identity);
    result.alerts.push({ item, identity, status, pending, grown });
  }
  return result;
}

function isUnheard({ occurrence }: Alert, identity: string, entry: LogEntry | undefined): boolean {
  return occurrence !== undefined && entry?.versions?.[identity]?.revision !== occurrence.revision;
}

function hasGrown({ occurrence }: Alert, told: ToldVersion | undefined, now: number): boolean {
  if (!occurrence || !told || occurrence.revision === told.revision) return false;
  return told.at + occurrence.updateInterval <= now;
}

export interface DedupOptions {
  readonly sendResolved: boolean;
  readonly repeatInterval: number;
  /** The tick, ms. */
  readonly now: number;
}

/**
 * Whether and why to notify: Alertmanager's dedup stage, row by row (first match wins), then rows of our own for what
 * has grown and for what an earlier attempt could not deliver. undefined: nothing to tell.
 */
export function whyNotify(
  entry: LogEntry | undefined,
  now: Standing,
  options: DedupOptions,
): NotificationReason | undefined {
  const reason = newsFor(entry, now, options);
  if (reason !== undefined) return reason;
  if (now.alerts.some(({ grown }) => grown)) return 'alerts updated';
  return now.alerts.some(({ pending }) => pending) ? 'undelivered alerts' : undefined;
}

function newsFor(
  entry: LogEntry | undefined,
  { firing, resolved, closed }: Standing,
  options: DedupOptions,
): NotificationReason | undefined {
  const told = new Set(entry?.firing.filter((identity) => !closed.has(identity)));
  if (!entry || entry.timestamp === 0) return firing.size > 0 ? 'first notification' : undefined;
  if (!firing.isSubsetOf(told)) return told.size === 0 ? 'first notification' : 'new alerts added';
  if (firing.size === 0) return hasStates(told) ? 'all alerts resolved' : undefined;
  if (options.sendResolved && !resolved.isSubsetOf(new Set(entry.resolved))) return 'some alerts resolved';
  const repeats = hasStates(firing) && entry.timestamp < options.now - options.repeatInterval;
  return repeats ? 'repeat interval elapsed' : undefined;
}

/** Events neither resolve nor repeat, so a set of nothing else does neither. */
function hasStates(identities: ReadonlySet<string>): boolean {
  for (const identity of identities) if (!identity.includes('@')) return true;
  return false;
}

/**
 * The same for every attempt to tell the same news after the same last success, also across a restart; different for any
 * other news: a group that comes back when its entry is forgotten has alerts that began later.
 */
export function notificationId(key: string, entry: LogEntry | undefined, { alerts }: Standing): string {
  const news = alerts.map(({ identity, status, item: { alert } }) =>
    JSON.stringify([identity, status, alert.startsAt, alert.occurrence?.revision]),
  );
  return createHash('sha256')
    .update(JSON.stringify([key, entry?.firstSentAt ?? 0, entry?.sent ?? 0, news.sort()]))
    .digest('hex')
    .slice(0, 32);
}
