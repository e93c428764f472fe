import type { Alert } from '../../../src/alert/alert.ts';
import { LabelSet } from '../../../src/alert/label-set.ts';
import type { Notification, NotifiedAlert } from '../../../src/alert/notification.ts';

const NOW = Date.parse('2026-03-01T08:20:00Z');

/** One firing alert `DiskFull` with these labels and annotations over it. */
export function alertWith(
  labels: Record<string, string> = {},
  annotations: Record<string, string> = {},
  status: NotifiedAlert['status'] = 'firing',
): NotifiedAlert {
  const startsAt = Date.parse('2026-03-01T08:15:02.500Z');
  const alert: Alert = {
    labels: LabelSet.of({ alertname: 'DiskFull', instance: 'db-1', job: 'node', ...labels }),
    annotations: LabelSet.of({ summary: 'Disk 95 % full', ...annotations }),
    startsAt,
    endsAt: status === 'firing' ? NOW + 300_000 : NOW - 1_000,
    updatedAt: NOW,
    timeout: status === 'firing',
    stale: false,
    event: false,
    generatorURL: 'http://prom.example/graph?g0.expr=up',
    source: 'prometheus',
    startsAtText: '',
    endsAtText: '',
    details: undefined,
  };
  return { alert, status };
}

/** A first notification of `alerts` to the receiver `ops`. */
export function notificationOf(
  alerts: readonly NotifiedAlert[] = [alertWith()],
  over: Partial<Notification> = {},
): Notification {
  return {
    id: '0123456789abcdef0123456789abcdef',
    receiver: 'ops',
    groupKey: '{}:{alertname="DiskFull"}',
    groupLabels: LabelSet.of({ alertname: 'DiskFull' }),
    routeLabels: LabelSet.empty,
    reason: 'first notification',
    alerts,
    now: NOW,
    sentBefore: 0,
    firstSentAt: 0,
    ...over,
  };
}
