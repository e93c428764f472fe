import { createHash } from 'node:crypto';
import { LabelSet } from '../alert/label-set.ts';
import type { Notification, ReceiverData } from '../alert/notification.ts';
import { highestSeverity } from '../alert/severity.ts';
import type { Logger } from '../log/logger.ts';
import { DeliveryError, type SendReport } from '../receivers/receiver.ts';
import type { Clock } from '../time/clock.ts';
import { type Budgets, digestPause } from './budgets.ts';
import { budgetKey, type Integration, integrationName } from './integration.ts';
import { encodeLogKey, type LogKey } from './log-key.ts';
import { sendOrDefault } from './send-or-default.ts';
import type { UnderWay } from './under-way.ts';

/** A notification that waits for a digest, and what to do once it was delivered. */
export interface Gathered {
  readonly notification: Notification;
  readonly key: LogKey;
  /** The alerts that it is about. */
  readonly identities: ReadonlySet<string>;
  readonly delivered: (report: SendReport) => Promise<void>;
}

interface Digest {
  readonly integration: Integration;
  /** By the notification log's key: the newest state replaces an older one. */
  readonly gathered: Map<string, Gathered>;
  cancelTimer: () => void;
  /** What the receiver reported of the last digest that failed. */
  data?: ReceiverData | undefined;
}

export interface DigestsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly budgets: Budgets;
  readonly underWay: UnderWay;
  readonly carryOver: () => Promise<void>;
}

/** ms that sending a digest may take. */
const DEADLINE = 120_000;

/**
 * Gathers what a budget has no message for, and sends it together when the budget allows: one message per integration
 * and audience, with the groups as sections. Nothing is kept here that the next tick would not gather again.
 */
export class Digests {
  readonly #deps: DigestsDeps;
  readonly #digests = new Map<string, Digest>();
  readonly #sending = new Set<Promise<void>>();
  readonly #deadlines = new Set<AbortController>();
  #stopped = false;

  constructor(deps: DigestsDeps) {
    this.#deps = deps;
  }

  /** Resolves when no digest is under way. */
  async idle(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  /** Ends digests under way. */
  abort(): void {
    for (const deadline of this.#deadlines) deadline.abort(new Error('context canceled'));
  }

  gather(integration: Integration, gathered: Gathered): void {
    const key = JSON.stringify([
      integration.receiverName,
      integrationName(integration),
      gathered.notification.target?.id ?? '',
    ]);
    const digest = this.#digests.get(key) ?? { integration, gathered: new Map(), cancelTimer: () => {} };
    if (!this.#digests.has(key)) {
      this.#digests.set(key, digest);
      this.#arm(key, digest);
    }
    digest.gathered.set(encodeLogKey(gathered.key), gathered);
  }

  /** A group is about to decide anew what it notifies of. */
  forget(groupKey: string): void {
    for (const { gathered } of this.#digests.values()) {
      for (const [key, { notification }] of gathered) if (notification.groupKey === groupKey) gathered.delete(key);
    }
  }

  /** Sends no more; what was gathered stays pending in the notification log. */
  stop(): void {
    this.#stopped = true;
    for (const { cancelTimer } of this.#digests.values()) cancelTimer();
  }

  #arm(key: string, digest: Digest): void {
    const limit = digest.integration.receiver.rateLimit;
    if (!limit || this.#stopped) return;
    digest.cancelTimer = this.#deps.clock.after(digestPause(limit), () => {
      const run = this.#send(key, digest).finally(() => this.#sending.delete(run));
      this.#sending.add(run);
    });
  }

  async #send(key: string, digest: Digest): Promise<void> {
    const { integration, gathered } = digest;
    const { receiver } = integration;
    if (gathered.size > 0 && receiver.endpoint?.downReason !== undefined) {
      this.#arm(key, digest);
      return;
    }
    if (gathered.size === 0) {
      this.#digests.delete(key);
      return;
    }
    const batch = new Map(gathered);
    const alerts = [...batch.values()].flatMap(({ notification }) => notification.alerts);
    const budget = budgetKey(integration);
    const claim = isCritical(alerts) ? 'critical' : 'digest';
    if (receiver.rateLimit && this.#deps.budgets.take(budget, receiver.rateLimit, claim)) {
      const runs = Array.from(batch.values(), (one) => this.#deps.underWay.begin(one.key, one.identities));
      const notification = compose(batch, integration, this.#why(integration), this.#deps.clock.now());
      const sent = await this.#deliver(digest, notification);
      if (sent) {
        // What the receiver keeps of a digest is not about any of its groups.
        const { data: _ofDigest, ...report } = sent;
        for (const { delivered } of batch.values()) await delivered(report);
        for (const logKey of batch.keys()) gathered.delete(logKey);
      } else {
        this.#deps.budgets.giveBack(budget);
      }
      if (runs.some((run) => run.isReplaced())) await this.#deps.carryOver();
      for (const run of runs) run.end();
    }
    this.#arm(key, digest);
  }

  async #deliver(digest: Digest, composed: Notification): Promise<SendReport | undefined> {
    const notification = digest.data ? { ...composed, data: digest.data } : composed;
    const deadline = new AbortController();
    this.#deadlines.add(deadline);
    const cancel = this.#deps.clock.after(DEADLINE, () => deadline.abort(new Error('context deadline exceeded')));
    try {
      const report = await sendOrDefault(digest.integration.receiver, notification, deadline.signal, this.#deps.logger);
      digest.data = undefined;
      return report ?? { response: '', refused: [] };
    } catch (error) {
      if (error instanceof DeliveryError) digest.data = error.data ?? digest.data;
      this.#deps.logger.warn('Sending a digest failed, will retry later', {
        component: 'dispatcher',
        receiver: notification.receiver,
        err: error,
      });
      return undefined;
    } finally {
      this.#deadlines.delete(deadline);
      cancel();
    }
  }

  #why(integration: Integration): string {
    const { rateLimit } = integration.receiver;
    if (!rateLimit) return '';
    const left = this.#deps.budgets.left(budgetKey(integration), rateLimit);
    const hours = rateLimit.window / 3_600_000;
    return (
      `The budget of ${rateLimit.count} messages in ${hours} hours is nearly used up: ${Math.max(left, 0)} are left, ` +
      'reserved for critical alerts. Everything else is gathered into digests like this one; nothing is left out.'
    );
  }
}

/** Whether any of these alerts that fire is critical. */
export function isCritical(alerts: Notification['alerts']): boolean {
  const firing = alerts.filter(({ status }) => status === 'firing');
  return (
    highestSeverity(firing.map(({ alert }) => ({ labels: { severity: alert.labels.get('severity') ?? '' } }))) ===
    'critical'
  );
}

function compose(
  batch: ReadonlyMap<string, Gathered>,
  integration: Integration,
  why: string,
  now: number,
): Notification {
  const notifications = Array.from(batch.values(), ({ notification }) => notification);
  const { target } = notifications[0] ?? {};
  const notes = [...new Set(notifications.flatMap((one) => one.notes ?? []))];
  const id = createHash('sha256').update(
    notifications
      .map(({ id }) => id)
      .sort()
      .join(),
  );
  return Object.freeze({
    id: id.digest('hex').slice(0, 32),
    receiver: integration.receiverName,
    groupKey: 'digest',
    groupLabels: LabelSet.empty,
    routeLabels: LabelSet.empty,
    reason: 'undelivered alerts',
    alerts: notifications.flatMap(({ alerts }) => alerts),
    now,
    sentBefore: 0,
    firstSentAt: 0,
    ...(target && { target }),
    ...(notes.length > 0 && { notes }),
    digest: { why, notifications },
  });
}
