import { LabelSet } from '../../../alert/label-set.ts';
import type { Notification } from '../../../alert/notification.ts';

/** A notification that is rendered and not sent, to compile what the first real one would otherwise wait for. */
export function warmUpSample(now: number): Notification {
  const labels = LabelSet.of({ alertname: 'WarmUp', severity: 'info' });
  const alert = {
    labels,
    annotations: LabelSet.of({ summary: 'None', description: 'None' }),
    startsAt: now - 60_000,
    endsAt: now + 60_000,
    updatedAt: now,
    timeout: false,
    stale: false,
    event: false,
    generatorURL: 'http://localhost/',
    source: 'prometheus',
    startsAtText: '',
    endsAtText: '',
    details: undefined,
  };
  return {
    id: '',
    receiver: '',
    groupKey: '',
    groupLabels: labels,
    routeLabels: LabelSet.empty,
    reason: 'first notification',
    alerts: [{ alert, status: 'firing' }],
    now,
    sentBefore: 0,
    firstSentAt: 0,
  };
}
