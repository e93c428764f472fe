import type { ReceiverData } from '../alert/notification.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SendReport } from '../receivers/receiver.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type Integration, logKey } from './integration.ts';

/** What one audience of one integration was last told about a group. Times in ms. Sets are of log identities (dedup.ts). */
export interface LogEntry {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** When the last message was taken by the other side; 0 while nothing was. */
  readonly timestamp: number;
  readonly expiresAt: number;
  /** Messages so far, and when the first was taken: lets a mail say "for the 3rd time since Monday". */
  readonly sent: number;
  readonly firstSentAt: number;
  /** What was told of alerts whose senders number what they tell; of those in `firing` and `resolved`. */
  readonly versions?: Readonly<Record<string, ToldVersion>>;
  /** What is due but not delivered. Kept so that it is told even if it resolves before the other side is back. */
  readonly pending?: PendingDelivery;
  /** What was owed for longer than retention, and is no more. */
  readonly givenUp?: { readonly since: number; readonly alerts: number; readonly error: string };
  /** Recipients whom the other side refused for good when the others got the last message. */
  readonly refused?: SendReport['refused'];
  /** What the receiver reported last, handed back to it with the next notification. */
  readonly data?: ReceiverData;
}

/** The version of an alert that was told last, by its identity in the log. Times in ms. */
export interface ToldVersion {
  readonly revision: string;
  /** How far it went (`ToldOccurrence.latest`). */
  readonly latest: number;
  /** When it was told. */
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

export interface NotificationLogDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** --data.retention, ms. */
  readonly retention: number;
}

/** ms: in a storm of mails a commit for each entry would cost more than its SMTP dialogue. */
const PATIENCE = 10;

/** Who was told what (Alertmanager's nflog), in memory, with every change written through to the store. */
export class NotificationLog {
  readonly #deps: NotificationLogDeps;
  readonly #entries = new Map<string, LogEntry>();
  /** How many entries owe an identity: what moves to another group by a reload is still owed there. */
  readonly #owed = new Map<string, number>();
  /** Audiences other than the usual one ('') that have an entry, by the start of their keys. */
  readonly #audiences = new Map<string, Set<string>>();
  /** Entries that the store did not take when they came: they go with the next one that it may take. */
  readonly #dirty = new Set<string>();

  constructor(deps: NotificationLogDeps) {
    this.#deps = deps;
  }

  /** ms. */
  get retention(): number {
    return this.#deps.retention;
  }

  async load(): Promise<void> {
    for (const row of await this.#deps.store.load('notifications')) this.#set(row.key, row.value as LogEntry);
  }

  get(key: string): LogEntry | undefined {
    const { clock, metrics } = this.#deps;
    const started = clock.monotonic();
    const entry = this.#entries.get(key);
    metrics.nflogQueryDurationSeconds.observe((clock.monotonic() - started) / 1_000);
    metrics.nflogQueriesTotal.inc();
    if (!entry) metrics.nflogQueryErrorsTotal.inc();
    return entry;
  }

  /** The same, for a look that is no query of Alertmanager's. */
  peek(key: string): LogEntry | undefined {
    return this.#entries.get(key);
  }

  /** Who has an entry for a group; '' may have none. */
  audiences(groupKey: string, integration: Integration): Iterable<string> {
    const usual = logKey(groupKey, integration, '');
    return ['', ...(this.#audiences.get(usual.slice(0, -USUAL.length)) ?? [])];
  }

  /** Whether something is due about this identity and not delivered, in whatever group it was. */
  isOwed(identity: string): boolean {
    return this.#owed.has(identity);
  }

  entries(): Iterable<[string, LogEntry]> {
    return this.#entries.entries();
  }

  /**
   * Writes an entry; expiry as Alertmanager has it: min(retention, 2 x repeat_interval) from now, but not before
   * retention while a delivery is pending.
   * In force at once; the promise is for its durability.
   */
  put(key: string, entry: Omit<LogEntry, 'expiresAt'>, repeatInterval: number): Promise<void> {
    const { clock, retention } = this.#deps;
    const expiresAt = clock.now() + (entry.pending ? retention : Math.min(retention, 2 * repeatInterval));
    const value: LogEntry = { ...entry, expiresAt };
    this.#set(key, value);
    return this.#write([key]);
  }

  /** Lets what was set aside be tried at the next tick. */
  async retryNow(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry?.pending) return;
    this.#entries.set(key, { ...entry, pending: { ...entry.pending, retryAt: 0 } });
    await this.#write([key]);
  }

  /** The wall clock was set `by` ms forward: what is repeated or forgotten after a while waits as long as before. */
  clockJumped(by: number): Promise<void> {
    for (const [key, entry] of this.#entries) this.#entries.set(key, shifted(entry, by));
    return this.#write([...this.#entries.keys()]);
  }

  /** Drops expired entries (--data.maintenance-interval). */
  async gc(): Promise<void> {
    const { clock, metrics } = this.#deps;
    const begin = clock.monotonic();
    metrics.nflogMaintenanceTotal.inc();
    const now = clock.now();
    const expired = [...this.#entries].filter(([, entry]) => entry.expiresAt <= now).map(([key]) => key);
    for (const key of expired) this.#delete(key);
    try {
      await this.#write(expired);
    } catch (error) {
      metrics.nflogMaintenanceErrorsTotal.inc();
      throw error;
    } finally {
      metrics.nflogGcDurationSeconds.observe((clock.monotonic() - begin) / 1_000);
    }
  }

  #set(key: string, entry: LogEntry): void {
    const named = this.#entries.has(key) ? undefined : namedAudience(key);
    if (named) {
      const audiences = this.#audiences.get(named.start);
      if (audiences) audiences.add(named.audience);
      else this.#audiences.set(named.start, new Set([named.audience]));
    }
    this.#countOwed(this.#entries.get(key), -1);
    this.#countOwed(entry, 1);
    this.#entries.set(key, entry);
  }

  #delete(key: string): void {
    this.#countOwed(this.#entries.get(key), -1);
    this.#entries.delete(key);
    const named = namedAudience(key);
    if (!named) return;
    const audiences = this.#audiences.get(named.start);
    audiences?.delete(named.audience);
    if (audiences?.size === 0) this.#audiences.delete(named.start);
  }

  #countOwed(entry: LogEntry | undefined, by: number): void {
    for (const identity of entry?.pending?.alerts ?? []) {
      const count = (this.#owed.get(identity) ?? 0) + by;
      if (count > 0) this.#owed.set(identity, count);
      else this.#owed.delete(identity);
    }
  }

  /** Brings keys to the store as they are now, with those that it refused before. */
  async #write(newest: readonly string[]): Promise<void> {
    const { store } = this.#deps;
    const keys = store.trouble === undefined ? [...new Set([...this.#dirty, ...newest])] : newest;
    if (keys.length === 0) return;
    for (const key of keys) this.#dirty.delete(key);
    try {
      const changes = keys.map((key) => ({ table: 'notifications' as const, key, value: this.#entries.get(key) }));
      await store.write(changes, PATIENCE);
    } catch (error) {
      for (const key of keys) this.#dirty.add(key);
      throw error;
    }
  }
}

/** All that is compared with the time of day; 0 stands for "never". */
function shifted(entry: LogEntry, by: number): LogEntry {
  const { versions, pending } = entry;
  const later = (at: number): number => (at === 0 ? 0 : at + by);
  const told = Object.entries(versions ?? {}).map(([id, version]) => [id, { ...version, at: later(version.at) }]);
  return {
    ...entry,
    timestamp: later(entry.timestamp),
    expiresAt: later(entry.expiresAt),
    ...(versions && { versions: Object.fromEntries(told) as NonNullable<LogEntry['versions']> }),
    ...(pending && { pending: { ...pending, since: later(pending.since), retryAt: later(pending.retryAt) } }),
  };
}

/** How the keys of the usual audience end. */
const USUAL = ',""]';

/** The audience of a key and what stands before it; undefined for the usual one. */
function namedAudience(key: string): { readonly start: string; readonly audience: string } | undefined {
  // Inside a text of the key, a quote would have a backslash before it.
  const at = key.lastIndexOf(',"');
  if (at < 0 || key.endsWith(USUAL)) return undefined;
  return { start: key.slice(0, at), audience: JSON.parse(key.slice(at + 1, -1)) as string };
}
