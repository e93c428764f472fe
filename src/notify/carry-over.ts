import type { Alert } from '../alert/alert.ts';
import { alertIdentity } from './decide.ts';
import type { Integration } from './integration.ts';
import { BLANK, type LogEntry, type PendingDelivery } from './log-entry.ts';
import { byPlace, encodeLogKey, type LogKey, logKey } from './log-key.ts';
import type { NotificationLog } from './notification-log.ts';

/** A live group, as far as the log is concerned. */
export interface PlacedGroup {
  readonly key: string;
  readonly receiver: string;
  readonly alerts: Iterable<{ readonly alert: Alert }>;
}

type Integrations = ReadonlyMap<string, readonly Integration[]>;

/** Entries of 0.1.0 know their integration by its place only: they are given to the one that is there now. */
export async function adoptByPlace(log: NotificationLog, integrations: Integrations): Promise<void> {
  const changes: (readonly [LogKey, LogEntry | undefined])[] = [];
  for (const [key, entry] of log.entries()) {
    const found = integrations
      .get(key.receiver)
      ?.find(({ kind, index }) => kind === key.kind && byPlace(index) === key.identity);
    if (found) changes.push([key, undefined], [{ ...key, identity: found.identity }, entry]);
  }
  await log.replace(changes);
}

/**
 * Brings the log in line with a new configuration: what was notified of an alert to a target by an integration counts for
 * the group that the alert is in now, whatever became of routes, grouping, receiver names and the order of integrations.
 */
export async function carryOver(
  log: NotificationLog,
  groups: Iterable<PlacedGroup>,
  integrations: Integrations,
): Promise<void> {
  const placed = [...groups].map((group) => ({
    ...group,
    identities: new Set(Array.from(group.alerts, ({ alert }) => alertIdentity(alert))),
  }));
  const orphans = findOrphans(log, placed, integrations);
  if (orphans.size === 0) return;
  const changes = new Changes(log);
  for (const group of placed) {
    for (const integration of integrations.get(group.receiver) ?? []) {
      for (const [target, byAlert] of orphans.get(sameIntegration(integration)) ?? []) {
        const key = logKey(group.key, integration, target);
        for (const [identity, from] of byAlert) if (group.identities.has(identity)) changes.move(identity, from, key);
      }
    }
  }
  await log.replace(changes.all());
}

/** What becomes of the log's entries, gathered. */
class Changes {
  readonly #log: NotificationLog;
  readonly #changed = new Map<string, readonly [LogKey, LogEntry]>();
  /** By the encoded key of an entry: the alerts that it loses. */
  readonly #moved = new Map<string, { readonly key: LogKey; readonly identities: Set<string> }>();

  constructor(log: NotificationLog) {
    this.#log = log;
  }

  move(identity: string, from: Origin, to: LogKey): void {
    this.#changed.set(encodeLogKey(to), [to, withAlert(this.#current(to), from.entry, identity)]);
    const { key } = from;
    getOr(this.#moved, encodeLogKey(key), () => ({ key, identities: new Set<string>() })).identities.add(identity);
  }

  *all(): Generator<readonly [LogKey, LogEntry | undefined]> {
    const left = new Map<string, readonly [LogKey, LogEntry | undefined]>(this.#changed);
    for (const [name, { key, identities }] of this.#moved) {
      const entry = this.#current(key);
      if (entry) left.set(name, [key, withoutAlerts(entry, identities)]);
    }
    yield* left.values();
  }

  #current(key: LogKey): LogEntry | undefined {
    return this.#changed.get(encodeLogKey(key))?.[1] ?? this.#log.peek(key);
  }
}

interface Origin {
  readonly key: LogKey;
  readonly entry: LogEntry;
}

/** Integration, then target, then alert. */
type Orphans = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, Origin>>>;

/** Alerts that an entry knows and that are no more in its group, or not notified by its integration there. */
function findOrphans(
  log: NotificationLog,
  placed: readonly { readonly key: string; readonly receiver: string; readonly identities: ReadonlySet<string> }[],
  integrations: Integrations,
): Orphans {
  const here = new Map(placed.map(({ key, receiver, identities }) => [JSON.stringify([key, receiver]), identities]));
  const orphans = new Map<string, Map<string, Map<string, Origin>>>();
  for (const [key, entry] of log.entries()) {
    const exists = integrations
      .get(key.receiver)
      ?.some((one) => one.kind === key.kind && one.identity === key.identity);
    const identities = exists ? here.get(JSON.stringify([key.groupKey, key.receiver])) : undefined;
    for (const identity of identitiesOf(entry)) {
      if (identities?.has(identity)) continue;
      const byTarget = getOr(orphans, sameIntegration(key), () => new Map<string, Map<string, Origin>>());
      const byAlert = getOr(byTarget, key.target, () => new Map<string, Origin>());
      const known = byAlert.get(identity);
      if (!known || known.entry.timestamp < entry.timestamp) byAlert.set(identity, { key, entry });
    }
  }
  return orphans;
}

function sameIntegration({ kind, identity }: { readonly kind: string; readonly identity: string }): string {
  return `${kind}/${identity}`;
}

function identitiesOf({ firing, muted = [], resolved, events = [], pending }: LogEntry): ReadonlySet<string> {
  return new Set([...firing, ...muted, ...Object.keys(resolved), ...events, ...(pending?.alerts ?? [])]);
}

/** `entry` with what `from` knows of one alert. What is repeated after a while is repeated when the older one was due. */
function withAlert(entry: LogEntry | undefined, from: LogEntry, identity: string): LogEntry {
  if (entry && (isNotified(entry, identity) || (isPending(entry, identity) && !isNotified(from, identity))))
    return entry;
  const base: LogEntry = entry ?? { ...BLANK, expiresAt: from.expiresAt, ...(from.data && { data: from.data }) };
  const also = (list: readonly string[] | undefined, theirs: readonly string[] | undefined): readonly string[] =>
    theirs?.includes(identity) ? [...(list ?? []), identity] : (list ?? []);
  const events = also(base.events, from.events);
  const muted = also(base.muted, from.muted);
  const end = from.resolved[identity];
  const version = from.versions?.[identity];
  const { pending: due, ...settled } = base;
  const others = due?.alerts.filter((other) => other !== identity) ?? [];
  const alerts = isPending(from, identity) ? [...others, identity] : others;
  const pending = alerts.length > 0 && { ...(from.pending as PendingDelivery), ...due, alerts };
  return {
    ...settled,
    firing: also(base.firing, from.firing),
    resolved: end === undefined ? base.resolved : { ...base.resolved, [identity]: end },
    ...(events.length > 0 && { events }),
    ...(muted.length > 0 && { muted }),
    ...(version && { versions: { ...base.versions, [identity]: version } }),
    ...(pending && { pending }),
    timestamp: earliest(base.timestamp, from.timestamp),
    expiresAt: Math.max(base.expiresAt, from.expiresAt),
    sent: Math.max(base.sent, from.sent),
    firstSentAt: earliest(base.firstSentAt, from.firstSentAt),
  };
}

function isPending({ pending }: LogEntry, identity: string): boolean {
  return pending?.alerts.includes(identity) === true;
}

function isNotified({ pending: _, ...entry }: LogEntry, identity: string): boolean {
  return identitiesOf(entry).has(identity);
}

/** 0 stands for "never". */
function earliest(a: number, b: number): number {
  return a === 0 || b === 0 ? a + b : Math.min(a, b);
}

/** undefined: nothing is left of it. */
function withoutAlerts(entry: LogEntry, gone: ReadonlySet<string>): LogEntry | undefined {
  const kept = (list: readonly string[] = []): readonly string[] => list.filter((identity) => !gone.has(identity));
  const { muted: _muted, events: _events, versions, pending, ...rest } = entry;
  const [events, muted, due] = [kept(entry.events), kept(entry.muted), kept(pending?.alerts)];
  const left: LogEntry = {
    ...rest,
    firing: kept(entry.firing),
    resolved: Object.fromEntries(Object.entries(entry.resolved).filter(([identity]) => !gone.has(identity))),
    ...(events.length > 0 && { events }),
    ...(muted.length > 0 && { muted }),
    ...(versions && {
      versions: Object.fromEntries(Object.entries(versions).filter(([identity]) => !gone.has(identity))),
    }),
    ...(pending && due.length > 0 && { pending: { ...pending, alerts: due } }),
  };
  return identitiesOf(left).size === 0 && !left.givenUp ? undefined : left;
}

function getOr<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
