import { randomUUID } from 'node:crypto';
import { ZERO_TIME } from '../alert/alert.ts';
import type { LabelSet } from '../alert/label-set.ts';
import type { MatcherMode } from '../alert/parse-matchers.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Row, Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { formatTime } from '../time/timestamp.ts';
import type { Muter } from './muter.ts';
import {
  canUpdate,
  type Silence,
  SilenceError,
  type SilenceInput,
  type SilenceState,
  silenceState,
} from './silence.ts';
import { checkSilence } from './silence-check.ts';
import { checkSize, fitsWith, tooManyInstructions } from './silence-limits.ts';
import { type SilenceEntry, SilenceMemory } from './silence-memory.ts';
import { SilencePreparation } from './silence-preparation.ts';
import { expiredFromRow, fromRow, isExpiredRow, toRow, withInertMatchers } from './silence-row.ts';

export { type Silence, SilenceError, type SilenceInput, type SilenceState } from './silence.ts';

export interface SilencesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** ms that an expired silence stays listed. */
  readonly retention: number;
  /** How many silences may be held, expired ones included; 0: no limit. */
  readonly maxSilences: number;
  /** How big one may be (silence-size.ts); 0: no limit. */
  readonly maxSizeBytes: number;
  readonly mode: MatcherMode;
  /** Logs every change (`--silences.logging`). */
  readonly logSilences: boolean;
}

/**
 * The silences. A change is durable before it is visible; when it cannot be written nothing has changed.
 */
export class Silences implements Muter {
  readonly #deps: SilencesDeps;
  readonly #logger: Logger;
  readonly #entries = new Map<string, SilenceEntry>();
  readonly #memory: SilenceMemory;
  readonly #preparation: SilencePreparation;
  /** The last change of a silence that is under way, by id: changes of one silence happen one after the other. */
  readonly #changing = new Map<string, Promise<unknown>>();
  /** New silences that are being written; they count for the limit. */
  #coming = 0;

  constructor(deps: SilencesDeps) {
    this.#deps = deps;
    this.#logger = deps.logger.child({ component: 'silences' });
    this.#memory = new SilenceMemory(deps.metrics);
    this.#preparation = new SilencePreparation(this.#memory);
    deps.metrics.onCollect(() => this.#updateGauges());
  }

  /** Reads what was kept; once, before anything else. @throws StoreError */
  async load(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const row of await this.#deps.store.load('silences')) {
      try {
        this.#load(row, now);
      } catch (error) {
        this.#logger.error('A stored silence cannot be read', { id: row.key, err: error });
      }
    }
  }

  /** @throws Error for what is no silence. */
  #load(row: Row, now: number): void {
    if (isExpiredRow(row, now)) {
      this.#list(expiredFromRow(row, now));
      return;
    }
    try {
      const silence = fromRow(row);
      if (!fitsWith(silence, this.list())) throw tooManyInstructions();
      this.#add(silence);
    } catch (error) {
      this.#list(expiredFromRow(row, now));
      this.#deps.metrics.silencesMatcherCompileErrorsTotal.inc({ stage: 'load_snapshot' });
      this.#logger.error('A stored silence is no longer valid and is treated as expired', { id: row.key, err: error });
    }
  }

  /** Holds an expired silence, for the list only. */
  #list(silence: Silence): void {
    this.#entries.set(silence.id, { silence, matcherSets: silence.matcherSets, sequence: 0, removed: true });
  }

  /**
   * Creates a silence, or changes the one with the input's id: in place where history allows it, else the old one is
   * expired and a new one created.
   * @returns the id, a new one if created.
   * @throws SilenceError (nothing has changed); StoreError when it cannot be made durable.
   */
  set(input: SilenceInput): Promise<string> {
    return input.id ? this.#inTurn(input.id, () => this.#set(input)) : this.#set(input);
  }

  /** Expires a silence now; an expired one stays unchanged. @throws SilenceError, StoreError as set(). */
  expire(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      const entry = this.#entries.get(id);
      if (!entry) throw notFound();
      const expired = expire(entry.silence, this.#deps.clock.now());
      if (expired === entry.silence) return;
      await this.#write([expired]);
      entry.silence = expired;
      this.#log('expire silence', expired);
    });
  }

  get(id: string): Silence | undefined {
    return this.#entries.get(id)?.silence;
  }

  /** All that are held, expired ones included. */
  *list(): Generator<Silence> {
    for (const { silence } of this.#entries.values()) yield silence;
  }

  state(silence: Silence, now: number): SilenceState {
    return silenceState(silence, now);
  }

  /** The ids of all active silences that match. */
  mutes(labels: LabelSet, now: number): readonly string[] {
    const entries = this.#memory.matching(labels);
    if (entries.length === 0) return NONE;
    const active = entries.filter(({ silence, removed }) => !removed && silenceState(silence, now) === 'active');
    return active.map(({ silence }) => silence.id);
  }

  /** Finds out which silences match a new alert, so that its first flush, or a read of all alerts, need not. */
  prepare(labels: LabelSet): void {
    this.#preparation.add(labels);
  }

  /** Drops the silences that ended longer ago than the retention. A failure is logged and counted; the next run retries. */
  async gc(now: number): Promise<void> {
    const { clock, metrics, retention, store } = this.#deps;
    const begin = clock.monotonic();
    metrics.silencesMaintenanceTotal.inc();
    const old = [...this.#entries.values()].filter(({ silence }) => silence.endsAt + retention <= now);
    try {
      if (old.length > 0) {
        await store.write(old.map(({ silence }) => ({ table: 'silences', key: silence.id, value: undefined })));
        for (const { silence } of old) this.#entries.delete(silence.id);
        this.#memory.remove(old);
      }
      this.#retire(now);
    } catch (error) {
      metrics.silencesGcErrorsTotal.inc();
      metrics.silencesMaintenanceErrorsTotal.inc();
      this.#logger.error('Removing old silences failed', { err: error });
    }
    metrics.silencesGcDurationSeconds.observe((clock.monotonic() - begin) / 1_000);
  }

  async #set(input: SilenceInput): Promise<string> {
    const now = this.#deps.clock.now();
    const matcherSets = checkSilence(input, this.#deps.mode, now);
    const old = input.id ? this.#entries.get(input.id) : undefined;
    if (input.id && !old) throw notFound();
    const { endsAt, createdBy, comment, annotations } = input;
    const startsAt = input.startsAt === ZERO_TIME ? now : input.startsAt;
    const asked = { startsAt, endsAt, createdBy, comment, annotations, updatedAt: now };
    if (old && canUpdate(old.silence, matcherSets, asked, now)) {
      await this.#update(old, Object.freeze({ ...asked, id: old.silence.id, matcherSets: old.matcherSets }));
      return old.silence.id;
    }
    const created = { ...asked, id: randomUUID(), matcherSets, startsAt: Math.max(startsAt, now) };
    await this.#create(Object.freeze(created), old);
    return created.id;
  }

  async #update(entry: SilenceEntry, silence: Silence): Promise<void> {
    checkSize(silence, this.#deps);
    await this.#write([silence]);
    entry.silence = silence;
    this.#log('update silence', silence);
  }

  /** @param old what it replaces: expired in the same write. */
  async #create(silence: Silence, old: SilenceEntry | undefined): Promise<void> {
    const { maxSilences } = this.#deps;
    const count = this.#entries.size + this.#coming;
    if (maxSilences > 0 && count + 1 > maxSilences) {
      throw new SilenceError('invalid', `exceeded maximum number of silences: ${count} (limit: ${maxSilences})`);
    }
    checkSize(silence, this.#deps);
    this.#checkTotal(silence, silence.updatedAt);
    const expired = old && expire(old.silence, silence.updatedAt);
    const replaced = old && expired !== old.silence ? expired : undefined;
    this.#coming++;
    try {
      await this.#write(replaced ? [replaced, silence] : [silence]);
    } finally {
      this.#coming--;
    }
    if (old && replaced) {
      old.silence = replaced;
      this.#log('expire silence', replaced);
    }
    this.#add(silence);
    this.#log('create silence', silence);
  }

  #add(silence: Silence): void {
    this.#entries.set(silence.id, this.#memory.add(silence));
  }

  /** @throws SilenceError where the regular expressions of all silences would become too large. */
  #checkTotal(silence: Silence, now: number): void {
    if (fitsWith(silence, this.list())) return;
    this.#retire(now);
    if (!fitsWith(silence, this.list())) throw tooManyInstructions();
  }

  /** Expired silences are only listed from now on: their matchers cost nothing more. */
  #retire(now: number): void {
    const over = [...this.#entries.values()].filter(
      ({ silence, removed }) => !removed && silenceState(silence, now) === 'expired' && !this.#changing.has(silence.id),
    );
    if (over.length === 0) return;
    this.#memory.remove(over);
    for (const { silence } of over) this.#list(withInertMatchers(silence));
  }

  #write(silences: readonly Silence[]): Promise<void> {
    return this.#deps.store.write(
      silences.map((silence) => ({ table: 'silences', key: silence.id, value: toRow(silence) })),
    );
  }

  async #inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const before = this.#changing.get(id);
    const change = before === undefined ? act() : before.then(act, act);
    this.#changing.set(id, change);
    try {
      return await change;
    } finally {
      if (this.#changing.get(id) === change) this.#changing.delete(id);
    }
  }

  #log(message: string, silence: Silence): void {
    if (!this.#deps.logSilences) return;
    this.#logger.info(message, {
      Id: silence.id,
      CreatedBy: silence.createdBy,
      Comment: silence.comment,
      StartsAt: formatTime(silence.startsAt),
      EndsAt: formatTime(silence.endsAt),
      Matchers: silence.matcherSets.flat().join(','),
    });
  }

  #updateGauges(): void {
    const { clock, metrics } = this.#deps;
    const now = clock.now();
    const counts = { active: 0, pending: 0, expired: 0 };
    for (const silence of this.list()) counts[silenceState(silence, now)]++;
    for (const [state, count] of Object.entries(counts)) metrics.silences.set({ state }, count);
    const size = this.#entries.size;
    metrics.silencesStateSize.set(size);
    metrics.silencesMatcherIndexSize.set(size);
    metrics.silencesVersionIndexSize.set(size);
  }
}

const NONE: readonly string[] = [];

/** The silence ended at `now`; the same object where it is over already. A pending one never was. */
function expire(silence: Silence, now: number): Silence {
  const state = silenceState(silence, now);
  if (state === 'expired') return silence;
  const startsAt = state === 'pending' ? now : silence.startsAt;
  return Object.freeze({ ...silence, startsAt, endsAt: now, updatedAt: now });
}

function notFound(): SilenceError {
  return new SilenceError('not-found', 'silence not found');
}
