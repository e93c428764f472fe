import type { Alert } from '../alert/alert.ts';
import type { JsonObject } from './json.ts';

/** An alert as its sender's own document, for receivers that keep events (Splunk, syslog, a SIEM). */
export interface EventDocument {
  /** The sender's kind of message. */
  readonly message: 'alert' | 'audit' | 'networkpolicy';
  /** The sender's own type name, e.g. `storage.Alert`. */
  readonly type: string;
  /** Plain JSON, hostile text throughout. */
  readonly body: JsonObject;
}

/** @returns undefined: the alert carries no document of this sender */
export type ToEventDocument = (alert: Alert) => EventDocument | undefined;
