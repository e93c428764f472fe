import type { LabelSet } from '../alert/label-set.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type IndexEntry, MatcherIndex, matchesEntry } from './matcher-index.ts';
import type { Silence } from './silence.ts';

/** A held silence. An update in place replaces `silence`, never its matchers. */
export interface SilenceEntry extends IndexEntry {
  silence: Silence;
  removed: boolean;
}

const NONE: readonly SilenceEntry[] = [];
/** Silences that no literal text leads to: with more of them, or larger ones, a look into the index costs a tenth of a ms. */
const MOST_UNPLACED = 100;
const MOST_UNPLACED_INSTRUCTIONS = 2_000;
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
  readonly #index = new MatcherIndex<SilenceEntry>();
  /** All that are held, in the order of their sequence. */
  #entries: SilenceEntry[] = [];
  #last = 0;
  readonly #known = new WeakMap<LabelSet, Known>();
  /** The last answer of #since: a read asks the same for each alert. */
  #asked: { from: number; to: number; entries: readonly SilenceEntry[] | undefined } | undefined;
  /** Whether the index was quick when the last silence came. */
  #quick = { at: 0, value: true };
  /** Since the last collection of metrics: their counters are too slow to update per alert. */
  #counts = { queries: 0, scanned: 0, skipped: 0 };

  constructor(metrics: Metrics) {
    metrics.onCollect(() => {
      const { queries, scanned, skipped } = this.#counts;
      metrics.silencesQueriesTotal.inc(queries);
      metrics.silencesQuerySilencesScannedTotal.inc(scanned);
      metrics.silencesQuerySilencesSkippedTotal.inc(skipped);
      this.#counts = { queries: 0, scanned: 0, skipped: 0 };
    });
  }

  add(silence: Silence): SilenceEntry {
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

  /** Whether a look into the index costs little, whatever the alert. */
  get isQuick(): boolean {
    if (this.#quick.at !== this.#last) this.#quick = { at: this.#last, value: isSmall(this.#index.unplaced) };
    return this.#quick.value;
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
    if (this.#asked?.from !== sequence || this.#asked.to !== this.#last) {
      const fresh = this.#entries.slice(-FEW - 1).filter((entry) => entry.sequence > sequence);
      this.#asked = { from: sequence, to: this.#last, entries: fresh.length > FEW ? undefined : fresh };
    }
    return this.#asked.entries;
  }

  #extend(old: readonly SilenceEntry[], fresh: readonly SilenceEntry[], labels: LabelSet): readonly SilenceEntry[] {
    let entries = old.some(isRemoved) ? old.filter((entry) => !entry.removed) : old;
    for (const entry of fresh) if (matchesEntry(entry, labels)) entries = [...entries, entry];
    this.#count(fresh.length);
    return entries;
  }

  #lookUp(labels: LabelSet): readonly SilenceEntry[] {
    const { found, scanned } = this.#index.matching(labels);
    this.#count(scanned);
    return found.length === 0 ? NONE : found;
  }

  #count(scanned: number): void {
    this.#counts.queries++;
    this.#counts.scanned += scanned;
    this.#counts.skipped += Math.max(this.#entries.length - scanned, 0);
  }
}

function isRemoved({ removed }: SilenceEntry): boolean {
  return removed;
}

function isSmall(entries: ReadonlySet<SilenceEntry>): boolean {
  if (entries.size > MOST_UNPLACED) return false;
  let instructions = 0;
  for (const { matcherSets } of entries) {
    for (const matcher of matcherSets.flat()) instructions += matcher.instructions;
  }
  return instructions <= MOST_UNPLACED_INSTRUCTIONS;
}
