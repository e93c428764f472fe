import { type Alert, isOver } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { Subscriber } from '../intake/intake.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Flush, FlushedAlert, FlushOutcome } from '../notify/flush.ts';
import { groupLabels, matchRoutes, type Route } from '../routing/route.ts';
import type { Clock } from '../time/clock.ts';
import { Scheduler } from '../time/scheduler.ts';
import { Group, groupId, groupKey } from './group.ts';

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The notification pipeline. Never rejects. */
  readonly notify: (flush: Flush) => Promise<FlushOutcome>;
  /** Whether the notification log of a group holds this alert as firing. */
  readonly isNotifiedAsFiring: (groupKey: string, receiver: string, alert: Alert) => boolean;
  /** Called with records that no group holds any more, in batches. */
  readonly released: (records: readonly AlertRecord[]) => void;
  /** ms from now until the first tick may run (--dispatch.start-delay). */
  readonly startDelay: number;
}

/** Puts alerts into groups and lets each group tick at its times (as Alertmanager's dispatcher). */
export class Dispatcher implements Subscriber {
  readonly #deps: DispatcherDeps;
  readonly #scheduler: Scheduler;
  readonly #groups = new Map<string, Group>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #startAt: number;
  #root: Route;
  #stopped = false;

  constructor(root: Route, deps: DispatcherDeps) {
    this.#deps = deps;
    this.#root = root;
    this.#scheduler = new Scheduler(deps.clock);
    this.#startAt = deps.clock.monotonic() + deps.startDelay;
  }

  added(record: AlertRecord): void {
    this.#place(record);
  }

  updated(record: AlertRecord, previous: Alert): void {
    // A known alert's arrival is free of routing.
    if (this.holds(record)) return;
    const now = this.#deps.clock.now();
    const { alert } = record;
    // A sender that repeats the end of an alert, or the same event, has nothing new to say, unless it was never notified.
    if (
      isOver(previous, now) &&
      isOver(alert, now) &&
      !isNewOccurrence(alert, previous) &&
      !this.#isUnfinished(record)
    ) {
      return;
    }
    if (alert.event && previous.startsAt === alert.startsAt) return;
    this.#place(record);
  }

  removed(_record: AlertRecord): void {}

  groups(): Iterable<Group> {
    return this.#groups.values();
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  holds(record: AlertRecord): boolean {
    return record.groups.length > 0;
  }

  routesOf(record: AlertRecord): readonly Route[] {
    return matchRoutes(this.#root, record.labels);
  }

  /**
   * Goes on with another route tree. Alerts are placed anew; a group that exists in both keeps its alerts and, if it
   * still waits for its first flush, its timer. The others tick at once, as Alertmanager's do after a reload: what the
   * new file adds is notified now, and the notification log suppresses what was already sent.
   */
  reload(root: Route): void {
    const before = new Map(this.#groups);
    const records = new Set(Array.from(before.values(), ({ alerts }) => [...alerts]).flat());
    this.#root = root;
    this.#groups.clear();
    for (const record of records) {
      for (const route of matchRoutes(root, record.labels)) {
        const kept = before.get(groupId(route, record.labels));
        if (kept && !this.#groups.has(kept.id)) {
          kept.route = route;
          kept.alerts.clear();
          this.#groups.set(kept.id, kept);
        }
      }
      this.#place(record);
    }
    for (const group of before.values()) {
      if (this.#groups.get(group.id) !== group) group.cancelTick();
      else if (group.flushedBefore) this.#schedule(group, 0);
    }
  }

  /** Lets the groups with this key tick at once. Returns whether there is one. */
  tickNow(groupKey: string): boolean {
    const groups = [...this.#groups.values()].filter(({ key }) => key === groupKey);
    for (const group of groups) this.#schedule(group, 0);
    return groups.length > 0;
  }

  /** Ticks no more, and waits for the flushes under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#scheduler.stop();
    await Promise.all(this.#inFlight);
  }

  /** Somebody was notified that it fires, but not yet that it has ended. */
  #isUnfinished({ labels, alert }: AlertRecord): boolean {
    return matchRoutes(this.#root, labels).some((route) => {
      const key = groupKey(route, groupLabels(route, labels));
      return this.#deps.isNotifiedAsFiring(key, route.receiver, alert);
    });
  }

  #place(record: AlertRecord): void {
    const { clock, metrics } = this.#deps;
    const begin = clock.monotonic();
    const groups = matchRoutes(this.#root, record.labels).map((route) => {
      const group = this.#groups.get(groupId(route, record.labels)) ?? this.#create(route, record.alert);
      group.alerts.add(record);
      return group;
    });
    record.groups = groups.length === 1 && groups[0] ? groups[0].asSingleton : groups;
    metrics.dispatcherAlertProcessingDurationSeconds.observe((clock.monotonic() - begin) / 1_000);
  }

  #create(route: Route, first: Alert): Group {
    const group = new Group(route, groupLabels(route, first.labels));
    this.#groups.set(group.id, group);
    // Only a new group looks at the alert's age (Alertmanager's dispatcher does the same). What is sent once may be about
    // what began long ago, and the rest of a burst is on its way.
    const isSentOnce = first.stale || first.event || first.occurrence !== undefined;
    const late = !isSentOnce && first.startsAt + route.groupWait < this.#deps.clock.now();
    // A restored alert has waited already before the restart.
    const waited = this.#deps.clock.now() - first.updatedAt;
    this.#schedule(group, late ? 0 : Math.max(route.groupWait - Math.max(waited, 0), 0));
    return group;
  }

  #schedule(group: Group, delay: number): void {
    group.cancelTick();
    const at = Math.max(this.#deps.clock.monotonic() + delay, this.#startAt);
    group.cancelTick = this.#scheduler.at(at, () => this.#tick(group));
  }

  #tick(group: Group): void {
    if (this.#stopped) return;
    this.#schedule(group, group.route.groupInterval);
    if (group.flushing) {
      group.tickWaiting = true;
      return;
    }
    const run = this.#flush(group).finally(() => this.#inFlight.delete(run));
    this.#inFlight.add(run);
  }

  async #flush(group: Group): Promise<void> {
    group.flushing = true;
    do {
      group.tickWaiting = false;
      await this.#flushOnce(group);
    } while (group.tickWaiting && !this.#stopped);
    group.flushing = false;
  }

  async #flushOnce(group: Group): Promise<void> {
    group.flushedBefore = true;
    if (group.alerts.size === 0) {
      this.#end(group);
      return;
    }
    const alerts = group.snapshot();
    const now = this.#deps.clock.now();
    const { key, labels, route } = group;
    const outcome = await this.#deps.notify({ groupKey: key, groupLabels: labels, route, now, alerts });
    if (outcome.ok) this.#release(group, alerts, outcome, now);
  }

  /**
   * Removes alerts that have ended, and events once notified, unless they were received again meanwhile. What is muted and was
   * notified as firing waits until its end may be notified. An event that has ended waits for the end of a muted time
   * interval, but not of a silence. A group that notified of an event stays for another group_interval, so that events in
   * a row are notified at its pace.
   */
  #release(group: Group, alerts: readonly FlushedAlert[], outcome: FlushOutcome, now: number): void {
    const released: AlertRecord[] = [];
    for (const { record, alert } of alerts) {
      const waits =
        outcome.unfinished.has(record) || (alert.event && !outcome.unmuted.has(record) && outcome.mutedBy.length > 0);
      const done = (isOver(alert, now) && !waits) || (alert.event && outcome.unmuted.has(record));
      // A group that a reload has dropped holds nothing any more.
      if (!done || record.alert !== alert || !record.groups.includes(group)) continue;
      group.alerts.delete(record);
      record.groups = record.groups.filter((other) => other !== group);
      if (record.groups.length === 0) released.push(record);
    }
    if (group.alerts.size === 0 && !alerts.some(({ alert }) => alert.event)) this.#end(group);
    if (released.length > 0) this.#deps.released(released);
  }

  #end(group: Group): void {
    if (this.#groups.get(group.id) !== group) return;
    group.cancelTick();
    this.#groups.delete(group.id);
  }
}

/** It began after the one before was over (an end that is only repeated has the same start). */
function isNewOccurrence(alert: Alert, previous: Alert): boolean {
  return alert.startsAt > previous.startsAt && alert.startsAt >= previous.endsAt;
}
