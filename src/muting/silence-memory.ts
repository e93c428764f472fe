import type { LabelSet } from '../alert/label-set.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { matchesEntry, type SilenceEntry, SilenceIndex } from './silence-index.ts';

const NONE: readonly SilenceEntry[] = [];
/** With more new silences than this the index is quicker than testing each. */
const FEW = 32;

/** What is known of one alert: the silences that match it among those up to `checked`. */
interface Known {
  checked: number;
  entries: readonly SilenceEntry[];
}

/**
 * Remembers which silences match which label set, whatever their times, so that nothing is matched twice: a new silence
 * costs one test per alert, a new alert one look into the index, time none.
 */
export class SilenceMemory {
  readonly #metrics: Metrics;
  readonly #index = new SilenceIndex();
  /** All that are held, in the order of their sequence. */
  #entries: SilenceEntry[] = [];
  #last = 0;
  readonly #known = new WeakMap<LabelSet, Known>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  add(silence: SilenceEntry['silence']): SilenceEntry {
    this.#last++;
    const entry = { silence, matcherSets: silence.matcherSets, sequence: this.#last, removed: false };
    this.#entries.push(entry);
    this.#index.add(entry);
    return entry;
  }

  remove(entries: readonly SilenceEntry[]): void {
    for (const entry of entries) entry.removed = true;
    this.#entries = this.#entries.filter((entry) => !entry.removed);
    this.#index.sweep();
  }

  /** The held silences that match, in the order of their sequence; some of them may be `removed`. */
  matching(labels: LabelSet): readonly SilenceEntry[] {
    const known = this.#known.get(labels);
    if (known?.checked === this.#last) return known.entries;
    if (this.#last === 0) return NONE;
    const fresh = known && this.#since(known.checked);
    const entries = known && fresh ? this.#extend(known.entries, fresh, labels) : this.#lookUp(labels);
    if (known) {
      known.checked = this.#last;
      known.entries = entries;
    } else this.#known.set(labels, { checked: this.#last, entries });
    return entries;
  }

  /** The silences after a sequence; undefined where they are many. */
  #since(sequence: number): readonly SilenceEntry[] | undefined {
    let from = this.#entries.length;
    while (from > 0 && (this.#entries[from - 1] as SilenceEntry).sequence > sequence) {
      if (this.#entries.length - from === FEW) return undefined;
      from--;
    }
    return this.#entries.slice(from);
  }

  #extend(old: readonly SilenceEntry[], fresh: readonly SilenceEntry[], labels: LabelSet): readonly SilenceEntry[] {
    const kept = old.some(({ removed }) => removed) ? old.filter(({ removed }) => !removed) : old;
    const found = fresh.filter((entry) => matchesEntry(entry, labels));
    this.#count(fresh.length);
    return found.length === 0 ? kept : [...kept, ...found];
  }

  #lookUp(labels: LabelSet): readonly SilenceEntry[] {
    const { found, scanned } = this.#index.matching(labels);
    this.#count(scanned);
    return found.length === 0 ? NONE : found.sort((a, b) => a.sequence - b.sequence);
  }

  #count(scanned: number): void {
    this.#metrics.silencesQueriesTotal.inc();
    this.#metrics.silencesQuerySilencesScannedTotal.inc(scanned);
    this.#metrics.silencesQuerySilencesSkippedTotal.inc(Math.max(this.#entries.length - scanned, 0));
  }
}
