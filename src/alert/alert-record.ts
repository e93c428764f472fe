import type { Alert } from './alert.ts';
import type { LabelSet } from './label-set.ts';

/**
 * The one owner of an alert. Intake replaces `alert` when its sender sends it again; everyone else keeps the record (or
 * its fingerprint) and so always sees the newest. `labels` is the same object for the record's whole life, so results
 * that depend on labels alone (routes, silences, inhibition) can be remembered by it.
 *
 * The last two fields belong to one module each. They are here, not in tables of those modules, because there are as many
 * as alerts: a table's entry takes more memory than the rest of the record, and looking it up is a cache miss.
 */
export class AlertRecord {
  readonly labels: LabelSet;
  alert: Alert;
  /** Intake's: the store has not written its newest version yet, so the same alert again must not get a 200 without a write. */
  dirty = false;
  /** Dispatch's: the groups that hold it. */
  groups: readonly object[] = NONE;

  constructor(alert: Alert) {
    this.labels = alert.labels;
    this.alert = alert;
  }

  get fingerprint(): string {
    return this.labels.fingerprint;
  }
}

const NONE: readonly object[] = [];
