import { countText } from './count-text.ts';

/** Severities in Tocsin's words, worst first: Prometheus' common ones and RHACS' four. */
const ORDER = ['critical', 'high', 'warning', 'medium', 'low', 'info'] as const;
export type Severity = (typeof ORDER)[number];

const RANKS: ReadonlyMap<string, number> = new Map(ORDER.map((severity, rank) => [severity, rank]));

const SYNONYMS: ReadonlyMap<string, Severity> = new Map([
  ['crit', 'critical'],
  ['emergency', 'critical'],
  ['page', 'critical'],
  ['fatal', 'critical'],
  ['error', 'high'],
  ['major', 'high'],
  ['important', 'high'],
  ['warn', 'warning'],
  ['moderate', 'medium'],
  ['minor', 'low'],
  ['information', 'info'],
  ['informational', 'info'],
  ['notice', 'info'],
  ['none', 'info'],
]);

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

/** The severity that a label's text means, or '' where it means none that is known. */
export function severityOf(text: string | undefined): Severity | '' {
  const word = (text ?? '').trim().toLowerCase();
  return ORDER.find((severity) => severity === word) ?? SYNONYMS.get(word) ?? '';
}

/** 0 is the worst; an unknown severity comes after all known ones. */
export function severityRank(text: string | undefined): number {
  const known = RANKS.get(text ?? '');
  if (known !== undefined) return known;
  const index = ORDER.indexOf(severityOf(text) as Severity);
  return index < 0 ? ORDER.length : index;
}

export function highestSeverity(alerts: readonly Labelled[]): Severity | '' {
  const best = alerts.reduce<number>(
    (rank, alert) => Math.min(rank, severityRank(alert.labels.severity)),
    ORDER.length,
  );
  return ORDER[best] ?? '';
}

/** Worst first; alerts of one severity keep their order. */
export function bySeverity<T extends Labelled>(alerts: readonly T[]): T[] {
  const ranked: T[][] = Array.from({ length: ORDER.length + 1 }, () => []);
  for (const alert of alerts) ranked[severityRank(alert.labels.severity)]?.push(alert);
  return ranked.flat();
}

/** `2 critical, 1 high, 4 others`; '' where no alert has a severity. */
export function severityCounts(alerts: readonly Labelled[]): string {
  const counts = new Array<number>(ORDER.length + 1).fill(0);
  for (const { labels } of alerts) {
    const rank = severityRank(labels.severity);
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  const others = counts.pop() ?? 0;
  if (others === alerts.length) return '';
  const known = counts.flatMap((count, rank) => (count > 0 ? [`${countText(count)} ${ORDER[rank]}`] : []));
  if (others > 0) known.push(`${countText(others)} other${others === 1 ? '' : 's'}`);
  return known.join(', ');
}
