import { type Alert, type AlertInput, type Ending, isOver } from '../alert/alert.ts';
import { AlertRecord } from '../alert/alert-record.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { yieldToRequests } from '../process/yield-turn.ts';
import type { Change, Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type AlertLimitOptions, AlertLimits, Refusals } from './alert-limits.ts';
import { concerns, endedInput } from './ending.ts';
import {
  History,
  isLateCopy,
  isNumbered,
  type NumberedAlert,
  numbered,
  type Past,
  pastOf,
  tombstone,
} from './history.ts';
import { acrossJump, alertChange, isNews, restoreAlert } from './journal.ts';
import { mergeAlert, type NormalizeOptions, normalizeAlert, validateAlert } from './normalize.ts';

/** Alerts of one request that are taken in one go: a few ms where they are new. */
const SLICE = 500;
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
  /** What limits kept out, a sentence for each limit. */
  readonly dropped: readonly string[];
}

export interface IntakeDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits: AlertLimitOptions;
  /** --data.retention, ms: how long an alert that is gone is remembered where its sender numbers its occurrences. */
  readonly retention: number;
}

/**
 * The only door for alerts and their one owner. Whatever the source, an alert is validated, merged with what is known,
 * handed on, and made durable before its sender is answered.
 */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #records = new Map<string, AlertRecord>();
  readonly #limits: AlertLimits;
  readonly #history: History;
  #subscribers: readonly Subscriber[] = [];

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
    this.#limits = new AlertLimits(deps.limits);
    this.#history = new History(deps.retention);
    deps.metrics.alertsPerAlertLimit.set(deps.limits.perAlertname);
  }

  /** Replaces the followers. New ones are not notified of existing records: they read `records()`. */
  subscribe(subscribers: readonly Subscriber[]): void {
    this.#subscribers = subscribers;
  }

  /** Reads back what was journaled; called once, before anything is received. */
  async load(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const row of await this.#deps.store.load('alerts')) {
      if (this.#history.restore(row)) continue;
      const record = new AlertRecord(restoreAlert(row, now));
      this.#limits.hold(record);
      this.#add(record);
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
   * @throws StoreError when it cannot be made durable now. The alerts are kept in memory all the same (and will be notified),
   * so a sender that tries again does no harm.
   */
  async receive(inputs: readonly AlertInput[], source: string, options: NormalizeOptions): Promise<Receipt> {
    const now = this.#deps.clock.now();
    const changed: AlertRecord[] = [];
    const rejected: string[] = [];
    const refusals = new Refusals();
    let firing = 0;
    let published = 0;
    for (const [i, input] of inputs.entries()) {
      if (i % SLICE === SLICE - 1) await yieldToRequests();
      const known = this.#records.get(input.labels.fingerprint);
      const past = input.occurrence && this.#pastOf(input, known, now);
      if (input.occurrence && isLateCopy(input.occurrence, past)) {
        if (known?.dirty) changed.push(known);
        continue;
      }
      const alert = numbered(normalizeAlert(input, source, now, known, options), input, past);
      if (alert.endsAt > now) firing++;
      const tooFar = this.#limits.refuseEnd(input, now);
      if (tooFar !== undefined) this.#deps.metrics.tocsinAlertsLimitedTotal.inc({ source, limit: 'ends_at' });
      const complaint = validateAlert(alert, known !== undefined, options) ?? tooFar;
      if (complaint !== undefined) {
        rejected.push(complaint);
        continue;
      }
      if (known) this.#update(known, mergeAlert(known.alert, alert, now), now, changed);
      else if (!this.#create(alert, now, changed, refusals)) continue;
      published++;
    }
    this.#count({ total: inputs.length, firing, rejected: rejected.length, published });
    if (refusals.total > 0) refusals.report(this.#deps, source);
    if (changed.length > 0) await this.#write(changed, now);
    return { accepted: inputs.length - rejected.length - refusals.total, rejected, dropped: refusals.describe() };
  }

  /**
   * Ends alerts that their sender reports as ended. Unknown and already ended alerts are skipped.
   * @throws StoreError as `receive` does.
   */
  async end(endings: readonly Ending[], source: string, options: NormalizeOptions): Promise<void> {
    const now = this.#deps.clock.now();
    const byId = new Map(endings.map((ending) => [ending.id, ending]));
    const inputs = this.#lasting(source, now).flatMap(({ alert }) => {
      const ending = byId.get(alert.occurrence.id);
      return ending && concerns(ending, alert) ? [endedInput(alert, ending, now)] : [];
    });
    if (inputs.length > 0) await this.receive(inputs, source, options);
  }

  /**
   * Takes a sender's word that these occurrences last: they get their time anew. Done (and written) when half of it has
   * passed, so that hearing it often costs nothing.
   * @throws StoreError as `receive` does.
   */
  async confirm(ids: ReadonlySet<string>, source: string): Promise<void> {
    const now = this.#deps.clock.now();
    const changed: AlertRecord[] = [];
    for (const { record, alert } of this.#lasting(source, now)) {
      const granted = alert.endsAt - alert.updatedAt;
      if (!alert.stale || !ids.has(alert.occurrence.id) || alert.endsAt - now > granted / 2) continue;
      record.dirty = true;
      this.#update(record, { ...alert, endsAt: now + granted, updatedAt: now }, now, changed);
    }
    if (changed.length > 0) await this.#write(changed, now);
  }

  /** The alerts of a source which it numbers and which are not over; events are not among them. */
  lasting(source: string): NumberedAlert[] {
    return this.#lasting(source, this.#deps.clock.now()).map(({ alert }) => alert);
  }

  #lasting(source: string, now: number): { readonly record: AlertRecord; readonly alert: NumberedAlert }[] {
    const found: { readonly record: AlertRecord; readonly alert: NumberedAlert }[] = [];
    for (const record of this.#records.values()) {
      const { alert } = record;
      if (alert.source === source && isNumbered(alert) && !alert.event && !isOver(alert, now)) {
        found.push({ record, alert });
      }
    }
    return found;
  }

  #pastOf({ labels }: AlertInput, known: AlertRecord | undefined, now: number): Past | undefined {
    return known ? pastOf(known.alert, now) : this.#history.get(labels.fingerprint);
  }

  /** Called by dispatch when an alert needs no further notification: an ended one need not survive a restart. */
  released(records: readonly AlertRecord[]): void {
    const now = this.#deps.clock.now();
    const done = records.filter(({ alert }) => isOver(alert, now) || alert.event);
    this.#eraseEnded(done, now);
    for (const record of done) if (isOver(record.alert, now)) this.#limits.release(record);
  }

  /** Removes alerts that have ended and that no group holds (--alerts.gc-interval). */
  gc(isHeld: (record: AlertRecord) => boolean): void {
    const now = this.#deps.clock.now();
    const over = [...this.#records.values()].filter((record) => isOver(record.alert, now) && !isHeld(record));
    for (const record of over) this.#remove(record, now);
    // Most are gone from the store since their release; those that were sent once more after it are not.
    this.#eraseEnded(over, now);
    this.#erase(this.#history.gc(now).map((key) => ({ table: 'alerts', key, value: undefined })));
  }

  /** The wall clock was set: see acrossJump. */
  clockJumped(before: number, now: number): void {
    const changed: AlertRecord[] = [];
    for (const record of this.#records.values()) {
      const next = acrossJump(record.alert, before, now);
      if (next === record.alert) continue;
      record.alert = next;
      changed.push(record);
    }
    if (changed.length === 0) return;
    this.#write(changed, now).catch((error: unknown) => {
      this.#deps.logger.warn('Writing alerts after a clock jump failed', { err: error });
    });
  }

  /** @param changed records that the store must write, removed ones included. */
  async #write(changed: readonly AlertRecord[], now: number): Promise<void> {
    const versions = changed.map(({ alert }) => alert);
    await this.#deps.store.write(changed.flatMap((record) => this.#changeOf(record, now)));
    changed.forEach((record, i) => {
      if (record.alert === versions[i]) record.dirty = false;
    });
  }

  #changeOf(record: AlertRecord, now: number): Change | [] {
    const held = this.#records.get(record.fingerprint);
    if (held === record) return alertChange(record.alert);
    return held ? [] : tombstone(record.fingerprint, record.alert, now);
  }

  #eraseEnded(records: readonly AlertRecord[], now: number): void {
    this.#erase(records.map(({ fingerprint, alert }) => tombstone(fingerprint, alert, now)));
  }

  #erase(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#deps.store.write(changes).catch((error: unknown) => {
      this.#deps.logger.warn('Removing resolved alerts failed', { err: error });
    });
  }

  /** Returns false when a limit does not let it in. */
  #create(alert: Alert, now: number, changed: AlertRecord[], refusals: Refusals): boolean {
    const record = new AlertRecord(alert);
    const verdict = this.#limits.admit(record);
    if (verdict.refusal) {
      refusals.add(verdict.refusal, record);
      return false;
    }
    for (const evicted of verdict.evicted) {
      this.#remove(evicted, now);
      changed.push(evicted);
    }
    record.dirty = true;
    changed.push(record);
    this.#add(record);
    return true;
  }

  #update(record: AlertRecord, next: Alert, now: number, changed: AlertRecord[]): void {
    const previous = record.alert;
    if (record.dirty || isNews(previous, next, now)) {
      record.dirty = true;
      changed.push(record);
    }
    if (isOver(previous, now) && !isOver(next, now)) this.#limits.reclaim(record);
    record.alert = next;
    for (const subscriber of this.#subscribers) subscriber.updated(record, previous);
  }

  #add(record: AlertRecord): void {
    this.#records.set(record.fingerprint, record);
    this.#history.forget(record.fingerprint);
    for (const subscriber of this.#subscribers) subscriber.added(record);
  }

  #remove(record: AlertRecord, now: number): void {
    this.#records.delete(record.fingerprint);
    this.#history.keep(record.fingerprint, record.alert, now);
    this.#limits.forget(record);
    for (const subscriber of this.#subscribers) subscriber.removed(record);
  }

  /** Once per request, not per alert: this is the hot path. */
  #count({ total, firing, rejected, published }: Record<'total' | 'firing' | 'rejected' | 'published', number>): void {
    const { metrics } = this.#deps;
    if (firing > 0) metrics.alertsReceivedTotal.inc({ status: 'firing', version: 'v2' }, firing);
    if (total > firing) metrics.alertsReceivedTotal.inc({ status: 'resolved', version: 'v2' }, total - firing);
    if (rejected > 0) metrics.alertsInvalidTotal.inc({ version: 'v2' }, rejected);
    for (const subscriber of ['inhibitor', 'dispatcher']) {
      metrics.alertsSubscriberChannelWritesTotal.inc({ subscriber }, published);
    }
  }
}
