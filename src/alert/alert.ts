import type { LabelSet } from './label-set.ts';

/** Go's zero time (0001-01-01T00:00:00Z) in ms: what Alertmanager's wire format means by "not set". */
export const ZERO_TIME = -62_135_596_800_000;

/** Where an alert came from: the name of a source, as in the file's `sources:`. */
export type SourceName = string;

/**
 * What a source hands to intake: an alert as its sender reported it, before defaults.
 * Times are ms since 1970, possibly with a fraction; ZERO_TIME or absent means that the sender did not say.
 */
export interface AlertInput {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly startsAt?: number;
  readonly endsAt?: number;
  /** The sender's own text of a time, where formatTime(ms) would not give it back (other offset, finer than ms). */
  readonly startsAtText?: string;
  readonly endsAtText?: string;
  readonly generatorURL?: string;
  /** The source's own document, for templates and for reading the state of it later. Plain JSON. */
  readonly details?: unknown;
  /**
   * ms that a firing alert without endsAt stays active when its sender never re-sends (RHACS, an upstream
   * Alertmanager). Absent: the sender re-sends, so resolve_timeout rules, and an alert that runs out is resolved.
   */
  readonly staleAfter?: number;
  /** An event, not a state (an attempt that was blocked, an audit message): notified once, never repeated, never "resolved". */
  readonly event?: boolean;
  /** Set by a sender that numbers occurrences and re-sends one only when it has changed (RHACS). */
  readonly occurrence?: OccurrenceInfo;
}

/** One occurrence of an alert, as its sender reports it. Times in ms. */
export interface OccurrenceInfo {
  /** The sender's own id; the same labels under another id are the same alert, here again. */
  readonly id: string;
  /** A digest of the relevant content: it changes with an update (for an event: when it happens again). */
  readonly revision: string;
  /** When the newest of what it lists happened: a copy with an earlier one was overtaken. */
  readonly latest: number;
  /** Updates are notified at most this often. */
  readonly updateInterval: number;
}

/** With what Tocsin knows of earlier occurrences. */
export interface Occurrence extends OccurrenceInfo {
  /** 1 for the first. */
  readonly count: number;
  /** When the first one started, ms. */
  readonly firstSeenAt: number;
}

/** A sender's report, other than by sending the alert itself, that an alert has ended. */
export interface Ending {
  /** The sender's own id of the occurrence (`OccurrenceInfo.id`). */
  readonly id: string;
  /** ms; absent: now. */
  readonly at?: number;
  readonly atText?: string;
  /** How it ended, for readers: becomes the annotation `resolution`. */
  readonly how: string;
  /** Labels that the alert must have for this to be about it. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * An alert as Tocsin holds it: frozen, replaced as a whole by the next one of the same label set.
 * All times are ms since 1970.
 */
export interface Alert {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly startsAt: number;
  /** When it is (or will be taken as) over; see `timeout` and `stale`. Never ZERO_TIME. */
  readonly endsAt: number;
  /** When the request that brought this version was received. */
  readonly updatedAt: number;
  /** endsAt is Tocsin's estimate (resolve_timeout or stale_after), not the sender's word. */
  readonly timeout: boolean;
  /** Passing endsAt means "nobody knows" (closed without a resolved notification), not "resolved". */
  readonly stale: boolean;
  readonly event: boolean;
  readonly generatorURL: string;
  readonly source: SourceName;
  /** Wire texts of the times where formatTime(ms) would not give them back; '' otherwise. */
  readonly startsAtText: string;
  readonly endsAtText: string;
  readonly details: unknown;
  /** undefined: its sender does not number occurrences. */
  readonly occurrence?: Occurrence | undefined;
}

/** Over at `now`, whether resolved or merely stale (as Alertmanager's Alert.ResolvedAt: endsAt <= t). */
export function isOver(alert: Alert, now: number): boolean {
  return alert.endsAt <= now;
}

/** Known to be over: its sender said so, or stopped re-sending it although it should have. */
export function isResolved(alert: Alert, now: number): boolean {
  return alert.endsAt <= now && !alert.stale;
}

export type AlertStatus = 'firing' | 'resolved';
