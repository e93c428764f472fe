import { createHash } from 'node:crypto';
import type { LogEntry } from './log-entry.ts';
import { encodeLogKey, type LogKey } from './log-key.ts';
import type { NotificationLog } from './notification-log.ts';

/** Something that is due and not delivered, or not to everybody. Times in ms. */
export interface Delivery {
  /** Stable while the group and the receiver are the same; 12 hex digits. */
  readonly id: string;
  /**
   * `pending`: tried again and again. `set aside`: refused for good, tried again at `retryAt`. `refused`: delivered, but
   * some recipients were refused for good. `given up`: undelivered for longer than --data.retention, and not tried any more.
   */
  readonly state: 'pending' | 'set aside' | 'refused' | 'given up';
  readonly receiver: string;
  /** As Alertmanager names it, e.g. `email[0]`; without the index where the configuration has no such integration any more. */
  readonly integration: string;
  /** The target's id; '' for the configured recipients. */
  readonly audience: string;
  readonly groupKey: string;
  /** Alerts that were not delivered. */
  readonly alerts: number;
  readonly since: number;
  /** Flushes that ended without delivery. */
  readonly failures: number;
  /** 0: at the next attempt of the retry that is under way, or at the next tick. */
  readonly retryAt: number;
  /** Why: in the server's words, where it gave any. */
  readonly error: string;
}

/** Names the integration that an entry belongs to. */
type NameOf = (key: LogKey) => string;

/** What is due and not delivered, oldest first. */
export function listUndelivered(log: NotificationLog, nameOf: NameOf): Delivery[] {
  const found: Delivery[] = [];
  for (const [key, entry] of log.entries()) {
    const state = stateOf(entry);
    if (state) found.push(describe(key, entry, state, nameOf));
  }
  return found.sort((a, b) => a.since - b.since);
}

/** The notification log's key of a delivery. */
export function undeliveredKey(log: NotificationLog, id: string): LogKey | undefined {
  for (const [key] of log.entries()) if (deliveryId(key) === id) return key;
  return undefined;
}

function stateOf({ pending, refused, givenUp }: LogEntry): Delivery['state'] | undefined {
  // Written before the first attempt as well: what no server has refused yet is no failure.
  if (pending && pending.error !== '') return pending.retryAt > 0 ? 'set aside' : 'pending';
  if (givenUp) return 'given up';
  return refused ? 'refused' : undefined;
}

function describe(
  key: LogKey,
  { pending, refused, givenUp, timestamp }: LogEntry,
  state: Delivery['state'],
  nameOf: NameOf,
): Delivery {
  const { groupKey, receiver, target } = key;
  const replies = refused?.map(({ address, reply }) => `${address}: ${reply}`).join('; ');
  return {
    id: deliveryId(key),
    state,
    receiver,
    integration: nameOf(key),
    audience: target,
    groupKey,
    alerts: pending?.alerts.length ?? givenUp?.alerts ?? 0,
    since: pending?.since ?? givenUp?.since ?? timestamp,
    failures: pending?.failures ?? 0,
    retryAt: pending?.retryAt ?? 0,
    error: pending?.error ?? givenUp?.error ?? replies ?? '',
  };
}

function deliveryId(key: LogKey): string {
  return createHash('sha256').update(encodeLogKey(key)).digest('hex').slice(0, 12);
}
