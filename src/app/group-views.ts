import { isResolved } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { LabelSet } from '../alert/label-set.ts';
import type { NotifiedAlert } from '../alert/notification.ts';
import type { Group } from '../dispatch/group.ts';
import type { GroupView } from '../http/deps.ts';
import { mutedByIntervals } from '../muting/intervals.ts';
import type { Route } from '../routing/route.ts';
import type { Clock } from '../time/clock.ts';
import type { Engine } from './engine.ts';

/** One group at one moment. A class, because there may be tens of thousands: a getter of its own each would take long. */
class View implements GroupView {
  readonly mutedBy: readonly string[];
  readonly #group: Group;
  readonly #engine: Engine;
  readonly #now: number;

  constructor(group: Group, mutedBy: readonly string[], engine: Engine, now: number) {
    this.mutedBy = mutedBy;
    this.#group = group;
    this.#engine = engine;
    this.#now = now;
  }

  get key(): string {
    return this.#group.key;
  }

  get labels(): LabelSet {
    return this.#group.labels;
  }

  get receiver(): string {
    return this.#group.route.receiver;
  }

  get alerts(): Iterable<AlertRecord> {
    return this.#group.alerts;
  }

  get routeLabels(): LabelSet {
    const { route, key, labels, alerts } = this.#group;
    const flush = { route, groupKey: key, groupLabels: labels, now: this.#now };
    return this.#engine.pipeline.renderRouteLabels(flush, route.labels.size > 0 ? notified(alerts, this.#now) : []);
  }
}

/** The live groups as the API shows them, with what their routes' time intervals and labels say at this moment. */
export function* groupViews(engine: Engine, clock: Clock): Generator<GroupView> {
  const now = clock.now();
  const muted = new Map<Route, readonly string[]>();
  const mutedBy = (route: Route): readonly string[] => {
    const names = muted.get(route) ?? mutedByIntervals(route, engine.pipeline.config.timeIntervals, now)?.by ?? [];
    muted.set(route, names);
    return names;
  };
  for (const group of engine.dispatcher.groups()) yield new View(group, mutedBy(group.route), engine, now);
}

function notified(records: Iterable<AlertRecord>, now: number): NotifiedAlert[] {
  return Array.from(records, ({ alert }) => ({ alert, status: isResolved(alert, now) ? 'resolved' : 'firing' }));
}
