import type { Alert } from '../../alert/alert.ts';
import type { Target } from '../../alert/notification.ts';
import type { Logger } from '../../log/logger.ts';
import { alertIdentity } from '../decide.ts';
import type { Flush, FlushedAlert } from '../flush.ts';
import type { Integration } from '../integration.ts';
import type { LogEntry } from '../log-entry.ts';
import { type LogKey, logKey } from '../log-key.ts';
import type { NotificationLog } from '../notification-log.ts';
import type { Resolution } from './target-resolver.ts';

/** Most targets of one group; alerts of any further one go to the configured recipients. */
const MAX_AUDIENCES = 1_000;
/** Most notes in one message. */
const MAX_NOTES = 20;

/** Alerts of one flush that go to the same target. */
export interface Audience {
  /** Absent: the configured recipients. */
  readonly target?: Target | undefined;
  readonly items: readonly FlushedAlert[];
  /** What readers of these alerts should know of who is notified of them. */
  notes(alerts: readonly Alert[]): readonly string[];
}

/**
 * Splits what a flush holds for one integration by who is notified of it. Who was notified of an alert goes on to be until
 * it is resolved, even if the alert names others by now: nobody is left believing that something is still firing.
 */
export function splitByAudience(
  flush: Flush,
  items: readonly FlushedAlert[],
  integration: Integration,
  { log, logger }: { readonly log: NotificationLog; readonly logger: Logger },
): readonly Audience[] {
  const { resolver } = integration;
  if (!resolver) return [{ items, notes: () => [] }];
  const audiences = new Audiences();
  let beyond = 0;
  for (const item of items) beyond += audiences.place(item, resolver.resolve(item.alert));
  if (beyond > 0) {
    const text = 'A group has too many recipients: the default recipients are notified instead of the last ones';
    logger.warn(text, { limit: MAX_AUDIENCES, others: beyond });
  }
  const byIdentity = new Map(items.map((item) => [alertIdentity(item.alert), item]));
  for (const id of log.targets(logKey(flush.groupKey, integration, ''))) {
    const key = logKey(flush.groupKey, integration, id);
    const entry = log.peek(key);
    if (!entry) continue;
    const target = id === '' ? undefined : resolver.former(id);
    if (integration.sendResolved && (id === '' || target)) {
      for (const identity of [...entry.firing, ...(entry.muted ?? [])])
        audiences.add(id, target, byIdentity.get(identity));
    }
    if (!audiences.has(id)) forgetUndelivered(key, entry, items, { log, repeatInterval: flush.route.repeatInterval });
  }
  return audiences.all();
}

class Audiences {
  /** By the target's id; '' for the configured recipients. */
  readonly #byId = new Map<string, { readonly target: Target | undefined; readonly items: Set<FlushedAlert> }>();
  readonly #notes = new Map<Alert, readonly string[]>();

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Returns for how many targets there was no place: their alert goes to the configured recipients. */
  place(item: FlushedAlert, { targets, toDefault, notes }: Resolution): number {
    if (notes.length > 0) this.#notes.set(item.alert, notes);
    if (toDefault) this.add('', undefined, item);
    let beyond = 0;
    for (const target of targets.values()) {
      if (this.has(target.id) || this.#byId.size < MAX_AUDIENCES) this.add(target.id, target, item);
      else {
        this.add('', undefined, item);
        beyond++;
      }
    }
    return beyond;
  }

  add(id: string, target: Target | undefined, item: FlushedAlert | undefined): void {
    if (!item) return;
    const audience = this.#byId.get(id);
    if (audience) audience.items.add(item);
    else this.#byId.set(id, { target, items: new Set([item]) });
  }

  all(): readonly Audience[] {
    const notes = (alerts: readonly Alert[]): readonly string[] =>
      bounded(alerts.flatMap((alert) => this.#notes.get(alert) ?? []));
    return Array.from(this.#byId.values(), ({ target, items }) => ({ target, items: [...items], notes }));
  }
}

function bounded(all: readonly string[]): readonly string[] {
  const notes = [...new Set(all)];
  if (notes.length <= MAX_NOTES) return notes;
  return [...notes.slice(0, MAX_NOTES), `${notes.length - MAX_NOTES} more remarks of this kind are in the log.`];
}

/** What never reached a former target goes to those who are named now, and is due to the former one no more. */
function forgetUndelivered(
  key: LogKey,
  entry: LogEntry,
  moved: readonly FlushedAlert[],
  { log, repeatInterval }: { readonly log: NotificationLog; readonly repeatInterval: number },
): void {
  const { pending, ...rest } = entry;
  if (!pending) return;
  const gone = new Set(moved.map(({ alert }) => alertIdentity(alert)));
  const alerts = pending.alerts.filter((identity) => !gone.has(identity));
  if (alerts.length === pending.alerts.length) return;
  const left = alerts.length > 0 ? { ...rest, pending: { ...pending, alerts } } : rest;
  // Should the store not take it, the next entry that it takes brings this one too.
  log.put(key, left, repeatInterval).catch(() => {});
}
