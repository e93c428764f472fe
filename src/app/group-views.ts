import { isResolved } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { NotifiedAlert } from '../alert/notification.ts';
import type { GroupView } from '../http/deps.ts';
import type { Clock } from '../time/clock.ts';
import type { Engine } from './engine.ts';

/** The live groups as the API shows them: straight from dispatch's own, with route labels rendered for the moment. */
export function* groupViews(engine: Engine, clock: Clock): Generator<GroupView> {
  const now = clock.now();
  for (const group of engine.dispatcher.groups()) {
    const { key, labels, route, mutedBy, alerts } = group;
    yield {
      key,
      labels,
      get routeLabels() {
        const flush = { route, groupKey: key, groupLabels: labels, now };
        return engine.pipeline.renderRouteLabels(flush, route.labels.size > 0 ? notified(alerts, now) : []);
      },
      receiver: route.receiver,
      mutedBy,
      alerts,
    };
  }
}

function notified(records: Iterable<AlertRecord>, now: number): NotifiedAlert[] {
  return Array.from(records, ({ alert }) => ({ alert, status: isResolved(alert, now) ? 'resolved' : 'firing' }));
}
