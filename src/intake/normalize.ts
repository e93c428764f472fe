import { type Alert, type AlertInput, ZERO_TIME } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import { goQuote, LabelSet } from '../alert/label-set.ts';

/** Characters of a label's name or value; Alertmanager knows no bound. Labels make identities: they are not cut. */
const LONGEST_LABEL = 65_536;
/** Characters of an annotation. */
const LONGEST_ANNOTATION = 1_048_576;

/** How an alert without endsAt is to end, and which label names are allowed. */
export interface NormalizeOptions {
  /** global.resolve_timeout, ms. */
  readonly resolveTimeout: number;
  readonly isValidName: (name: string) => boolean;
}

/**
 * An event is notified at its first flush and then only kept and shown for a while, ms: longer than RHACS goes on
 * repeating a body that it thinks was not taken.
 */
const EVENT_LIFETIME = 7_200_000;

/**
 * Fills in what the sender left open (as Alertmanager's postAlertsHandler): start, end, and whether the end is a guess.
 * `known` is the record of the same label set, whose label object is kept.
 */
export function normalizeAlert(
  input: AlertInput,
  source: string,
  now: number,
  known: AlertRecord | undefined,
  options: NormalizeOptions,
): Alert {
  const saidStart = input.startsAt ?? ZERO_TIME;
  const saidEnd = input.endsAt ?? ZERO_TIME;
  const open = saidEnd === ZERO_TIME;
  const startsAt = saidStart !== ZERO_TIME ? saidStart : open ? now : saidEnd;
  const event = input.event ?? false;
  const lifetime = event ? EVENT_LIFETIME : (input.staleAfter ?? options.resolveTimeout);
  const { annotations = LabelSet.empty, generatorURL = '' } = known?.alert ?? {};
  const received = cutAnnotations(input.annotations);
  return {
    labels: known?.labels ?? input.labels,
    // Texts that did not change stay the same objects: new ones would outlive a collection of young garbage at each re-send.
    annotations: received.equals(annotations) ? annotations : received,
    startsAt,
    endsAt: open ? now + lifetime : saidEnd,
    updatedAt: now,
    timeout: open,
    stale: open && (event || input.staleAfter !== undefined),
    event,
    generatorURL: input.generatorURL === generatorURL ? generatorURL : (input.generatorURL ?? ''),
    source,
    startsAtText: saidStart === ZERO_TIME ? '' : (input.startsAtText ?? ''),
    endsAtText: open ? '' : (input.endsAtText ?? ''),
    details: input.details,
  };
}

/** An annotation is for people: beyond a readable length it is cut, not rejected, so that its alert is notified. */
function cutAnnotations(annotations: LabelSet): LabelSet {
  const { pairs } = annotations;
  let tooLong = false;
  for (let i = 1; i < pairs.length; i += 2) tooLong ||= (pairs[i] as string).length > LONGEST_ANNOTATION;
  if (!tooLong) return annotations;
  return LabelSet.from(
    Array.from(annotations.entries(), ([name, value]) => [
      name,
      value.length > LONGEST_ANNOTATION ? `${value.slice(0, LONGEST_ANNOTATION).toWellFormed()}…` : value,
    ]),
  );
}

/** Alertmanager's checks, in its order and words (alert.Validate). Returns the first complaint. */
export function validateAlert(alert: Alert, labelsKnown: boolean, options: NormalizeOptions): string | undefined {
  if (alert.endsAt < alert.startsAt) return 'start time must be before end time';
  if (!labelsKnown) {
    if (alert.labels.size === 0) return 'at least one label pair required';
    const bad = firstInvalidName(alert.labels, options);
    if (bad !== undefined) return `invalid label set: invalid name ${goQuote(bad)}`;
    const long = alert.labels.pairs.find((text) => text.length > LONGEST_LABEL);
    if (long !== undefined) {
      return `invalid label set: ${goQuote(`${long.slice(0, 40)}…`)} is longer than ${LONGEST_LABEL} characters`;
    }
  }
  const bad = firstInvalidName(alert.annotations, options);
  return bad === undefined ? undefined : `invalid annotations: invalid name ${goQuote(bad)}`;
}

function firstInvalidName(set: LabelSet, options: NormalizeOptions): string | undefined {
  const pairs = set.pairs;
  for (let i = 0; i < pairs.length; i += 2) if (!options.isValidName(pairs[i] as string)) return pairs[i];
  return undefined;
}

/**
 * Merges an alert that is sent again (as Alertmanager's provider and Alert.Merge): overlapping periods are
 * merged, otherwise the new one replaces the old. An event has no period: each one replaces the one before.
 */
export function mergeAlert(old: Alert, next: Alert, now: number): Alert {
  const overlaps =
    (next.endsAt > old.startsAt && next.endsAt < old.endsAt) ||
    (next.startsAt > old.startsAt && next.startsAt < old.endsAt);
  if (!overlaps || next.event) return next;
  const startsEarlier = old.startsAt < next.startsAt;
  const keepsOldEnd =
    next.endsAt <= now ? old.endsAt <= now && old.endsAt > next.endsAt : old.endsAt > next.endsAt && !old.timeout;
  if (!startsEarlier && !keepsOldEnd) return next;
  return {
    ...next,
    ...(startsEarlier && { startsAt: old.startsAt, startsAtText: old.startsAtText }),
    ...(keepsOldEnd && { endsAt: old.endsAt, endsAtText: old.endsAtText }),
  };
}
