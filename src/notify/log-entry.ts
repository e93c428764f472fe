import type { ReceiverData } from '../alert/notification.ts';
import type { SendReport } from '../receivers/receiver.ts';

/** What one target of one integration was last notified of about a group. Times in ms. Alerts are named by `alertIdentity`. */
export interface LogEntry {
  /** Alerts that the last notification left as firing. */
  readonly firing: readonly string[];
  /** Alerts that were notified as firing, and that later notifications left out because they were muted. */
  readonly muted?: readonly string[];
  /** Alerts whose end was notified, each with the startsAt of the occurrence that ended. */
  readonly resolved: Readonly<Record<string, number>>;
  /** Events that were notified and are in the group still. */
  readonly events?: readonly string[];
  /** When the server took the last message; 0 while it has taken none. */
  readonly timestamp: number;
  readonly expiresAt: number;
  /** Messages so far, and when the first was taken: lets an email say "for the 3rd time since Monday". */
  readonly sent: number;
  readonly firstSentAt: number;
  /** What was notified of alerts whose senders number what they send; of those in `firing`, `events` and `resolved`. */
  readonly versions?: Readonly<Record<string, NotifiedVersion>>;
  /** What is due but not delivered. Kept so that it is sent even if it resolves before the server is back. */
  readonly pending?: PendingDelivery;
  /** What was undelivered for longer than the retention, and is not tried any more. */
  readonly givenUp?: { readonly since: number; readonly alerts: number; readonly error: string };
  /** Recipients whom the server refused for good when the others got the last message. */
  readonly refused?: SendReport['refused'];
  /** What the receiver reported last, handed back to it with the next notification. */
  readonly data?: ReceiverData;
}

/** The version of an alert that was notified last. Times in ms. */
export interface NotifiedVersion {
  readonly revision: string;
  /** How far it went (`OccurrenceInfo.latest`). */
  readonly latest: number;
  /** When it was notified. */
  readonly at: number;
}

export interface PendingDelivery {
  readonly alerts: readonly string[];
  readonly since: number;
  /** Why the last attempt failed; '' while there was none. */
  readonly error: string;
  /** Flushes that ended without delivery. */
  readonly failures: number;
  /** Refused for good: not tried before then unless there is news. 0: tried at each tick. */
  readonly retryAt: number;
}

/** Of a target that was not notified of anything yet. */
export const BLANK: Omit<LogEntry, 'expiresAt'> = { firing: [], resolved: {}, timestamp: 0, sent: 0, firstSentAt: 0 };

/** In 0.1.0 `resolved` was a list, and events were in `firing` and `resolved`, each with `@` in its name. */
interface EntryOf010 extends Omit<LogEntry, 'resolved' | 'events'> {
  readonly resolved: readonly string[];
}

/** Reads an entry from the store. */
export function decodeLogEntry(value: unknown): LogEntry {
  const entry = value as LogEntry | EntryOf010;
  if (!isOf010(entry)) return entry;
  const isEvent = (identity: string): boolean => identity.includes('@');
  const events = entry.firing.filter(isEvent);
  return {
    ...entry,
    firing: entry.firing.filter((identity) => !isEvent(identity)),
    // Whatever began before the notification was meant by it.
    resolved: Object.fromEntries(entry.resolved.map((identity) => [identity, entry.timestamp])),
    ...(events.length > 0 && { events }),
  };
}

function isOf010(entry: LogEntry | EntryOf010): entry is EntryOf010 {
  return Array.isArray(entry.resolved);
}

/** The same entry after the wall clock was set `by` ms forward: all that is compared with the time of day; 0 stands for "never". */
export function shifted(entry: LogEntry, by: number): LogEntry {
  const { versions, pending } = entry;
  const later = (at: number): number => (at === 0 ? 0 : at + by);
  const moved = Object.entries(versions ?? {}).map(([id, version]) => [id, { ...version, at: later(version.at) }]);
  return {
    ...entry,
    timestamp: later(entry.timestamp),
    expiresAt: later(entry.expiresAt),
    ...(versions && { versions: Object.fromEntries(moved) as NonNullable<LogEntry['versions']> }),
    ...(pending && { pending: { ...pending, since: later(pending.since), retryAt: later(pending.retryAt) } }),
  };
}
