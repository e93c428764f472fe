import { createHash } from 'node:crypto';
import { parseLogKey } from './integration.ts';
import type { LogEntry, NotificationLog } from './notification-log.ts';

/** Something that is due and not delivered, or not to everybody. Times in ms. */
export interface Delivery {
  /** Stable while the group and the receiver are the same; 12 hex digits. */
  readonly id: string;
  /**
   * `pending`: tried again and again. `set aside`: refused for good, tried again at `retryAt`. `refused`: delivered, but
   * some recipients were refused for good. `given up`: owed for longer than --data.retention, and not tried any more.
   */
  readonly state: 'pending' | 'set aside' | 'refused' | 'given up';
  readonly receiver: string;
  /** As Alertmanager names it, e.g. `email[0]`. */
  readonly integration: string;
  readonly audience: string;
  readonly groupKey: string;
  /** Alerts that are owed. */
  readonly alerts: number;
  readonly since: number;
  /** Flushes that ended without delivery. */
  readonly failures: number;
  /** 0: at the next attempt of the retry that is under way, or at the next tick. */
  readonly retryAt: number;
  /** The other side's last word. */
  readonly error: string;
}

/** What is owed, oldest first. */
export function listDeliveries(log: NotificationLog): Delivery[] {
  const found: Delivery[] = [];
  for (const [key, entry] of log.entries()) {
    const state = stateOf(entry);
    if (state) found.push(describe(key, entry, state));
  }
  return found.sort((a, b) => a.since - b.since);
}

/** The notification log's key of a delivery. */
export function deliveryKey(log: NotificationLog, id: string): string | undefined {
  for (const [key] of log.entries()) if (deliveryId(key) === id) return key;
  return undefined;
}

function stateOf({ pending, refused, givenUp }: LogEntry): Delivery['state'] | undefined {
  // Written before the first attempt as well: what nobody has refused yet is no failure.
  if (pending && pending.error !== '') return pending.retryAt > 0 ? 'set aside' : 'pending';
  if (givenUp) return 'given up';
  return refused ? 'refused' : undefined;
}

function describe(key: string, { pending, refused, givenUp, timestamp }: LogEntry, state: Delivery['state']): Delivery {
  const { groupKey, receiver, integration, audience } = parseLogKey(key);
  const replies = refused?.map(({ address, reply }) => `${address}: ${reply}`).join('; ');
  return {
    id: deliveryId(key),
    state,
    receiver,
    integration,
    audience,
    groupKey,
    alerts: pending?.alerts.length ?? givenUp?.alerts ?? 0,
    since: pending?.since ?? givenUp?.since ?? timestamp,
    failures: pending?.failures ?? 0,
    retryAt: pending?.retryAt ?? 0,
    error: pending?.error ?? givenUp?.error ?? replies ?? '',
  };
}

function deliveryId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}
