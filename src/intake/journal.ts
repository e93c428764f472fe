import type { Alert } from '../alert/alert.ts';
import { LabelSet } from '../alert/label-set.ts';
import type { Change, Row } from '../store/store.ts';

type StoredAlert = Omit<Alert, 'labels' | 'annotations'> & {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

export function alertChange(fingerprint: string, alert: Alert): Change {
  return { table: 'alerts', key: fingerprint, value: alert };
}

/**
 * An alert as it goes on after a restart. Refreshes of endsAt are not journaled, so one that was firing gets as much
 * time as its sender last granted it, counted from now: the sender had no way to be heard meanwhile, and its silence
 * must not look like "resolved". What the sender itself had ended, and what nobody re-sends, stays as it was.
 */
export function restoreAlert(row: Row, now: number): Alert {
  const stored = row.value as StoredAlert;
  const alert: Alert = {
    ...stored,
    labels: LabelSet.of(stored.labels),
    annotations: LabelSet.of(stored.annotations),
  };
  const granted = alert.endsAt - alert.updatedAt;
  if (alert.stale || granted <= 0 || now + granted <= alert.endsAt) return alert;
  return { ...alert, endsAt: now + granted, endsAtText: '' };
}

/**
 * An alert after the wall clock was set from `before` to `now`, or the machine slept: what was over stays over, and what
 * was not is not over for that alone. It gets as much time as its sender last granted it, as after a restart.
 */
export function acrossJump(alert: Alert, before: number, now: number): Alert {
  const wasOver = alert.endsAt <= before;
  if (wasOver === alert.endsAt <= now) return alert;
  if (wasOver) return { ...alert, endsAt: now, endsAtText: '' };
  return { ...alert, endsAt: now + (alert.endsAt - Math.min(alert.updatedAt, before)), endsAtText: '' };
}

/** Whether a version must be durable before its sender hears 200: anything but a mere refresh of endsAt. */
export function isNews(old: Alert, next: Alert, now: number): boolean {
  return (
    old.endsAt <= now !== next.endsAt <= now ||
    old.startsAt !== next.startsAt ||
    old.generatorURL !== next.generatorURL ||
    old.stale !== next.stale ||
    !old.annotations.equals(next.annotations) ||
    !sameDetails(old.details, next.details)
  );
}

function sameDetails(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}
