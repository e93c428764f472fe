import { isResolved } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { NotifiedAlert } from '../alert/notification.ts';
import type { GroupView } from '../http/deps.ts';
import { mutedByIntervals } from '../muting/intervals.ts';
import type { Route } from '../routing/route.ts';
import type { Clock } from '../time/clock.ts';
import type { Engine } from './engine.ts';

/** The live groups as the API shows them, with what their routes' time intervals and labels say at this moment. */
export function* groupViews(engine: Engine, clock: Clock): Generator<GroupView> {
  const now = clock.now();
  const muted = new Map<Route, readonly string[]>();
  const mutedBy = (route: Route): readonly string[] => {
    const names = muted.get(route) ?? mutedByIntervals(route, engine.pipeline.config.timeIntervals, now)?.by ?? [];
    muted.set(route, names);
    return names;
  };
  for (const group of engine.dispatcher.groups()) {
    const { key, labels, route, alerts } = group;
    yield {
      key,
      labels,
      get routeLabels() {
        const flush = { route, groupKey: key, groupLabels: labels, now };
        return engine.pipeline.renderRouteLabels(flush, route.labels.size > 0 ? notified(alerts, now) : []);
      },
      receiver: route.receiver,
      mutedBy: mutedBy(route),
      alerts,
    };
  }
}

function notified(records: Iterable<AlertRecord>, now: number): NotifiedAlert[] {
  return Array.from(records, ({ alert }) => ({ alert, status: isResolved(alert, now) ? 'resolved' : 'firing' }));
}
