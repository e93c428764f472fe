import { describe, expect, test } from 'vitest';
import { Metrics } from '../../src/metrics/metrics.ts';
import { receiverKinds } from '../../src/receivers/registry.ts';

const integrations = receiverKinds.map(({ kind }) => kind);

/** What a scrape sees: `# TYPE` by name, and the series. */
async function scrape(metrics: Metrics): Promise<{ types: Map<string, string>; series: string[] }> {
  const lines = (await metrics.text()).split('\n');
  const types = lines.flatMap((line) => {
    const match = /^# TYPE (\S+) (\S+)$/.exec(line);
    return match ? [[match[1] as string, match[2] as string] as const] : [];
  });
  return { types: new Map(types), series: lines.filter((line) => line !== '' && !line.startsWith('#')) };
}

test('names and types are Alertmanager’s', async () => {
  const { types } = await scrape(new Metrics());
  const expected = {
    counter: [
      'alerts_received_total alerts_invalid_total alerts_limited_total alerts_subscriber_channel_writes_total',
      'dispatcher_aggregation_group_limit_reached_total dispatcher_aggregation_group_creation_retries_total',
      'dispatcher_aggregation_group_creation_given_up_total notifications_total notifications_failed_total',
      'notification_requests_total notification_requests_failed_total notifications_suppressed_total',
      'nflog_queries_total nflog_query_errors_total nflog_maintenance_total nflog_maintenance_errors_total',
      'silences_queries_total silences_query_errors_total silences_query_silences_scanned_total',
      'silences_query_silences_skipped_total silences_gc_errors_total silences_maintenance_total',
      'silences_maintenance_errors_total silences_matcher_compile_errors_total http_concurrency_limit_exceeded_total',
    ],
    gauge: [
      'alerts alerts_per_alert_limit dispatcher_aggregation_groups nflog_snapshot_size_bytes silences',
      'silences_snapshot_size_bytes silences_state_size silences_matcher_index_size silences_version_index_size',
      'config_hash config_last_reload_successful config_last_reload_success_timestamp_seconds receivers integrations',
      'inhibition_rules http_requests_in_flight cluster_enabled build_info',
    ],
    histogram: [
      'notification_latency_seconds nflog_query_duration_seconds silences_query_duration_seconds',
      'http_request_duration_seconds http_response_size_bytes',
    ],
    summary: [
      'dispatcher_alert_processing_duration_seconds nflog_gc_duration_seconds nflog_snapshot_duration_seconds',
      'silences_gc_duration_seconds silences_snapshot_duration_seconds',
    ],
  };
  const wanted = Object.entries(expected).flatMap(([type, names]) =>
    names
      .join(' ')
      .split(' ')
      .map((name) => [`alertmanager_${name}`, type]),
  );
  const ours = [...types].filter(([name]) => name.startsWith('alertmanager_'));
  expect(ours.toSorted()).toEqual(wanted.toSorted());
});

test('the series that dashboards need are there from the start', async () => {
  const { series } = await scrape(new Metrics({ integrations }));
  expect(series).toEqual(
    expect.arrayContaining([
      'alertmanager_alerts_received_total{status="firing",version="v2"} 0',
      'alertmanager_alerts_received_total{status="resolved",version="v2"} 0',
      'alertmanager_alerts_invalid_total{version="v2"} 0',
      'alertmanager_alerts_limited_total 0',
      'alertmanager_alerts_subscriber_channel_writes_total{subscriber="dispatcher"} 0',
      'alertmanager_notifications_suppressed_total{reason="active_time_interval"} 0',
      'alertmanager_notification_latency_seconds_bucket{le="20",integration="email"} 0',
      'alertmanager_silences_matcher_compile_errors_total{stage="load_snapshot"} 0',
      'alertmanager_nflog_query_duration_seconds_bucket{le="0.005"} 0',
    ]),
  );
  const failed = series.filter((line) => line.startsWith('alertmanager_notifications_failed_total{'));
  expect(failed).toHaveLength(integrations.length * 13);
  expect(failed).toContain('alertmanager_notifications_failed_total{integration="email",reason="templateError"} 0');
  expect(failed).toContain(
    'alertmanager_notifications_failed_total{integration="webhook",reason="contextDeadlineExceeded"} 0',
  );
  expect(series.filter((line) => line.startsWith('alertmanager_notifications_total{'))).toHaveLength(
    integrations.length,
  );
});

test('each integration that can be configured has its series', async () => {
  const { series } = await scrape(new Metrics({ integrations }));
  for (const kind of integrations) {
    expect(series).toContain(`alertmanager_notifications_total{integration="${kind}"} 0`);
  }
});

describe('features add labels', () => {
  test('receiver names: series of the configured integrations only, reset by a reload', async () => {
    const metrics = new Metrics({ receiverNames: true });
    metrics.resetIntegrations([{ receiver: 'team', integration: 'email' }]);
    metrics.notificationsTotal.inc(metrics.integrationLabels('email', 'team'));
    const totals = async (): Promise<string[]> =>
      (await scrape(metrics)).series.filter((line) => line.startsWith('alertmanager_notifications_total'));
    expect(await totals()).toEqual(['alertmanager_notifications_total{integration="email",receiver_name="team"} 1']);
    metrics.resetIntegrations([{ receiver: 'other', integration: 'webhook' }]);
    expect(await totals()).toEqual(['alertmanager_notifications_total{integration="webhook",receiver_name="other"} 0']);
  });

  test('without them receiver, alertname and group key are left out', () => {
    const metrics = new Metrics();
    expect(metrics.integrationLabels('email', 'team')).toEqual({ integration: 'email' });
    expect(metrics.alertLabels('a')).toEqual({});
  });

  test('alert names and group keys', async () => {
    const metrics = new Metrics({ alertNames: true, groupKeys: true });
    metrics.alertsLimitedTotal.inc(metrics.alertLabels('a"\n'));
    metrics.alerts.set({ state: 'active', group_key: '{}:{a="b"}' }, 2);
    expect((await scrape(metrics)).series).toEqual(
      expect.arrayContaining([
        'alertmanager_alerts_limited_total{alertname="a\\"\\n"} 1',
        'alertmanager_alerts{state="active",group_key="{}:{a=\\"b\\"}"} 2',
      ]),
    );
  });
});

test('a summary adds up', async () => {
  const metrics = new Metrics();
  metrics.dispatcherAlertProcessingDurationSeconds.observe(0.5);
  metrics.dispatcherAlertProcessingDurationSeconds.observe(2, 10);
  expect((await scrape(metrics)).series).toEqual(
    expect.arrayContaining([
      'alertmanager_dispatcher_alert_processing_duration_seconds_sum 2.5',
      'alertmanager_dispatcher_alert_processing_duration_seconds_count 11',
    ]),
  );
});

test('gauges can be brought up to date when somebody asks', async () => {
  const metrics = new Metrics();
  let held = 0;
  metrics.onCollect(() => metrics.tocsinAlerts.set(held));
  held = 3;
  expect((await scrape(metrics)).series).toContain('tocsin_alerts 3');
});

test('the process shows itself where it is asked to', async () => {
  expect((await scrape(new Metrics())).types.has('process_resident_memory_bytes')).toBe(false);
  expect((await scrape(new Metrics({ process: true }))).types.has('process_resident_memory_bytes')).toBe(true);
});
