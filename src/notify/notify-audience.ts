import type { Notification } from '../alert/notification.ts';
import type { Logger } from '../log/logger.ts';
import type { Audience } from './audience/audiences.ts';
import { compose } from './compose.ts';
import { alertIdentity, type Evaluation, evaluate, notificationReason } from './decide.ts';
import { deliver } from './deliver.ts';
import type { NotifierDeps } from './deps.ts';
import { type Digests, isCritical } from './digests.ts';
import type { Flush } from './flush.ts';
import { budgetKey, type Integration, integrationName } from './integration.ts';
import type { LastCall } from './last-call.ts';
import { type LogKey, logKey } from './log-key.ts';
import { afterGivingUp, afterSuccess, Recorder, withoutExpired, withPending } from './record.ts';
import { DeliveryFailure } from './retry.ts';
import { isSetAside, setAsideFor } from './set-aside.ts';

export interface NotifyInput {
  readonly flush: Flush;
  readonly integration: Integration;
  readonly audience: Audience;
  /** Alerts of the flush (`alertIdentity`) that are muted. */
  readonly muted: ReadonlySet<string>;
  /** The flush's deadline. */
  readonly signal: AbortSignal;
  /** No more attempts after this: the process is about to stop. */
  readonly lastCall: LastCall;
  readonly digests: Digests;
  /** Called with Alertmanager's summary when all attempts have failed. */
  readonly onFailure: (summary: string) => void;
}

/**
 * The stages of a flush for one audience of one integration (Alertmanager's dedup, retry and set-notifies): decide,
 * compose, take of the budget, deliver, record. Resolves to whether nothing is left to notify. Never rejects.
 */
export async function notifyAudience(deps: NotifierDeps, input: NotifyInput): Promise<boolean> {
  const { flush, integration, audience } = input;
  const { log, clock, underWay } = deps;
  const { repeatInterval } = flush.route;
  const key = logKey(flush.groupKey, integration, audience.target?.id ?? '');
  const logger = loggerOf(deps, input);
  const recorder = new Recorder(log, logger, key, repeatInterval);

  const identities = (): ReadonlySet<string> => new Set(audience.items.map(({ alert }) => alertIdentity(alert)));
  const replaced = underWay.replaced(key, identities);
  if (replaced.length > 0) {
    await Promise.all(replaced);
    await deps.carryOver();
    // Its configuration was replaced meanwhile: the next one notifies.
    if (input.lastCall.called) return false;
  }
  const entry = log.get(key);
  const evaluation = evaluate(audience.items, entry, flush.now);
  const reason = notificationReason(entry, evaluation, {
    sendResolved: integration.sendResolved,
    repeatInterval: integration.receiver.changesOnly ? Number.POSITIVE_INFINITY : repeatInterval,
    now: flush.now,
  });
  if (!reason) {
    const left = withoutExpired(entry, evaluation);
    if (left) await recorder.write(left);
    return true;
  }
  if (isSetAside(entry?.pending, evaluation, flush.now) || underWay.has(key)) return false;

  const labels = deps.metrics.integrationLabels(integration.kind, integration.receiverName);
  deps.metrics.notificationsTotal.inc(labels);
  const notification = compose({ ...input, key, entry, evaluation, reason, renderRouteLabels: deps.renderRouteLabels });
  const delivered = (report: Parameters<typeof afterSuccess>[3]): Promise<void> =>
    recorder.write(afterSuccess(entry, evaluation, input.muted, report, clock.now()));
  if (notification && !mayGo(deps, integration, notification)) {
    input.digests.gather(integration, { notification, key, identities: identities(), delivered });
    await recorder.write(withPending(entry, evaluation, flush.now, { error: WAITS_FOR_DIGEST }));
    return false;
  }

  const run = underWay.begin(key, identities());
  try {
    if (!notification) {
      await delivered(undefined);
      return true;
    }
    // Due from now on: a crash during the first attempt must not make it forgotten.
    if (isNews(evaluation, entry)) {
      void recorder.write(withPending(entry, evaluation, flush.now, { error: entry?.pending?.error ?? '' }));
    }
    const onFailure = ({ message: error, data }: DeliveryFailure['last']): Promise<void> =>
      recorder.write(withPending(entry, evaluation, flush.now, { error, data }));
    await delivered(await deliver(notification, integration, { ...deps, ...input, logger, onFailure }));
    return true;
  } catch (error) {
    if (integration.receiver.rateLimit) deps.budgets.giveBack(budgetKey(integration));
    return await recordFailure(deps, input, { error: error as Error, key, evaluation, recorder, logger });
  } finally {
    // Another configuration may know the same alerts under other names by now.
    if (run.isReplaced()) await deps.carryOver();
    run.end();
  }
}

const WAITS_FOR_DIGEST = 'waits for a digest: the budget (rate_limit) is nearly used up';

function loggerOf({ logger }: NotifierDeps, { flush, integration }: NotifyInput): Logger {
  return logger.child({
    component: 'dispatcher',
    receiver: integration.receiverName,
    integration: integrationName(integration),
    aggrGroup: flush.groupKey,
  });
}

/** Takes a message of the integration's budget; where there is none, the notification waits for a digest. */
function mayGo({ budgets }: NotifierDeps, integration: Integration, { alerts }: Notification): boolean {
  const { rateLimit } = integration.receiver;
  return !rateLimit || budgets.take(budgetKey(integration), rateLimit, isCritical(alerts) ? 'critical' : 'ordinary');
}

/** Whether anything is open that the entry has neither notified nor pending. */
function isNews({ firing, events }: Evaluation, entry: ReturnType<NotifierDeps['log']['get']>): boolean {
  const known = new Set([...(entry?.firing ?? []), ...(entry?.events ?? []), ...(entry?.pending?.alerts ?? [])]);
  return !firing.union(events).isSubsetOf(known);
}

interface Failure {
  readonly error: Error;
  readonly key: LogKey;
  readonly evaluation: Evaluation;
  readonly recorder: Recorder;
  readonly logger: Logger;
}

/** A flush's attempts are over. Returns whether nothing is left to notify: true only when it is given up. */
async function recordFailure(
  { log, metrics }: NotifierDeps,
  { flush, integration, lastCall, onFailure }: NotifyInput,
  { error, key, evaluation, recorder, logger }: Failure,
): Promise<boolean> {
  const last = error instanceof DeliveryFailure ? error.last : undefined;
  const labels = metrics.integrationLabels(integration.kind, integration.receiverName);
  // What the last attempt failed of, also where the deadline ended the retries (as Alertmanager's retry stage).
  metrics.notificationsFailedTotal.inc({ ...labels, reason: last?.reason ?? 'other' });
  // What a reload or the end of the process cuts short is no failure to worry about.
  logger[lastCall.called ? 'debug' : 'error']('Notify failed', {
    reason: last?.reason ?? 'other',
    err: error.message,
  });
  onFailure(`${integration.receiverName}/${integrationName(integration)}: ${error.message}`);
  // As it is by now: attempts may have added to it.
  const entry = log.peek(key);
  const failures = (entry?.pending?.failures ?? 0) + 1;
  const isRefused = last !== undefined && !last.retryable && integration.receiver.setsAside;
  const retryAt = isRefused ? flush.now + setAsideFor(failures, flush.route.groupInterval) : 0;
  const failed = withPending(entry, evaluation, flush.now, {
    error: error.message,
    failures,
    retryAt,
    data: last?.data,
  });
  const { since } = failed.pending;
  if (since + log.retention > flush.now) {
    await recorder.write(failed);
    return false;
  }
  logger.error('Delivery given up', { since: new Date(since).toISOString(), err: error.message });
  metrics.tocsinDeliveriesFailedTotal.inc({ integration: integration.kind });
  await recorder.write(afterGivingUp(failed));
  return true;
}
