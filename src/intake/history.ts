import type { Alert, AlertInput, Occurrence, OccurrenceInfo } from '../alert/alert.ts';
import type { Change, Row } from '../store/store.ts';

/** An alert whose sender numbers its occurrences. */
export type NumberedAlert = Alert & { readonly occurrence: Occurrence };

export function isNumbered(alert: Alert): alert is NumberedAlert {
  return alert.occurrence !== undefined;
}

/** What is remembered of an alert whose sender numbers its occurrences. */
export interface Past {
  /** The last one. */
  readonly occurrence: Occurrence;
  readonly event: boolean;
  /** Its sender reported that it ended. */
  readonly ended: boolean;
}

interface Kept extends Past {
  /** When it was removed, ms. */
  readonly at: number;
}

/** The row of a removed alert, in place of the alert's own. */
interface PastRow {
  readonly past: Kept;
}

/** Removed alerts, so that one that returns is recognized, and a late copy of a notified one is not an update. */
export class History {
  readonly #pasts = new Map<string, Kept>();
  readonly #retention: number;

  /** @param retention ms that an alert is remembered after it is gone. */
  constructor(retention: number) {
    this.#retention = retention;
  }

  /** Takes the row if it is of an alert that is gone. */
  restore({ key, value }: Row): boolean {
    if (!('past' in (value as object))) return false;
    this.#pasts.set(key, (value as PastRow).past);
    return true;
  }

  get(fingerprint: string): Past | undefined {
    return this.#pasts.get(fingerprint);
  }

  keep(fingerprint: string, alert: Alert, now: number): void {
    const past = pastOf(alert, now);
    if (past) this.#pasts.set(fingerprint, { ...past, at: now });
  }

  forget(fingerprint: string): void {
    this.#pasts.delete(fingerprint);
  }

  /** Drops what has been remembered long enough. @returns the fingerprints. */
  gc(now: number): string[] {
    const expired = [...this.#pasts].filter(([, { at }]) => at + this.#retention <= now).map(([key]) => key);
    for (const key of expired) this.#pasts.delete(key);
    return expired;
  }
}

export function pastOf(alert: Alert, now: number): Past | undefined {
  const { occurrence, event, stale } = alert;
  return occurrence && { occurrence, event, ended: alert.endsAt <= now && !stale };
}

/** What the store keeps of an alert that needs no further notification. */
export function tombstone(fingerprint: string, alert: Alert, now: number): Change {
  const past = pastOf(alert, now);
  const value: PastRow | undefined = past && { past: { ...past, at: now } };
  return { table: 'alerts', key: fingerprint, value };
}

/**
 * Whether what arrives is an old copy: of an occurrence that has ended, of an event that was accepted, or of a version that
 * was overtaken. RHACS repeats for an hour what it thinks was not taken, in no order.
 */
export function isLateCopy(info: OccurrenceInfo, past: Past | undefined): boolean {
  if (past === undefined || info.id !== past.occurrence.id) return false;
  if (past.ended || info.latest < past.occurrence.latest) return true;
  return past.event && info.revision === past.occurrence.revision;
}

/** The alert with what its sender's numbering and the past make of it. */
export function numbered(alert: Alert, { occurrence }: AlertInput, past: Past | undefined): Alert {
  return occurrence ? { ...alert, occurrence: nextOccurrence(occurrence, past, alert.startsAt) } : alert;
}

/** Another id is another time; an event happens again under its id, too. */
function nextOccurrence(info: OccurrenceInfo, past: Past | undefined, startsAt: number): Occurrence {
  if (past === undefined) return { ...info, count: 1, firstSeenAt: startsAt };
  const { id, revision, count, firstSeenAt } = past.occurrence;
  const again = info.id !== id || (past.event && info.revision !== revision);
  return { ...info, count: count + (again ? 1 : 0), firstSeenAt };
}
