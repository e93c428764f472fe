import type { ReceiverData } from '../alert/notification.ts';
import type { Logger } from '../log/logger.ts';
import type { SendReport } from '../receivers/receiver.ts';
import type { Evaluation } from './decide.ts';
import { BLANK, type LogEntry, type NotifiedVersion, type PendingDelivery } from './log-entry.ts';
import type { LogKey } from './log-key.ts';
import type { NotificationLog } from './notification-log.ts';

type Entry = Omit<LogEntry, 'expiresAt'>;

/** The entry once a notification was delivered at `now` (ms). @param muted what the flush left out because it is muted */
export function afterSuccess(
  entry: LogEntry | undefined,
  evaluation: Evaluation,
  muted: ReadonlySet<string>,
  report: SendReport | undefined,
  now: number,
): Entry {
  const notifiedAndMuted = [...(entry?.firing ?? []), ...(entry?.muted ?? [])].filter((identity) =>
    muted.has(identity),
  );
  const data = report?.data ?? entry?.data;
  return {
    firing: [...evaluation.firing],
    resolved: Object.fromEntries(evaluation.resolved),
    ...(evaluation.events.size > 0 && { events: [...evaluation.events] }),
    ...(notifiedAndMuted.length > 0 && { muted: notifiedAndMuted }),
    timestamp: now,
    sent: (entry?.sent ?? 0) + 1,
    firstSentAt: entry?.firstSentAt || now,
    ...versions(evaluation, now),
    ...(report?.refused?.length && { refused: report.refused }),
    ...(data && { data }),
  };
}

/** The entry with what is due about the flush at `now` (ms) and not delivered. */
export function withPending(
  entry: LogEntry | undefined,
  { firing, events, resolved }: Evaluation,
  now: number,
  change: Pick<PendingDelivery, 'error'> & Partial<PendingDelivery> & { readonly data?: ReceiverData | undefined },
): Entry & { readonly pending: PendingDelivery } {
  const { data = entry?.data, ...attempt } = change;
  const before = entry?.pending;
  const due = new Set([...(before?.alerts ?? []), ...firing, ...events]);
  const pending = {
    since: before?.since ?? now,
    failures: before?.failures ?? 0,
    retryAt: 0,
    ...attempt,
    alerts: [...due].filter((identity) => firing.has(identity) || events.has(identity) || resolved.has(identity)),
  };
  return { ...(entry ?? BLANK), pending, ...(data && { data }) };
}

/** The entry without what expired: it is news if it comes back. undefined: nothing did. */
export function withoutExpired(entry: LogEntry | undefined, { expired }: Evaluation): Entry | undefined {
  if (!entry?.firing.some((identity) => expired.has(identity))) return undefined;
  return { ...entry, firing: entry.firing.filter((identity) => !expired.has(identity)) };
}

/** The entry once a delivery is not tried any more. */
export function afterGivingUp(entry: Entry & { readonly pending: PendingDelivery }): Entry {
  const { pending, ...rest } = entry;
  return { ...rest, givenUp: { since: pending.since, alerts: pending.alerts.length, error: pending.error } };
}

function versions({ alerts }: Evaluation, at: number): Pick<LogEntry, 'versions'> {
  const notified = alerts.flatMap(({ item: { alert }, identity }): [string, NotifiedVersion][] => {
    const { occurrence } = alert;
    return occurrence ? [[identity, { revision: occurrence.revision, latest: occurrence.latest, at }]] : [];
  });
  return notified.length > 0 ? { versions: Object.fromEntries(notified) } : {};
}

/** Writes one entry of the notification log, as often as a run changes it. */
export class Recorder {
  readonly #log: NotificationLog;
  readonly #logger: Logger;
  readonly #key: LogKey;
  readonly #repeatInterval: number;

  constructor(log: NotificationLog, logger: Logger, key: LogKey, repeatInterval: number) {
    this.#log = log;
    this.#logger = logger;
    this.#key = key;
    this.#repeatInterval = repeatInterval;
  }

  /** The entry is in force all the same: the worst that a failed write can do is to repeat a notification after a restart. */
  async write(entry: Entry): Promise<void> {
    await this.#log.put(this.#key, entry, this.#repeatInterval).catch((error: unknown) => {
      this.#logger.error('Writing the notification log failed', { err: error });
    });
  }
}
