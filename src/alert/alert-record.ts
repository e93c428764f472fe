import type { Alert } from './alert.ts';
import type { LabelSet } from './label-set.ts';

/**
 * The one owner of an alert. Intake replaces `alert` when its sender is heard again; everyone else keeps the record (or
 * its fingerprint) and so always sees the newest. `labels` is the same object for the record's whole life, so results
 * that depend on labels alone (routes, silences, inhibition) can be remembered by it.
 */
export interface AlertRecord {
  readonly fingerprint: string;
  readonly labels: LabelSet;
  alert: Alert;
}
