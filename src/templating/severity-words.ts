import { type Labelled, SEVERITIES, severityRank } from '../alert/severity.ts';
import { countText } from './count-text.ts';
import { visibleLine } from './visible-text.ts';

/** Different words that one line names; the others are counted. */
const MOST_WORDS = 6;

/** An alert's severity in its sender's own word, known or not; '' where it has none. */
export function severityWord({ labels: { severity = '' } }: Labelled): string {
  return visibleLine(severity, 40);
}

/** The sender's word for the worst severity. Of severities that Tocsin does not know, which have no order, up to three. */
export function worstSeverityWord(alerts: readonly Labelled[]): string {
  const best = alerts.reduce<number>(
    (rank, { labels }) => Math.min(rank, severityRank(labels.severity)),
    SEVERITIES.length,
  );
  const counts = countWords(alerts.filter(({ labels }) => severityRank(labels.severity) === best));
  const words = counts.flatMap(({ word }) => (word === '' ? [] : [word]));
  return best < SEVERITIES.length ? (words[0] ?? '') : words.slice(0, 3).join(', ');
}

/** `2 critical, 1 P1, 4 others`, worst first; '' where no alert has a severity. */
export function severityCounts(alerts: readonly Labelled[]): string {
  const named = countWords(alerts).filter(({ word }) => word !== '');
  const shown = named.slice(0, MOST_WORDS);
  if (shown.length === 0) return '';
  const others = shown.reduce((left, { count }) => left - count, alerts.length);
  const words = shown.map(({ word, count }) => `${countText(count)} ${word}`);
  if (others > 0) words.push(`${countText(others)} other${others === 1 ? '' : 's'}`);
  return words.join(', ');
}

interface WordCount {
  /** As it is written first; `Critical` and `critical` are one. */
  readonly word: string;
  readonly rank: number;
  count: number;
}

/** Worst first, then the most frequent. */
function countWords(alerts: readonly Labelled[]): WordCount[] {
  const counts = new Map<string, WordCount>();
  for (const { labels } of alerts) {
    const key = (labels.severity ?? '').trim().toLowerCase();
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { word: severityWord({ labels }), rank: severityRank(labels.severity), count: 1 });
  }
  return [...counts.values()].sort((a, b) => a.rank - b.rank || b.count - a.count);
}
