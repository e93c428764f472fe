import { createHash } from 'node:crypto';
import type { Notification } from '../../../alert/notification.ts';
import type { EmailConfig } from '../config.ts';
import { domainOf } from './addresses.ts';

/** The ids that tie the emails of a group together, angle brackets included. */
export interface ThreadIds {
  /** Of this email: the same for every attempt to deliver it. */
  readonly messageId: string;
  /** What all emails of the group refer to. No email has this id, yet mail programs group by it. */
  readonly root: string;
}

/** @param from the sender's address, whose domain is in the ids. */
export function threadIds(notification: Notification, threading: EmailConfig['threading'], from: string): ThreadIds {
  const domain = domainOf(from);
  const root = threading.enabled
    ? alertmanagerRoot(notification, threading.byDate)
    : `<group-${sha256(`${notification.groupKey}\0${notification.target?.id ?? ''}`).slice(0, 32)}@${domain}>`;
  return { messageId: `<${notification.id}@${domain}>`, root };
}

/** Alertmanager's own form. The day is a local one, as there. */
function alertmanagerRoot({ groupKey, now }: Notification, byDate: 'none' | 'daily'): string {
  return `<alert-${sha256(groupKey).slice(0, 16)}-${byDate === 'daily' ? localDay(now) : ''}@alertmanager>`;
}

function localDay(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
