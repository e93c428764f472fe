import { FAILURE_REASONS } from './failure-reasons.ts';
import type { MetricsOptions } from './metric-factory.ts';
import { StateMetrics } from './state-metrics.ts';

/**
 * Alertmanager's metrics: names, types, labels, buckets and series that exist from the start. A property is the
 * metric's name in camel case without `alertmanager_`.
 *
 * Each inc() and observe() with labels costs about a microsecond: on the path of an alert add once per request,
 * `inc(labels, n)`, or keep a bound child (`counter.labels(...)`).
 */
export class AlertmanagerMetrics extends StateMetrics {
  readonly alerts = this.gauge(
    'alertmanager_alerts',
    'Number of alerts by state.',
    this.options.groupKeys ? ['state', 'group_key'] : ['state'],
  );
  readonly alertsReceivedTotal = this.counter('alertmanager_alerts_received_total', 'Alerts received.', [
    'status',
    'version',
  ]);
  readonly alertsInvalidTotal = this.counter(
    'alertmanager_alerts_invalid_total',
    'Received alerts that were invalid.',
    ['version'],
  );
  readonly alertsPerAlertLimit = this.gauge(
    'alertmanager_alerts_per_alert_limit',
    'Limit of alerts with the same alertname; 0 is no limit.',
  );
  readonly alertsLimitedTotal = this.counter(
    'alertmanager_alerts_limited_total',
    'Alerts dropped by the limit of alerts with the same alertname.',
    this.options.alertNames ? ['alertname'] : [],
  );
  readonly alertsSubscriberChannelWritesTotal = this.counter(
    'alertmanager_alerts_subscriber_channel_writes_total',
    'Alerts handed to a subscriber.',
    ['subscriber'],
  );

  readonly dispatcherAggregationGroups = this.gauge(
    'alertmanager_dispatcher_aggregation_groups',
    'Live aggregation groups.',
  );
  readonly dispatcherAlertProcessingDurationSeconds = this.summary(
    'alertmanager_dispatcher_alert_processing_duration_seconds',
    'Time to route an alert and put it into its groups.',
  );
  readonly dispatcherAggregationGroupLimitReachedTotal = this.counter(
    'alertmanager_dispatcher_aggregation_group_limit_reached_total',
    'Alerts that got no aggregation group because the limit was reached.',
  );
  readonly dispatcherAggregationGroupCreationRetriesTotal = this.counter(
    'alertmanager_dispatcher_aggregation_group_creation_retries_total',
    'Retries of creating an aggregation group.',
  );
  readonly dispatcherAggregationGroupCreationGivenUpTotal = this.counter(
    'alertmanager_dispatcher_aggregation_group_creation_given_up_total',
    'Alerts lost because their aggregation group could not be created.',
  );

  readonly notificationsTotal = this.counter(
    'alertmanager_notifications_total',
    'Notifications attempted.',
    this.#integrationLabelNames(),
  );
  readonly notificationsFailedTotal = this.counter(
    'alertmanager_notifications_failed_total',
    'Notifications that failed.',
    this.#integrationLabelNames('reason'),
  );
  readonly notificationRequestsTotal = this.counter(
    'alertmanager_notification_requests_total',
    'Attempts to send a notification.',
    this.#integrationLabelNames(),
  );
  readonly notificationRequestsFailedTotal = this.counter(
    'alertmanager_notification_requests_failed_total',
    'Attempts to send a notification that failed.',
    this.#integrationLabelNames(),
  );
  readonly notificationLatencySeconds = this.histogram(
    'alertmanager_notification_latency_seconds',
    'Time that an attempt to send a notification took.',
    this.#integrationLabelNames(),
    [1, 5, 10, 15, 20],
  );
  readonly notificationsSuppressedTotal = this.counter(
    'alertmanager_notifications_suppressed_total',
    'Alerts left out of notifications because they were muted.',
    ['reason'],
  );

  readonly configHash = this.gauge('alertmanager_config_hash', 'Hash of the running configuration.');
  readonly configLastReloadSuccessful = this.gauge(
    'alertmanager_config_last_reload_successful',
    'Whether the last attempt to load the configuration succeeded.',
  );
  readonly configLastReloadSuccessTimestampSeconds = this.gauge(
    'alertmanager_config_last_reload_success_timestamp_seconds',
    'When the configuration was last loaded successfully.',
  );
  readonly receivers = this.gauge('alertmanager_receivers', 'Receivers that routes use.');
  readonly integrations = this.gauge('alertmanager_integrations', 'Integrations of the receivers that routes use.');
  readonly inhibitionRules = this.gauge('alertmanager_inhibition_rules', 'Inhibition rules.');

  readonly httpRequestDurationSeconds = this.histogram(
    'alertmanager_http_request_duration_seconds',
    'Time that an HTTP request took.',
    ['handler', 'method', 'code'],
  );
  readonly httpResponseSizeBytes = this.histogram(
    'alertmanager_http_response_size_bytes',
    'Size of an HTTP answer.',
    ['handler', 'method'],
    [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000],
  );
  readonly httpRequestsInFlight = this.gauge(
    'alertmanager_http_requests_in_flight',
    'HTTP requests being answered now.',
    ['method'],
  );
  readonly httpConcurrencyLimitExceededTotal = this.counter(
    'alertmanager_http_concurrency_limit_exceeded_total',
    'HTTP requests refused because too many were being answered.',
    ['method'],
  );

  readonly clusterEnabled = this.gauge('alertmanager_cluster_enabled', 'Whether clustering is on.');
  readonly buildInfo = this.gauge('alertmanager_build_info', 'Always 1; the labels describe the build.', [
    'version',
    'revision',
    'branch',
    'goversion',
    'goos',
    'goarch',
    'tags',
  ]);

  constructor(options: MetricsOptions = {}) {
    super(options);
    for (const status of ['firing', 'resolved']) this.alertsReceivedTotal.inc({ status, version: 'v2' }, 0);
    this.alertsInvalidTotal.inc({ version: 'v2' }, 0);
    for (const subscriber of ['inhibitor', 'dispatcher']) {
      this.alertsSubscriberChannelWritesTotal.inc({ subscriber }, 0);
    }
    for (const reason of ['silence', 'inhibition', 'mute_time_interval', 'active_time_interval']) {
      this.notificationsSuppressedTotal.inc({ reason }, 0);
    }
    this.httpRequestsInFlight.set({ method: 'get' }, 0);
    this.httpConcurrencyLimitExceededTotal.inc({ method: 'get' }, 0);
    if (options.receiverNames) return;
    for (const integration of options.integrations ?? []) this.#createSeries(integration, '');
  }

  /** The labels of a notification metric: `receiver_name` only where the feature is on. */
  integrationLabels(integration: string, receiver: string): { integration: string; receiver_name?: string } {
    return this.options.receiverNames ? { integration, receiver_name: receiver } : { integration };
  }

  /** The labels of alertsLimitedTotal: `alertname` only where the feature is on. */
  alertLabels(alertname: string): { alertname?: string } {
    return this.options.alertNames ? { alertname } : {};
  }

  /**
   * With receiver-name-in-metrics: forgets the notification series and creates those of the configured integrations,
   * as Alertmanager does at each load of the file. Without the feature: nothing.
   */
  resetIntegrations(integrations: Iterable<{ readonly receiver: string; readonly integration: string }>): void {
    if (!this.options.receiverNames) return;
    this.notificationsTotal.reset();
    this.notificationsFailedTotal.reset();
    this.notificationRequestsTotal.reset();
    this.notificationRequestsFailedTotal.reset();
    this.notificationLatencySeconds.reset();
    for (const { receiver, integration } of integrations) this.#createSeries(integration, receiver);
  }

  #createSeries(integration: string, receiver: string): void {
    const labels = this.integrationLabels(integration, receiver);
    this.notificationsTotal.inc(labels, 0);
    this.notificationRequestsTotal.inc(labels, 0);
    this.notificationRequestsFailedTotal.inc(labels, 0);
    this.notificationLatencySeconds.zero(labels);
    for (const reason of FAILURE_REASONS) this.notificationsFailedTotal.inc({ ...labels, reason }, 0);
  }

  #integrationLabelNames<const L extends string = never>(...more: L[]): ('integration' | 'receiver_name' | L)[] {
    return this.options.receiverNames ? ['integration', 'receiver_name', ...more] : ['integration', ...more];
  }
}
