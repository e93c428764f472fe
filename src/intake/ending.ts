import type { Alert, AlertInput, Ending } from '../alert/alert.ts';
import { LabelSet } from '../alert/label-set.ts';

/** Whether an ending with the alert's own id is about an alert like this one. */
export function concerns({ labels = {} }: Ending, alert: Alert): boolean {
  return Object.entries(labels).every(([name, value]) => alert.labels.get(name) === value);
}

/** The alert as if its sender had sent it as over. Clocks may disagree: it ends after its start and not in the future. */
export function endedInput(alert: Alert, { at, atText, how }: Ending, now: number): AlertInput {
  const endsAt = Math.max(alert.startsAt, Math.min(at ?? now, now));
  return {
    labels: alert.labels,
    annotations: LabelSet.from([...Object.entries(alert.annotations.toJSON()), ['resolution', how]]),
    startsAt: alert.startsAt,
    startsAtText: alert.startsAtText,
    endsAt,
    ...(endsAt === at && atText !== undefined && { endsAtText: atText }),
    generatorURL: alert.generatorURL,
    details: alert.details,
    ...(alert.occurrence && { occurrence: alert.occurrence }),
  };
}
