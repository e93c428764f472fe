import type { AlertRecord } from '../alert/alert-record.ts';
import type { LabelSet } from '../alert/label-set.ts';
import type { FlushedAlert } from '../notify/flush.ts';
import type { Route } from '../routing/route.ts';

/** The alerts of one route that have the group labels in common (Alertmanager's aggregation group). */
export class Group {
  /** Unique among live groups, the same after a reload that keeps the route. */
  readonly id: string;
  /** Alertmanager's group key; equal sibling routes share it. */
  readonly key: string;
  readonly labels: LabelSet;
  /** Replaced by a reload. */
  route: Route;
  readonly alerts = new Set<AlertRecord>();
  /** One array for all the records that only this group holds. */
  readonly asSingleton: readonly Group[] = [this];
  /** It had a flush: group_wait is over, group_interval counts. */
  flushedBefore = false;
  flushing = false;
  /** A tick came while a flush was under way: it runs right after. */
  tickWaiting = false;
  cancelTick: () => void = () => {};

  constructor(route: Route, labels: LabelSet) {
    this.id = groupId(route, labels);
    this.key = groupKey(route, labels);
    this.labels = labels;
    this.route = route;
  }

  /** What a flush is about: the versions as they stand now. */
  snapshot(): FlushedAlert[] {
    return Array.from(this.alerts, (record) => ({ record, alert: record.alert }));
  }
}

/** Alertmanager's group key. */
export function groupKey({ key }: Route, labels: LabelSet): string {
  return `${key}:${labels}`;
}

/**
 * Of the group of a route in which an alert with these labels is. Texts are preceded by their lengths: no alert can write
 * a value that reads as two.
 */
export function groupId({ id, groupBy }: Route, { pairs }: LabelSet): string {
  let text = id;
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    const value = pairs[i + 1] as string;
    if (groupBy === undefined || groupBy.has(name)) text += `${name.length},${value.length}:${name}${value}`;
  }
  return text;
}
