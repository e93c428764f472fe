import type { Alert, AlertInput } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Change, Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { AlertLimit } from './alert-limit.ts';
import { alertChange, alertRemoval, isNews, restoreAlert } from './journal.ts';
import { mergeAlert, type NormalizeOptions, normalizeAlert, validateAlert } from './normalize.ts';

/** Who follows what intake takes in. Called synchronously, after the record holds the new version. */
export interface Subscriber {
  /** A record was seen for the first time, or was restored at start. */
  added(record: AlertRecord): void;
  /** A known record has a new version; called for mere refreshes too. */
  updated(record: AlertRecord, previous: Alert): void;
  /** The record is forgotten. */
  removed(record: AlertRecord): void;
}

export interface Receipt {
  readonly accepted: number;
  /** Alertmanager's validation texts of the alerts that were not taken, in order. */
  readonly rejected: readonly string[];
}

export interface IntakeDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** --alerts.per-alertname-limit; 0: none. */
  readonly perAlertnameLimit: number;
}

/**
 * The only door for alerts and their one owner. Whatever the source, an alert is validated, merged with what is known,
 * handed on, and made durable before its sender is answered.
 */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #records = new Map<string, AlertRecord>();
  readonly #limit: AlertLimit;
  #subscribers: readonly Subscriber[] = [];

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
    this.#limit = new AlertLimit(deps.perAlertnameLimit);
    deps.metrics.alertsPerAlertLimit.set(deps.perAlertnameLimit);
  }

  /** Replaces the followers. New ones are not told of records that are already here: they read `records()`. */
  subscribe(subscribers: readonly Subscriber[]): void {
    this.#subscribers = subscribers;
  }

  /** Reads back what was journaled; called once, before anything is received. */
  async load(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const row of await this.#deps.store.load('alerts')) {
      const alert = restoreAlert(row, now);
      this.#add({ fingerprint: row.key, labels: alert.labels, alert });
    }
  }

  records(): Iterable<AlertRecord> {
    return this.#records.values();
  }

  get size(): number {
    return this.#records.size;
  }

  get(fingerprint: string): AlertRecord | undefined {
    return this.#records.get(fingerprint);
  }

  /**
   * Takes the valid ones of `inputs`; resolves when what is new about them is durable.
   * @throws StoreError when it cannot be made durable now. The alerts are known then all the same (and will be told),
   * so a sender that tries again does no harm.
   */
  async receive(inputs: readonly AlertInput[], source: string, options: NormalizeOptions): Promise<Receipt> {
    const now = this.#deps.clock.now();
    const changes: Change[] = [];
    const rejected: string[] = [];
    let firing = 0;
    for (const input of inputs) {
      const known = this.#records.get(input.labels.fingerprint);
      const alert = normalizeAlert(input, source, now, known, options);
      if (alert.endsAt > now) firing++;
      const complaint = validateAlert(alert, known !== undefined, options);
      if (complaint !== undefined) {
        rejected.push(complaint);
        continue;
      }
      if (known) this.#update(known, mergeAlert(known.alert, alert, now), now, changes);
      else this.#create(alert, now, changes);
    }
    this.#count(inputs.length, firing, rejected.length);
    if (changes.length > 0) await this.#deps.store.write(changes);
    return { accepted: inputs.length - rejected.length, rejected };
  }

  /** Called by dispatch when nobody waits for an alert any more: what is over need not survive a restart. */
  released(records: readonly AlertRecord[]): void {
    const now = this.#deps.clock.now();
    const over = records.filter(({ alert }) => alert.endsAt <= now || alert.event);
    if (over.length === 0) return;
    this.#deps.store.write(over.map(({ fingerprint }) => alertRemoval(fingerprint))).catch((error: unknown) => {
      this.#deps.logger.warn('Forgetting resolved alerts failed', { err: error });
    });
  }

  /** Forgets what is over and what no group holds (--alerts.gc-interval). */
  gc(isHeld: (record: AlertRecord) => boolean): void {
    const now = this.#deps.clock.now();
    for (const record of this.#records.values()) {
      if (record.alert.endsAt > now || isHeld(record)) continue;
      this.#remove(record);
    }
  }

  #create(alert: Alert, now: number, changes: Change[]): void {
    const record: AlertRecord = { fingerprint: alert.labels.fingerprint, labels: alert.labels, alert };
    const verdict = this.#limit.admit(record, now);
    if (!verdict.admitted) {
      this.#deps.metrics.alertsLimitedTotal.inc();
      this.#deps.logger.warn('Alert dropped: too many alerts of this name', {
        component: 'provider',
        alertname: alert.labels.get('alertname') ?? '',
        limit: this.#deps.perAlertnameLimit,
      });
      return;
    }
    if (verdict.evicted) {
      changes.push(alertRemoval(verdict.evicted.fingerprint));
      this.#remove(verdict.evicted);
    }
    changes.push(alertChange(record.fingerprint, alert));
    this.#add(record);
  }

  #update(record: AlertRecord, next: Alert, now: number, changes: Change[]): void {
    const previous = record.alert;
    if (isNews(previous, next, now)) changes.push(alertChange(record.fingerprint, next));
    record.alert = next;
    for (const subscriber of this.#subscribers) subscriber.updated(record, previous);
  }

  #add(record: AlertRecord): void {
    this.#records.set(record.fingerprint, record);
    for (const subscriber of this.#subscribers) subscriber.added(record);
  }

  #remove(record: AlertRecord): void {
    this.#records.delete(record.fingerprint);
    this.#limit.forget(record);
    for (const subscriber of this.#subscribers) subscriber.removed(record);
  }

  /** Once per request, not per alert: this is the hot path. */
  #count(total: number, firing: number, rejected: number): void {
    const { metrics } = this.#deps;
    if (firing > 0) metrics.alertsReceivedTotal.inc({ status: 'firing', version: 'v2' }, firing);
    if (total > firing) metrics.alertsReceivedTotal.inc({ status: 'resolved', version: 'v2' }, total - firing);
    if (rejected > 0) metrics.alertsInvalidTotal.inc({ version: 'v2' }, rejected);
  }
}
