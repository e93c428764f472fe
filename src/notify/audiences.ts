import type { Alert } from '../alert/alert.ts';
import { logIdentity } from './dedup.ts';
import type { Flush, FlushedAlert } from './flush.ts';
import { type Integration, logKey } from './integration.ts';
import type { LogEntry, NotificationLog } from './notification-log.ts';

/**
 * Splits what a flush tells by who should hear of it. Who was told of an alert goes on to be told until it is resolved,
 * even if the alert names others by now: nobody is left believing that something still burns.
 */
export function splitByAudience(
  flush: Flush,
  items: readonly FlushedAlert[],
  integration: Integration,
  log: NotificationLog,
): ReadonlyMap<string, readonly FlushedAlert[]> {
  const { receiver } = integration;
  if (!receiver.audiences) return new Map([['', items]]);
  const byAlert = new Map<Alert, FlushedAlert>(items.map((item) => [item.alert, item]));
  const split = new Map<string, Set<FlushedAlert>>();
  for (const [audience, theirs] of receiver.audiences(items.map(({ alert }) => ({ alert, status: 'firing' })))) {
    split.set(audience, new Set(theirs.flatMap(({ alert }) => byAlert.get(alert) ?? [])));
  }
  const byIdentity = new Map(items.map((item) => [logIdentity(item.alert), item]));
  for (const audience of log.audiences(flush.groupKey, integration)) {
    const key = logKey(flush.groupKey, integration, audience);
    const entry = log.peek(key);
    if (!entry) continue;
    const theirs = split.get(audience) ?? new Set();
    if (integration.sendResolved && receiver.isAudience?.(audience) !== false) {
      for (const identity of entry.firing) {
        const item = byIdentity.get(identity);
        if (item) theirs.add(item);
      }
    }
    if (theirs.size > 0) split.set(audience, theirs);
    else forgetOwed(key, entry, items, { log, repeatInterval: flush.route.repeatInterval });
  }
  return new Map(Array.from(split, ([audience, theirs]) => [audience, [...theirs]]));
}

/** What never reached a former recipient is told to those who are named now, and owed to the former one no more. */
function forgetOwed(
  key: string,
  entry: LogEntry,
  moved: readonly FlushedAlert[],
  { log, repeatInterval }: { readonly log: NotificationLog; readonly repeatInterval: number },
): void {
  const { pending, ...rest } = entry;
  if (!pending) return;
  const gone = new Set(moved.map(({ alert }) => logIdentity(alert)));
  const alerts = pending.alerts.filter((identity) => !gone.has(identity));
  if (alerts.length === pending.alerts.length) return;
  const left = alerts.length > 0 ? { ...rest, pending: { ...pending, alerts } } : rest;
  // Should the store not take it, the next entry that it takes brings this one too.
  log.put(key, left, repeatInterval).catch(() => {});
}
