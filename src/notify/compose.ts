import type { LabelSet } from '../alert/label-set.ts';
import type { Notification, NotificationReason, NotifiedAlert } from '../alert/notification.ts';
import { compareAlerts } from '../alert/order.ts';
import type { Audience } from './audience/audiences.ts';
import { type EvaluatedAlert, type Evaluation, isChange, isListed, notificationId } from './decide.ts';
import type { Flush } from './flush.ts';
import type { Integration } from './integration.ts';
import type { LogEntry } from './log-entry.ts';
import type { LogKey } from './log-key.ts';

export interface ComposeInput {
  readonly flush: Flush;
  readonly integration: Integration;
  readonly audience: Audience;
  readonly key: LogKey;
  readonly entry: LogEntry | undefined;
  readonly evaluation: Evaluation;
  readonly reason: NotificationReason;
  readonly renderRouteLabels: (flush: Flush, alerts: readonly NotifiedAlert[]) => LabelSet;
}

/** The message about a flush; undefined: there is no alert that it would list. */
export function compose(input: ComposeInput): Notification | undefined {
  const { flush, integration, audience, key, entry, evaluation, reason } = input;
  const { changesOnly = false } = integration.receiver;
  const listed = evaluation.alerts
    .filter((one) => isListed(one, integration.sendResolved))
    .filter((one) => !changesOnly || isChange(one, entry));
  if (listed.length === 0) return undefined;
  const before = entry && new Set([...entry.firing, ...(entry.events ?? [])]);
  const alerts = listed
    .map((one) => notifiedAlert(one, entry, before))
    .sort((a, b) => compareAlerts(a.alert.labels, b.alert.labels));
  const notes = audience.notes(alerts.map(({ alert }) => alert));
  return Object.freeze({
    id: notificationId(key, entry, evaluation),
    receiver: integration.receiverName,
    groupKey: flush.groupKey,
    groupLabels: flush.groupLabels,
    routeLabels: input.renderRouteLabels(flush, alerts),
    reason,
    alerts,
    now: flush.now,
    sentBefore: entry?.sent ?? 0,
    firstSentAt: entry?.firstSentAt ?? 0,
    ...(audience.target && { target: audience.target }),
    ...(notes.length > 0 && { notes }),
    ...(entry?.data && { data: entry.data }),
  });
}

function notifiedAlert(
  { item: { alert }, identity, status }: EvaluatedAlert,
  entry: LogEntry | undefined,
  before: ReadonlySet<string> | undefined,
): NotifiedAlert {
  const version = entry?.versions?.[identity];
  const known = before?.has(identity) ?? false;
  const isNew = before !== undefined && !known && status === 'firing';
  return { alert, status, ...(version && known && { notifiedUpTo: version.latest }), ...(isNew && { isNew }) };
}
