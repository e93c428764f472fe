import type { Notification, NotificationReason, NotifiedAlert, ReceiverData } from '../alert/notification.ts';
import { compareAlerts } from '../alert/order.ts';
import type { Logger } from '../log/logger.ts';
import { DeliveryError, type SendReport } from '../receivers/receiver.ts';
import type { Audience } from './audience/audiences.ts';
import { notificationId, type Standing, standing, type Told, whyNotify } from './dedup.ts';
import type { NotifierDeps } from './deps.ts';
import { type Digests, isCritical } from './digests.ts';
import type { Flush } from './flush.ts';
import { budgetKey, type Integration, integrationName, logKey } from './integration.ts';
import type { LogEntry, PendingDelivery, ToldVersion } from './notification-log.ts';
import { DeliveryFailure, retry } from './retry.ts';
import { sendOrDefault } from './send-or-default.ts';
import { isSetAside, setAsideFor } from './set-aside.ts';

export interface TellingInput {
  readonly flush: Flush;
  readonly integration: Integration;
  readonly audience: Audience;
  /** The flush's deadline. */
  readonly signal: AbortSignal;
  /** No more attempts after this: the process is about to stop. */
  readonly lastCall: AbortSignal;
  readonly digests: Digests;
}

/** One flush, told to one audience of one integration: Alertmanager's dedup, retry and set-notifies stages. */
export class Telling {
  readonly #deps: NotifierDeps;
  readonly #input: TellingInput;
  readonly #key: string;
  readonly #entry: LogEntry | undefined;
  readonly #standing: Standing;
  readonly #logger: Logger;
  /** What the receiver reported last. */
  #data: ReceiverData | undefined;

  constructor(deps: NotifierDeps, input: TellingInput) {
    const { flush, integration, audience } = input;
    this.#deps = deps;
    this.#input = input;
    this.#key = logKey(flush.groupKey, integration, audience.target?.id ?? '');
    this.#entry = deps.log.get(this.#key);
    this.#data = this.#entry?.data;
    this.#standing = standing(audience.items, this.#entry, flush.now, (identity) => deps.log.isOwed(identity));
    this.#logger = deps.logger.child({
      component: 'dispatcher',
      receiver: integration.receiverName,
      integration: integrationName(integration),
      aggrGroup: flush.groupKey,
    });
  }

  /** Resolves to whether nothing is left to tell. Never rejects. */
  async run(): Promise<boolean> {
    const { flush, integration } = this.#input;
    const { metrics } = this.#deps;
    const reason = whyNotify(this.#entry, this.#standing, {
      sendResolved: integration.sendResolved,
      repeatInterval: flush.route.repeatInterval,
      now: flush.now,
    });
    if (!reason) {
      await this.#forgetClosed();
      return true;
    }
    if (isSetAside(this.#entry?.pending, this.#standing.firing, flush.now)) return false;
    if (this.#deps.underWay.has(this.#key)) return false;
    const labels = metrics.integrationLabels(integration.kind, integration.receiverName);
    metrics.notificationsTotal.inc(labels);
    const worthSending = this.#standing.alerts.filter((told) => isWorthSending(told, integration));
    const notification = worthSending.length > 0 ? this.#compose(reason, worthSending) : undefined;
    if (notification && !this.#mayGo(notification)) {
      await this.#logPending('waits for a digest: the budget for mails is nearly used up');
      return false;
    }
    let refused: LogEntry['refused'];
    this.#deps.underWay.add(this.#key);
    try {
      if (notification) {
        this.#logDue();
        refused = (await this.#send(notification))?.refused;
      }
    } catch (error) {
      if (integration.receiver.rateLimit) this.#deps.budgets.giveBack(budgetKey(integration));
      metrics.notificationsFailedTotal.inc({ ...labels, reason: failureReason(error) });
      this.#logger.error('Notify for alerts failed', {
        num_alerts: this.#input.audience.items.length,
        err: `${integration.receiverName}/${integrationName(integration)}: ${(error as Error).message}`,
      });
      return await this.#logFailure(error as Error);
    } finally {
      this.#deps.underWay.delete(this.#key);
    }
    await this.#logSuccess(refused);
    return true;
  }

  /** Takes a message of the integration's budget; where there is none, the notification waits for a digest. */
  #mayGo(notification: Notification): boolean {
    const { integration, digests } = this.#input;
    const { rateLimit } = integration.receiver;
    const claim = isCritical(notification.alerts) ? 'critical' : 'ordinary';
    if (!rateLimit || this.#deps.budgets.take(budgetKey(integration), rateLimit, claim)) return true;
    digests.gather(integration, this.#key, { notification, told: (refused) => this.#logSuccess(refused) });
    return false;
  }

  #compose(reason: NotificationReason, told: readonly Told[]): Notification {
    const { flush, integration, audience } = this.#input;
    const before = this.#entry && new Set(this.#entry.firing);
    const alerts = told
      .map(({ item: { alert }, identity, status }): NotifiedAlert => {
        const told = this.#entry?.versions?.[identity];
        const known = before?.has(identity) ?? false;
        const isNew = before !== undefined && !known && status === 'firing';
        return {
          alert,
          status,
          ...(told && known && { toldUpTo: told.latest }),
          ...(isNew && { isNew }),
        };
      })
      .sort((a, b) => compareAlerts(a.alert.labels, b.alert.labels));
    const notes = audience.notes(alerts.map(({ alert }) => alert));
    return Object.freeze({
      id: notificationId(this.#key, this.#entry, this.#standing),
      receiver: integration.receiverName,
      groupKey: flush.groupKey,
      groupLabels: flush.groupLabels,
      routeLabels: this.#deps.renderRouteLabels(flush, alerts),
      reason,
      alerts,
      now: flush.now,
      sentBefore: this.#entry?.sent ?? 0,
      firstSentAt: this.#entry?.firstSentAt ?? 0,
      ...(audience.target && { target: audience.target }),
      ...(notes.length > 0 && { notes }),
      ...(this.#data && { data: this.#data }),
    });
  }

  async #send(notification: Notification): Promise<SendReport | undefined> {
    const { clock, metrics } = this.#deps;
    const { integration, signal, lastCall } = this.#input;
    const labels = metrics.integrationLabels(integration.kind, integration.receiverName);
    let lastText = '';
    let report: SendReport | undefined;
    const attempt = async (): Promise<void> => {
      const started = clock.monotonic();
      metrics.notificationRequestsTotal.inc(labels);
      try {
        const current =
          this.#data === notification.data ? notification : { ...notification, data: this.#data as ReceiverData };
        report = await sendOrDefault(integration.receiver, current, signal, this.#logger);
        this.#data = report?.data ?? this.#data;
      } catch (error) {
        metrics.notificationRequestsFailedTotal.inc(labels);
        if (error instanceof DeliveryError) this.#data = error.data ?? this.#data;
        throw error;
      } finally {
        metrics.notificationLatencySeconds.observe(labels, (clock.monotonic() - started) / 1_000);
      }
    };
    const attempts = await retry(attempt, {
      clock,
      signal,
      lastCall,
      endpoint: integration.receiver.endpoint,
      notification,
      onFailure: async (error, count) => {
        if (error.message === lastText && error.data === undefined) return;
        lastText = error.message;
        this.#logger.warn('Notify attempt failed, will retry later', { attempts: count, err: error });
        await this.#logPending(error.message);
      },
    });
    if (attempts > 1) this.#logger.info('Notify success', { attempts });
    else this.#logger.debug('Notify success', { attempts });
    return report;
  }

  async #logSuccess(refused: LogEntry['refused']): Promise<void> {
    const timestamp = this.#deps.clock.now();
    await this.#write({
      firing: [...this.#standing.firing],
      resolved: [...this.#standing.resolved],
      timestamp,
      sent: (this.#entry?.sent ?? 0) + 1,
      firstSentAt: this.#entry?.firstSentAt || timestamp,
      ...versions(this.#standing.alerts, timestamp),
      ...(refused?.length && { refused }),
    });
  }

  /** What nobody has heard of is owed from now on: a crash during the first attempt must not make it forgotten. */
  #logDue(): void {
    const known = new Set([...(this.#entry?.firing ?? []), ...(this.#entry?.pending?.alerts ?? [])]);
    if (!this.#standing.firing.isSubsetOf(known)) void this.#logPending(this.#entry?.pending?.error ?? '');
  }

  /** A flush's attempts are over. Returns whether nothing is left to tell: true only when it is given up. */
  async #logFailure(error: Error): Promise<boolean> {
    const { flush, integration } = this.#input;
    const failures = (this.#entry?.pending?.failures ?? 0) + 1;
    const refused = error instanceof DeliveryFailure && !error.last.retryable && integration.receiver.setsAside;
    const retryAt = refused ? flush.now + setAsideFor(failures, flush.route.groupInterval) : 0;
    const { since, alerts } = await this.#logPending(error.message, { failures, retryAt });
    if (since + this.#deps.log.retention > flush.now) return false;
    this.#logger.error('Delivery given up', { since: new Date(since).toISOString(), err: error.message });
    this.#deps.metrics.tocsinDeliveriesFailedTotal.inc({ integration: integration.kind });
    const { pending: _owed, ...rest } = this.#entry ?? UNTOLD;
    await this.#write({ ...rest, givenUp: { since, alerts: alerts.length, error: error.message } });
    return true;
  }

  /** Keeps in mind what is owed, so that it is told even when it is over before the other side is back. */
  async #logPending(error: string, failed?: Pick<PendingDelivery, 'failures' | 'retryAt'>): Promise<PendingDelivery> {
    const { firing, resolved } = this.#standing;
    const before = this.#entry?.pending;
    const owed = new Set([...(before?.alerts ?? []), ...firing]);
    const pending = {
      alerts: [...owed].filter((identity) => firing.has(identity) || resolved.has(identity)),
      since: before?.since ?? this.#input.flush.now,
      error,
      failures: before?.failures ?? 0,
      retryAt: 0,
      ...failed,
    };
    await this.#write({ ...(this.#entry ?? UNTOLD), pending });
    return pending;
  }

  /** What was closed unheard of must be news if it comes back. */
  async #forgetClosed(): Promise<void> {
    const { closed } = this.#standing;
    if (!this.#entry?.firing.some((identity) => closed.has(identity))) return;
    await this.#write({ ...this.#entry, firing: this.#entry.firing.filter((identity) => !closed.has(identity)) });
  }

  async #write(entry: Omit<LogEntry, 'expiresAt'>): Promise<void> {
    const { repeatInterval } = this.#input.flush.route;
    // The entry is in force all the same: the worst that a failed write can do is to tell something again after a restart.
    const kept = this.#data ? { ...entry, data: this.#data } : entry;
    await this.#deps.log.put(this.#key, kept, repeatInterval).catch((error: unknown) => {
      this.#logger.error('Writing the notification log failed', { err: error });
    });
  }
}

const UNTOLD: Omit<LogEntry, 'expiresAt'> = { firing: [], resolved: [], timestamp: 0, sent: 0, firstSentAt: 0 };

function versions(alerts: readonly Told[], at: number): Pick<LogEntry, 'versions'> {
  const told = alerts.flatMap(({ item: { alert }, identity }): [string, ToldVersion][] => {
    const { occurrence } = alert;
    return occurrence ? [[identity, { revision: occurrence.revision, latest: occurrence.latest, at }]] : [];
  });
  return told.length > 0 ? { versions: Object.fromEntries(told) } : {};
}

/** Without send_resolved a message lists what fires, and what resolved before anybody could be told that it fired. */
function isWorthSending({ status, pending }: Told, integration: Integration): boolean {
  return integration.sendResolved || status === 'firing' || pending;
}

/** What the last attempt failed of, also where the deadline ended the retries (as Alertmanager's retry stage). */
function failureReason(error: unknown): string {
  return error instanceof DeliveryFailure ? error.last.reason : 'other';
}
