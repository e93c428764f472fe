import type { Metrics } from '../metrics/metrics.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { decodeLogEntry, type LogEntry, shifted } from './log-entry.ts';
import { decodeLogKey, encodeLogKey, type LogKey } from './log-key.ts';

export interface NotificationLogDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** --data.retention, ms. */
  readonly retention: number;
}

/** ms: when thousands of emails go out, a commit for each entry would cost more than its SMTP dialogue. */
const PATIENCE = 10;

/** Who was notified of what (Alertmanager's nflog), in memory, with every change written through to the store. */
export class NotificationLog {
  readonly #deps: NotificationLogDeps;
  /** By encoded key. */
  readonly #entries = new Map<string, LogEntry>();
  /** Targets other than the configured recipients ('') that have an entry, by the encoded key of those. */
  readonly #targets = new Map<string, Set<string>>();
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
    const outdated: string[] = [];
    for (const row of await this.#deps.store.load('notifications')) {
      const key = decodeLogKey(row.key);
      this.#set(key, decodeLogEntry(row.value));
      if (encodeLogKey(key) === row.key) continue;
      outdated.push(row.key);
      this.#dirty.add(encodeLogKey(key));
    }
    if (outdated.length === 0) return;
    await this.#write(outdated);
  }

  get(key: LogKey): LogEntry | undefined {
    const { clock, metrics } = this.#deps;
    const started = clock.monotonic();
    const entry = this.peek(key);
    metrics.nflogQueryDurationSeconds.observe((clock.monotonic() - started) / 1_000);
    metrics.nflogQueriesTotal.inc();
    if (!entry) metrics.nflogQueryErrorsTotal.inc();
    return entry;
  }

  /** The same, for a look that is no query of Alertmanager's. */
  peek(key: LogKey): LogEntry | undefined {
    return this.#entries.get(encodeLogKey(key));
  }

  /** The targets that may have an entry for a group; '' need not. @param key of any of them */
  targets(key: LogKey): Iterable<string> {
    return ['', ...(this.#targets.get(encodeLogKey({ ...key, target: '' })) ?? [])];
  }

  /** Whether any target of an integration was left with this alert as firing. @param key of any of its targets */
  holdsAsFiring(key: LogKey, identity: string): boolean {
    for (const target of this.targets(key)) {
      const entry = this.peek({ ...key, target });
      if (entry && hasAsFiring(entry, identity)) return true;
    }
    return false;
  }

  /** Keeps the entries that have this alert as firing from expiring. @param key of any of an integration's targets */
  async keep(key: LogKey, identity: string): Promise<void> {
    const { clock, retention } = this.#deps;
    const soon = clock.now() + retention / 2;
    const kept: (readonly [LogKey, LogEntry])[] = [];
    for (const target of this.targets(key)) {
      const entry = this.peek({ ...key, target });
      if (!entry || entry.expiresAt > soon || !hasAsFiring(entry, identity)) continue;
      kept.push([
        { ...key, target },
        { ...entry, expiresAt: clock.now() + retention },
      ]);
    }
    await this.replace(kept);
  }

  *entries(): Generator<[LogKey, LogEntry]> {
    for (const [text, entry] of this.#entries) yield [decodeLogKey(text), entry];
  }

  /** The number of entries with something undelivered. */
  get pendingCount(): number {
    let count = 0;
    for (const { pending } of this.#entries.values()) if (pending) count++;
    return count;
  }

  /**
   * Writes an entry; expiry as Alertmanager has it: min(retention, 2 x repeat_interval) from now, but not before
   * retention while a delivery is pending.
   * In force at once; the promise is for its durability.
   */
  put(key: LogKey, entry: Omit<LogEntry, 'expiresAt'>, repeatInterval: number): Promise<void> {
    const { clock, retention } = this.#deps;
    const expiresAt = clock.now() + (entry.pending ? retention : Math.min(retention, 2 * repeatInterval));
    this.#set(key, { ...entry, expiresAt });
    return this.#write([encodeLogKey(key)], PATIENCE);
  }

  /** Replaces entries as they are; undefined deletes one. In force at once; the promise is for durability. */
  replace(changes: Iterable<readonly [LogKey, LogEntry | undefined]>): Promise<void> {
    const keys: string[] = [];
    for (const [key, entry] of changes) {
      if (entry) this.#set(key, entry);
      else this.#delete(key);
      keys.push(encodeLogKey(key));
    }
    return this.#write(keys);
  }

  /** Lets what was set aside be tried at the next tick. */
  async retryNow(key: LogKey): Promise<void> {
    const entry = this.peek(key);
    if (!entry?.pending) return;
    await this.replace([[key, { ...entry, pending: { ...entry.pending, retryAt: 0 } }]]);
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
    for (const key of expired) this.#delete(decodeLogKey(key));
    try {
      await this.#write(expired);
    } catch (error) {
      metrics.nflogMaintenanceErrorsTotal.inc();
      throw error;
    } finally {
      metrics.nflogGcDurationSeconds.observe((clock.monotonic() - begin) / 1_000);
    }
  }

  #set(key: LogKey, entry: LogEntry): void {
    this.#entries.set(encodeLogKey(key), entry);
    if (key.target === '') return;
    const group = encodeLogKey({ ...key, target: '' });
    const targets = this.#targets.get(group);
    if (targets) targets.add(key.target);
    else this.#targets.set(group, new Set([key.target]));
  }

  #delete(key: LogKey): void {
    this.#entries.delete(encodeLogKey(key));
    if (key.target === '') return;
    const group = encodeLogKey({ ...key, target: '' });
    const targets = this.#targets.get(group);
    targets?.delete(key.target);
    if (targets?.size === 0) this.#targets.delete(group);
  }

  /** Brings keys to the store as they are now, with those that it refused before. */
  async #write(newest: readonly string[], patience = 0): Promise<void> {
    const { store } = this.#deps;
    const keys = store.trouble === undefined ? [...new Set([...this.#dirty, ...newest])] : newest;
    if (keys.length === 0) return;
    for (const key of keys) this.#dirty.delete(key);
    try {
      const changes = keys.map((key) => ({ table: 'notifications' as const, key, value: this.#entries.get(key) }));
      await store.write(changes, patience);
    } catch (error) {
      for (const key of keys) this.#dirty.add(key);
      throw error;
    }
  }
}

function hasAsFiring({ firing, muted }: LogEntry, identity: string): boolean {
  return firing.includes(identity) || muted?.includes(identity) === true;
}
