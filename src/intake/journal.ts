import type { Alert } from '../alert/alert.ts';
import { LabelSet } from '../alert/label-set.ts';
import type { Change, Row } from '../store/store.ts';

/** What most alerts have: left out of their rows, since the disk is what new alerts wait for. */
const DEFAULTS = {
  timeout: false,
  stale: false,
  event: false,
  generatorURL: '',
  startsAtText: '',
  endsAtText: '',
  details: undefined,
} satisfies Partial<Alert>;

interface StoredAlert
  extends Pick<Alert, 'startsAt' | 'endsAt' | 'updatedAt' | 'source' | 'occurrence'>,
    Partial<Pick<Alert, keyof typeof DEFAULTS>> {
  /** As LabelSet.pairs. */
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
}

/**
 * ms. A longer time that a sender grants is an end that it means, such as amtool's `--end`; a shorter one is what senders
 * that say everything again and again let pass before silence means "resolved" (Prometheus: 4 minutes).
 */
const LONGEST_REFRESH = 3_600_000;
const MINUTE = 60_000;

/** The timeout of restored alerts, ms: it cannot be derived from their endsAt. */
const grants = new WeakMap<Alert, number>();

export function alertChange(alert: Alert): Change {
  const stored: { [K in keyof StoredAlert]: StoredAlert[K] | undefined } = {
    labels: alert.labels.pairs,
    annotations: alert.annotations.pairs,
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
    updatedAt: alert.updatedAt,
    timeout: alert.timeout || undefined,
    stale: alert.stale || undefined,
    event: alert.event || undefined,
    generatorURL: alert.generatorURL || undefined,
    source: alert.source,
    startsAtText: alert.startsAtText || undefined,
    endsAtText: alert.endsAtText || undefined,
    details: alert.details,
    occurrence: alert.occurrence,
  };
  return { table: 'alerts', key: alert.labels.fingerprint, value: stored };
}

/**
 * An alert as it goes on after a restart. Refreshes of endsAt are not journaled, so one that was firing gets as much
 * time as its sender last granted it, counted from now: the sender could not reach Tocsin meanwhile, and its silence
 * must not look like "resolved". What the sender itself had ended or gave a far end, and what nobody re-sends, stays as
 * it was.
 */
export function restoreAlert(row: Row, now: number): Alert {
  const stored = row.value as StoredAlert;
  const alert: Alert = {
    ...DEFAULTS,
    ...stored,
    labels: LabelSet.fromPairs([...stored.labels]),
    annotations: LabelSet.fromPairs([...stored.annotations]),
  };
  const granted = grantOf(alert);
  if (alert.stale || granted <= 0 || granted > LONGEST_REFRESH || now <= alert.updatedAt) return alert;
  const regranted = { ...alert, endsAt: now + granted, endsAtText: '' };
  grants.set(regranted, granted);
  return regranted;
}

/**
 * An alert after the wall clock was set from `before` to `now`, or the machine slept: what was over stays over, and what
 * was not is not over for that alone. It gets as much time as its sender last granted it, as after a restart.
 */
export function acrossJump(alert: Alert, before: number, now: number): Alert {
  const wasOver = alert.endsAt <= before;
  if (wasOver === alert.endsAt <= now) return alert;
  if (wasOver) return { ...alert, endsAt: now, endsAtText: '' };
  return { ...alert, endsAt: now + (alert.endsAt - Math.min(alert.updatedAt, before)), endsAtText: '', updatedAt: now };
}

/**
 * Whether a version must be durable before its sender gets a 200: anything but a mere refresh of endsAt, after which the
 * row still tells restoreAlert how long the alert is to go on.
 */
export function isNews(old: Alert, next: Alert, now: number): boolean {
  return (
    old.endsAt <= now !== next.endsAt <= now ||
    old.startsAt !== next.startsAt ||
    old.generatorURL !== next.generatorURL ||
    old.stale !== next.stale ||
    old.timeout !== next.timeout ||
    isNewGrant(old, next) ||
    !old.annotations.equals(next.annotations) ||
    !sameDetails(old.details, next.details)
  );
}

/** A far end is kept to the minute, a time that is granted again and again only roughly. */
function isNewGrant(old: Alert, next: Alert): boolean {
  const was = grants.get(old) ?? grantOf(old);
  const is = grantOf(next);
  if (was > LONGEST_REFRESH !== is > LONGEST_REFRESH) return true;
  if (is > LONGEST_REFRESH) return Math.floor(old.endsAt / MINUTE) !== Math.floor(next.endsAt / MINUTE);
  return is > 2 * Math.max(was, 0) + MINUTE;
}

/** ms from the last update to endsAt, as the sender set it; negative for an alert that it ended. */
function grantOf({ endsAt, updatedAt }: Alert): number {
  return endsAt - updatedAt;
}

function sameDetails(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}
