import type { LabelSet } from '../alert/label-set.ts';
import type { HttpOptions } from '../http/options.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import type { Engine } from './engine.ts';
import type { Pipeline } from './pipeline.ts';

/** Gauges that are computed when somebody scrapes. */
export function observe(metrics: Metrics, engine: Engine, clock: Clock): void {
  metrics.onCollect(() => {
    const now = clock.now();
    metrics.dispatcherAggregationGroups.set(engine.dispatcher.groupCount);
    metrics.tocsinAlerts.set(engine.intake.size);
    let pending = 0;
    for (const [, entry] of engine.log.entries()) if (entry.pending) pending++;
    metrics.tocsinDeliveriesPending.set(pending);
    countAlerts(metrics, engine, now);
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

/**
 * alertmanager_alerts: alerts in groups that are not over, each counted once with its highest state, or once per group
 * where the group is a label.
 */
function countAlerts(metrics: Metrics, engine: Engine, now: number): void {
  const byGroup = metrics.options.groupKeys === true;
  const states = new Map<string, { readonly groupKey: string; state: State }>();
  for (const group of engine.dispatcher.groups()) {
    for (const { labels, fingerprint, alert } of group.alerts) {
      if (alert.endsAt <= now) continue;
      const state = group.flushedBefore ? stateOf(engine, labels, now) : 'unprocessed';
      const key = byGroup ? `${group.id} ${fingerprint}` : fingerprint;
      const known = states.get(key);
      if (!known) states.set(key, { groupKey: group.key, state });
      else if (STATES.indexOf(state) > STATES.indexOf(known.state)) known.state = state;
    }
  }
  metrics.alerts.reset();
  if (!byGroup) for (const state of STATES) metrics.alerts.set({ state }, 0);
  for (const { groupKey, state } of states.values()) {
    metrics.alerts.inc(byGroup ? { state, group_key: groupKey } : { state });
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
