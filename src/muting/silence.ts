import type { LabelSet } from '../alert/label-set.ts';
import { type Matcher, type MatcherSpec, sameMatcher } from '../alert/matcher.ts';

/** Mutes the alerts that one of its matcher sets matches, from startsAt until endsAt. Frozen; times in ms. */
export interface Silence {
  /** UUIDv4. */
  readonly id: string;
  /** Any set matches (OR) whose matchers all match (AND). API v2 knows one set. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelSet;
}

/** What a user asks for; nothing of it is checked yet. */
export interface SilenceInput {
  /** '' or absent: a new one. Otherwise the one to change; it is not checked to be a UUID. */
  readonly id?: string;
  readonly matcherSets: readonly (readonly MatcherSpec[])[];
  /** ZERO_TIME: now. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelSet;
}

export type SilenceState = 'pending' | 'active' | 'expired';

/** A refused change. `message` is Alertmanager's text; `code` decides the HTTP status. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  readonly code: 'invalid' | 'not-found';

  constructor(code: 'invalid' | 'not-found', message: string) {
    super(message);
    this.code = code;
  }
}

/** Ended at the very moment of endsAt, so that a silence expired now mutes nothing from now on. */
export function silenceState(silence: Silence, now: number): SilenceState {
  if (now < silence.startsAt) return 'pending';
  return now < silence.endsAt ? 'active' : 'expired';
}

/**
 * Whether the old silence may become the new one without changing what history says: same matchers in the same order
 * and, when active, the same start (to the second); when pending, a start not in the past. That the new end is not in
 * the past has been checked.
 */
export function canUpdate(
  old: Silence,
  sets: Silence['matcherSets'],
  input: Pick<Silence, 'startsAt'>,
  now: number,
): boolean {
  if (!sameSets(old.matcherSets, sets)) return false;
  switch (silenceState(old, now)) {
    case 'active':
      return toSecond(old.startsAt) === toSecond(input.startsAt);
    case 'pending':
      return input.startsAt >= now;
    case 'expired':
      return false;
  }
}

function sameSets(a: Silence['matcherSets'], b: Silence['matcherSets']): boolean {
  return a.length === b.length && a.every((set, i) => sameSet(set, b[i] ?? []));
}

function sameSet(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  return a.length === b.length && a.every((matcher, i) => sameMatcher(matcher, b[i] as Matcher));
}

function toSecond(ms: number): number {
  return Math.floor(ms / 1_000);
}
