import type { Evaluation } from './decide.ts';
import type { PendingDelivery } from './log-entry.ts';

/** However often something was refused, it is tried again after so long, ms: the mailbox may exist now. */
const LONGEST = 3_600_000;

/** How long what was refused for good is set aside, ms: a tick the first time, then twice as long each time. */
export function setAsideFor(failures: number, groupInterval: number): number {
  return Math.min(groupInterval * 2 ** (failures - 1), LONGEST);
}

/** Refused before, not due again, and nothing fires that was not refused then. */
export function isSetAside(pending: PendingDelivery | undefined, { firing, events }: Evaluation, now: number): boolean {
  return pending !== undefined && pending.retryAt > now && firing.union(events).isSubsetOf(new Set(pending.alerts));
}
