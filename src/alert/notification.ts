import type { Alert, AlertStatus } from './alert.ts';
import type { LabelSet } from './label-set.ts';

/** Why something is sent: Alertmanager's dedup texts, plus Tocsin's own. */
export type NotificationReason =
  | 'first notification'
  | 'new alerts added'
  | 'all alerts resolved'
  | 'some alerts resolved'
  | 'repeat interval elapsed'
  /** An alert grew (RHACS re-sent it with more in it) and update_interval has passed. */
  | 'alerts updated'
  /** What an earlier attempt could not deliver. */
  | 'undelivered alerts'
  | 'test';

export interface NotifiedAlert {
  readonly alert: Alert;
  /** As of the flush; a firing alert cannot resolve while it is being sent. */
  readonly status: AlertStatus;
  /** Of an alert that this target was notified of before: what is newer than this (ms) is new to it. */
  readonly notifiedUpTo?: number;
  /** It fires, and did not in the last notification to this audience. Absent: it did, or there was none. */
  readonly isNew?: true;
}

/**
 * What a receiver keeps from one notification of a group to the next (Alertmanager's receiver data): the timestamp of a
 * chat message, or who has a message that others could not be given. A small JSON object, kept in the notification log.
 */
export type ReceiverData = Readonly<Record<string, unknown>>;

/** Somebody whom a notification is for, other than the configured recipients. */
export interface Target {
  /** The same however the target is written, and enough to send to it; never ''. */
  readonly id: string;
  /** Display name; '' where there is none. */
  readonly name: string;
  /** As the receiver sends to it. */
  readonly address: string;
}

/**
 * One message to one target of one integration: what a receiver renders and sends. Frozen.
 */
export interface Notification {
  /** The same for every attempt to deliver the same news to the same target, different otherwise. 32 hex digits. */
  readonly id: string;
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly routeLabels: LabelSet;
  readonly reason: NotificationReason;
  /** In Alertmanager's order; never empty. Resolved ones are already left out where send_resolved is false. */
  readonly alerts: readonly NotifiedAlert[];
  /** The tick's time, ms. */
  readonly now: number;
  /** How many notifications this group's log has for this target so far, and when the first was sent (ms; 0 = never). */
  readonly sentBefore: number;
  readonly firstSentAt: number;
  /** To whom. Absent: the configured recipients. */
  readonly target?: Target;
  /** About who is notified of these alerts and who could not be: sentences for readers. Absent: nothing to say. */
  readonly notes?: readonly string[];
  /** What the receiver reported last for this group and target. Absent: nothing yet. */
  readonly data?: ReceiverData;
  /** Several groups in one message, and why. `alerts` are then those of all of them. */
  readonly digest?: { readonly why: string; readonly notifications: readonly Notification[] };
}
