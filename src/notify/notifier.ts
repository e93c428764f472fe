import { isOver } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import { splitByAudience } from './audience/audiences.ts';
import { alertIdentity } from './decide.ts';
import type { NotifierDeps } from './deps.ts';
import { Digests } from './digests.ts';
import type { Flush, FlushedAlert, FlushOutcome } from './flush.ts';
import { LastCall } from './last-call.ts';
import { logKey } from './log-key.ts';
import { keepUnmuted } from './muting-stage.ts';
import { notifyAudience } from './notify-audience.ts';

/** Alertmanager gives a flush at least this long, ms. */
const SHORTEST_DEADLINE = 10_000;

/**
 * The pipeline behind a tick: mute, then the stages of each audience of each integration (notify-audience.ts). Built anew for each configuration; flushes under way finish with the one they began with.
 */
export class Notifier {
  readonly #deps: NotifierDeps;
  readonly #deadlines = new Set<AbortController>();
  readonly #underWay = new Set<Promise<FlushOutcome>>();
  readonly #digests: Digests;
  readonly #lastCall = new LastCall();

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    this.#digests = new Digests(deps);
  }

  /** Resolves when no flush and no digest is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#digests.idle();
  }

  /** Never rejects: what failed is logged, counted and said in the outcome. */
  flush(flush: Flush): Promise<FlushOutcome> {
    const run = this.#flush(flush).finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
    return run;
  }

  /** Lets attempts under way finish, and starts no other. */
  drain(): void {
    this.#digests.stop();
    this.#lastCall.call();
  }

  /** Ends all attempts; what was not delivered stays pending in the log. */
  abort(): void {
    this.#digests.abort();
    for (const deadline of this.#deadlines) deadline.abort(new Error('context canceled'));
  }

  async #flush(flush: Flush): Promise<FlushOutcome> {
    this.#digests.forget(flush.groupKey);
    const { alerts, mutedBy } = keepUnmuted(flush, this.#deps.muters, this.#deps.metrics);
    const unmuted = new Set<AlertRecord>(alerts.map(({ record }) => record));
    const muted = flush.alerts.filter(({ record }) => !unmuted.has(record));
    const unfinished = this.#unfinished(flush, muted);
    if (alerts.length === 0) return { ok: true, unmuted, unfinished, mutedBy };
    const deadline = new AbortController();
    const cancel = this.#deps.clock.after(Math.max(flush.route.groupInterval, SHORTEST_DEADLINE), () =>
      deadline.abort(new Error('context deadline exceeded')),
    );
    this.#deadlines.add(deadline);
    const identities = new Set(muted.map(({ alert }) => alertIdentity(alert)));
    const failures: string[] = [];
    const shared = {
      onFailure: (summary: string) => void failures.push(summary),
      flush,
      muted: identities,
      signal: deadline.signal,
      lastCall: this.#lastCall,
      digests: this.#digests,
    };
    const integrations = this.#deps.integrations.get(flush.route.receiver) ?? [];
    const results = await Promise.all(
      integrations.flatMap((integration) =>
        splitByAudience(flush, alerts, integration, this.#deps).map((audience) =>
          notifyAudience(this.#deps, { ...shared, integration, audience }),
        ),
      ),
    );
    cancel();
    this.#deadlines.delete(deadline);
    if (failures.length > 0) this.#logFailures(flush, failures);
    return { ok: results.every(Boolean), unmuted, unfinished, mutedBy };
  }

  #logFailures({ groupKey, route, alerts }: Flush, failures: readonly string[]): void {
    const logger = this.#deps.logger.child({ component: 'dispatcher', aggrGroup: groupKey });
    logger[this.#lastCall.called ? 'debug' : 'error']('Notify for alerts failed', {
      num_alerts: alerts.length,
      receiver: route.receiver,
      err: failures.join('; '),
    });
  }

  #unfinished({ groupKey, route, now }: Flush, muted: readonly FlushedAlert[]): ReadonlySet<AlertRecord> {
    const { log, integrations } = this.#deps;
    const keys = (integrations.get(route.receiver) ?? []).map((integration) => logKey(groupKey, integration, ''));
    const unfinished = new Set<AlertRecord>();
    for (const { record, alert } of muted) {
      if (!isOver(alert, now)) continue;
      const identity = alertIdentity(alert);
      for (const key of keys) {
        if (!log.holdsAsFiring(key, identity)) continue;
        unfinished.add(record);
        // Should the store not take it, the next entry that it takes brings this one too.
        log.keep(key, identity).catch(() => {});
      }
    }
    return unfinished;
  }
}
