import type { AlertRecord } from '../alert/alert-record.ts';
import type { LabelSet } from '../alert/label-set.ts';
import { onGivenUp } from '../alert/matcher.ts';
import type { HttpOptions } from '../http/options.ts';
import type { Logger } from '../log/logger.ts';
import { ThrottledLog } from '../log/throttled-log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { yieldTurn } from '../process/yield-turn.ts';
import type { Clock } from '../time/clock.ts';
import type { Engine } from './engine.ts';
import type { Pipeline } from './pipeline.ts';

/** Logs matchers that are taken not to hold because their regular expression takes too long on a value. */
export function reportSlowMatchers({ clock, logger }: { clock: Clock; logger: Logger }): void {
  const log = new ThrottledLog(clock, logger.child({ component: 'matchers' }));
  onGivenUp(({ name, type, value }, length) => {
    const matcher = `${name}${type}${value}`.slice(0, 500);
    log.warn('A regular expression takes too long on a label value; its matcher is taken not to hold', matcher, {
      matcher,
      length,
    });
  });
}

/** Gauges that are computed when somebody scrapes. */
export function observe(metrics: Metrics, engine: Engine, clock: Clock): void {
  metrics.onCollect(async () => {
    const now = clock.now();
    metrics.dispatcherAggregationGroups.set(engine.dispatcher.groupCount);
    metrics.tocsinAlerts.set(engine.intake.size);
    metrics.tocsinDeliveriesPending.set(engine.log.pendingCount);
    await countAlerts(metrics, engine, now);
  });
}

/** What is running, as the scrapes say it: in Go's words where the metric is Alertmanager's. */
export function observeBuild(metrics: Metrics, version: string, http: HttpOptions): void {
  const { version: alertmanager, revision, branch, goVersion } = http.version;
  metrics.buildInfo.set(
    {
      version: alertmanager,
      revision,
      branch,
      goversion: goVersion,
      goos: process.platform,
      goarch: process.arch === 'x64' ? 'amd64' : process.arch,
      tags: '',
    },
    1,
  );
  metrics.tocsinBuildInfo.set({ version, node: process.version }, 1);
  metrics.clusterEnabled.set(http.clusterListenAddress === '' ? 0 : 1);
}

type State = 'unprocessed' | 'active' | 'suppressed';
const STATES: readonly State[] = ['unprocessed', 'active', 'suppressed'];

/** Alerts that are counted in one go: half a ms of work. */
const SLICE = 500;

/**
 * alertmanager_alerts: alerts in groups that are not over, events left out, each counted once with its highest state, or once per group
 * where the group is a label.
 */
async function countAlerts(metrics: Metrics, engine: Engine, now: number): Promise<void> {
  const tally = new Tally();
  const byGroup = metrics.options.groupKeys === true;
  let seen = 0;
  for (const group of [...engine.dispatcher.groups()]) {
    for (const record of [...group.alerts]) {
      if (++seen % SLICE === 0) await yieldTurn();
      // What happened once is not firing: it waits for its notification.
      if (record.alert.endsAt <= now || record.alert.event) continue;
      const state = group.flushedBefore ? stateOf(engine, record.labels, now) : 'unprocessed';
      if (byGroup) tally.count(state, group.key);
      else tally.countOnce(state, record);
    }
  }
  metrics.alerts.reset();
  if (!byGroup) for (const state of STATES) metrics.alerts.set({ state }, 0);
  for (const { state, groupKey, alerts } of tally.sums()) {
    metrics.alerts.set(byGroup ? { state, group_key: groupKey } : { state }, alerts);
  }
}

/** -1 for no state. */
function rank(state: State | undefined): number {
  return state === undefined ? -1 : STATES.indexOf(state);
}

class Tally {
  readonly #counts = new Map<string, Map<State, number>>();
  /** Alerts that several groups hold. */
  readonly #shared = new Map<AlertRecord, State>();

  count(state: State, groupKey = ''): void {
    const counts = this.#counts.get(groupKey) ?? new Map<State, number>();
    this.#counts.set(groupKey, counts.set(state, (counts.get(state) ?? 0) + 1));
  }

  /** Of the groups that hold an alert, the one with the highest state counts. */
  countOnce(state: State, record: AlertRecord): void {
    if (record.groups.length === 1) this.count(state);
    else if (rank(state) > rank(this.#shared.get(record))) this.#shared.set(record, state);
  }

  *sums(): Generator<{ readonly state: State; readonly groupKey: string; readonly alerts: number }> {
    for (const state of this.#shared.values()) this.count(state);
    for (const [groupKey, counts] of this.#counts) {
      for (const [state, alerts] of counts) yield { state, groupKey, alerts };
    }
  }
}

function stateOf(engine: Engine, labels: LabelSet, now: number): State {
  const muted = engine.silences.mutes(labels, now).length > 0 || engine.inhibitor.mutes(labels, now).length > 0;
  return muted ? 'suppressed' : 'active';
}

/** What a configuration that has just come into force changes. */
export function observeConfig(metrics: Metrics, { config, integrations }: Pipeline, clock: Clock): void {
  const all = [...integrations.values()].flat();
  metrics.configHash.set(config.hash);
  metrics.configLastReloadSuccessful.set(1);
  metrics.configLastReloadSuccessTimestampSeconds.set(clock.now() / 1_000);
  metrics.receivers.set(integrations.size);
  metrics.integrations.set(all.length);
  metrics.inhibitionRules.set(config.inhibitRules.length);
  metrics.resetIntegrations(all.map(({ receiverName, kind }) => ({ receiver: receiverName, integration: kind })));
}
