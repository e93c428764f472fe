import { MetricFactory, type MetricsOptions } from './metric-factory.ts';

/** Alertmanager's integration types: their notification series exist from the start, at 0. */
const INTEGRATIONS = [
  'discord',
  'email',
  'incidentio',
  'jira',
  'mattermost',
  'msteams',
  'msteamsv2',
  'opsgenie',
  'pagerduty',
  'pushover',
  'rocketchat',
  'slack',
  'sns',
  'telegram',
  'victorops',
  'webex',
  'webhook',
  'wechat',
] as const;

const FAILURE_REASONS = [
  'other',
  'clientError',
  'serverError',
  'contextCanceled',
  'contextDeadlineExceeded',
  'authError',
  'rateLimited',
] as const;

/**
 * Alertmanager's metrics: names, types, labels, buckets and series that exist from the start. A property is the
 * metric's name in camel case without `alertmanager_`.
 *
 * Each inc() and observe() with labels costs about a microsecond: on the path of an alert add once per request,
 * `inc(labels, n)`, or keep a bound child (`counter.labels(...)`).
 */
export class AlertmanagerMetrics extends MetricFactory {
  readonly alerts = this.gauge(
    'alertmanager_alerts',
    'How many alerts by state.',
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
    'How often an alert found no place because there were too many aggregation groups.',
  );
  readonly dispatcherAggregationGroupCreationRetriesTotal = this.counter(
    'alertmanager_dispatcher_aggregation_group_creation_retries_total',
    'How often creating an aggregation group had to be tried again.',
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

  readonly nflogQueriesTotal = this.counter('alertmanager_nflog_queries_total', 'Reads of the notification log.');
  readonly nflogQueryErrorsTotal = this.counter(
    'alertmanager_nflog_query_errors_total',
    'Reads of the notification log that failed; no entry counts as a failure.',
  );
  readonly nflogQueryDurationSeconds = this.histogram(
    'alertmanager_nflog_query_duration_seconds',
    'Time that a read of the notification log took.',
  );
  readonly nflogGcDurationSeconds = this.summary(
    'alertmanager_nflog_gc_duration_seconds',
    'Time that removing expired entries of the notification log took.',
  );
  readonly nflogSnapshotDurationSeconds = this.summary(
    'alertmanager_nflog_snapshot_duration_seconds',
    'Time that a snapshot of the notification log took; the store needs none.',
  );
  readonly nflogSnapshotSizeBytes = this.gauge(
    'alertmanager_nflog_snapshot_size_bytes',
    'Size of the last snapshot of the notification log; the store needs none.',
  );
  readonly nflogMaintenanceTotal = this.counter(
    'alertmanager_nflog_maintenance_total',
    'Maintenance runs of the notification log.',
  );
  readonly nflogMaintenanceErrorsTotal = this.counter(
    'alertmanager_nflog_maintenance_errors_total',
    'Maintenance runs of the notification log that failed.',
  );

  readonly silences = this.gauge('alertmanager_silences', 'How many silences by state.', ['state']);
  readonly silencesQueriesTotal = this.counter('alertmanager_silences_queries_total', 'Queries of silences.');
  readonly silencesQueryErrorsTotal = this.counter(
    'alertmanager_silences_query_errors_total',
    'Queries of silences that failed.',
  );
  readonly silencesQueryDurationSeconds = this.histogram(
    'alertmanager_silences_query_duration_seconds',
    'Time that a query of silences took.',
  );
  readonly silencesQuerySilencesScannedTotal = this.counter(
    'alertmanager_silences_query_silences_scanned_total',
    'Silences that queries looked at.',
  );
  readonly silencesQuerySilencesSkippedTotal = this.counter(
    'alertmanager_silences_query_silences_skipped_total',
    'Silences that queries did not need to look at.',
  );
  readonly silencesGcDurationSeconds = this.summary(
    'alertmanager_silences_gc_duration_seconds',
    'Time that removing old silences took.',
  );
  readonly silencesGcErrorsTotal = this.counter(
    'alertmanager_silences_gc_errors_total',
    'Failures in removing old silences.',
  );
  readonly silencesSnapshotDurationSeconds = this.summary(
    'alertmanager_silences_snapshot_duration_seconds',
    'Time that a snapshot of the silences took; the store needs none.',
  );
  readonly silencesSnapshotSizeBytes = this.gauge(
    'alertmanager_silences_snapshot_size_bytes',
    'Size of the last snapshot of the silences; the store needs none.',
  );
  readonly silencesStateSize = this.gauge('alertmanager_silences_state_size', 'Silences held.');
  readonly silencesMatcherIndexSize = this.gauge(
    'alertmanager_silences_matcher_index_size',
    'Entries of the index from matchers to silences.',
  );
  readonly silencesVersionIndexSize = this.gauge(
    'alertmanager_silences_version_index_size',
    'Entries of the index from versions to silences.',
  );
  readonly silencesMaintenanceTotal = this.counter(
    'alertmanager_silences_maintenance_total',
    'Maintenance runs of the silences.',
  );
  readonly silencesMaintenanceErrorsTotal = this.counter(
    'alertmanager_silences_maintenance_errors_total',
    'Maintenance runs of the silences that failed.',
  );
  readonly silencesMatcherCompileErrorsTotal = this.counter(
    'alertmanager_silences_matcher_compile_errors_total',
    'Silence matchers that could not be compiled.',
    ['stage'],
  );

  readonly configHash = this.gauge('alertmanager_config_hash', 'Hash of the configuration file in force.');
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
  readonly buildInfo = this.gauge('alertmanager_build_info', 'Always 1; the labels say what is running.', [
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
    for (const stage of ['index', 'load_snapshot']) this.silencesMatcherCompileErrorsTotal.inc({ stage }, 0);
    this.httpRequestsInFlight.set({ method: 'get' }, 0);
    this.httpConcurrencyLimitExceededTotal.inc({ method: 'get' }, 0);
    this.nflogQueryDurationSeconds.zero({});
    this.silencesQueryDurationSeconds.zero({});
    if (!options.receiverNames) for (const integration of INTEGRATIONS) this.#createSeries(integration, '');
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
