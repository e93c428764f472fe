import { MetricFactory, type MetricsOptions } from './metric-factory.ts';

/** Alertmanager's metrics of what it keeps: the notification log and the silences. */
export class StateMetrics extends MetricFactory {
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

  readonly silences = this.gauge('alertmanager_silences', 'Number of silences by state.', ['state']);
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

  constructor(options: MetricsOptions = {}) {
    super(options);
    for (const stage of ['index', 'load_snapshot']) this.silencesMatcherCompileErrorsTotal.inc({ stage }, 0);
    this.nflogQueryDurationSeconds.zero({});
    this.silencesQueryDurationSeconds.zero({});
  }
}
