import { AlertmanagerMetrics } from './alertmanager-metrics.ts';

/**
 * Every metric of the process: Alertmanager's (alertmanager-metrics.ts) and Tocsin's own, here. A property is the
 * metric's name in camel case: `tocsin_source_requests_total` is `tocsinSourceRequestsTotal`.
 */
export class Metrics extends AlertmanagerMetrics {
  readonly tocsinSourceRequestsTotal = this.counter(
    'tocsin_source_requests_total',
    'Webhook requests by source and HTTP status.',
    ['source', 'code'],
  );
  readonly tocsinSourceAlertsTotal = this.counter(
    'tocsin_source_alerts_total',
    'Alerts received from sources, by outcome: accepted, rejected or dropped by a limit.',
    ['source', 'outcome'],
  );
  readonly tocsinAlertsLimitedTotal = this.counter(
    'tocsin_alerts_limited_total',
    'Alerts dropped by a limit: alertname, source, active or ends_at.',
    ['source', 'limit'],
  );
  readonly tocsinSourceUnreadableTotal = this.counter(
    'tocsin_source_unreadable_total',
    'Webhook bodies that could not be read.',
    ['source'],
  );
  readonly tocsinAlerts = this.gauge('tocsin_alerts', 'Alerts held, resolved ones included until they are removed.');
  readonly tocsinAlertsStaleTotal = this.counter(
    'tocsin_alerts_stale_total',
    'Alerts closed without a resolved notification because their source stopped sending updates.',
    ['source'],
  );

  readonly tocsinCentralRequestsTotal = this.counter(
    'tocsin_central_requests_total',
    "Requests to RHACS Central's API by HTTP status; timeout, error: there was no answer.",
    ['code'],
  );
  readonly tocsinCentralLastSuccessTimestampSeconds = this.absentGauge(
    'tocsin_central_last_success_timestamp_seconds',
    'When Central last confirmed the state of all stored alerts; 0 before the first time, absent if no Central is configured.',
  );

  readonly tocsinDeliveriesPending = this.gauge(
    'tocsin_deliveries_pending',
    'Notifications that are due and not yet delivered.',
  );
  readonly tocsinDeliveriesFailedTotal = this.counter(
    'tocsin_deliveries_failed_total',
    'Notifications given up because the endpoint rejected them permanently.',
    ['integration'],
  );
  readonly tocsinMailsSentTotal = this.counter('tocsin_mails_sent_total', 'Mails that a mail server has taken.');
  readonly tocsinMailsRefusedTotal = this.counter(
    'tocsin_mails_refused_total',
    'Emails that a mail server rejected permanently: the login, the sender, the content or every recipient.',
  );
  readonly tocsinMailRecipientsRejectedTotal = this.counter(
    'tocsin_mail_recipients_rejected_total',
    'Recipients that a mail server rejected while it accepted the email for others.',
  );
  readonly tocsinSmtpConnections = this.gauge('tocsin_smtp_connections', 'Open connections to mail servers.');
  readonly tocsinSmtpCircuitOpen = this.gauge(
    'tocsin_smtp_circuit_open',
    '1 while the circuit breaker for this mail server is open, 0 otherwise.',
    ['smarthost'],
  );

  readonly tocsinNamespaces = this.gauge('tocsin_namespaces', 'Namespaces whose annotations are known, by source.', [
    'source',
  ]);
  readonly tocsinNamespaceRefreshesTotal = this.counter(
    'tocsin_namespace_refreshes_total',
    'Attempts to refresh the namespace annotations, by outcome: success or failure.',
    ['source', 'outcome'],
  );
  readonly tocsinNamespaceLastRefreshTimestampSeconds = this.gauge(
    'tocsin_namespace_last_refresh_timestamp_seconds',
    'When the namespace annotations were last refreshed.',
    ['source'],
  );

  readonly tocsinStoreCommitDurationSeconds = this.histogram(
    'tocsin_store_commit_duration_seconds',
    'Time that a commit of the store took.',
    [],
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  );
  readonly tocsinStoreCommitsTotal = this.counter('tocsin_store_commits_total', 'Commits of the store.');
  readonly tocsinStoreCommitErrorsTotal = this.counter(
    'tocsin_store_commit_errors_total',
    'Commits of the store that failed.',
  );
  readonly tocsinStoreChangesTotal = this.counter('tocsin_store_changes_total', 'Changes written by the commits.');
  readonly tocsinStoreSizeBytes = this.gauge('tocsin_store_size_bytes', 'Size of the store on disk.');
  readonly tocsinStoreTrouble = this.gauge('tocsin_store_trouble', 'Whether the store cannot write now.');

  readonly tocsinBuildInfo = this.gauge('tocsin_build_info', 'Always 1; the labels describe the build.', [
    'version',
    'node',
  ]);
}
