/** Severities in Tocsin's words, worst first: Prometheus' common ones and RHACS' four. */
export const SEVERITIES = ['critical', 'high', 'warning', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

const RANKS: ReadonlyMap<string, number> = new Map(SEVERITIES.map((severity, rank) => [severity, rank]));

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

/** As templates see an alert. */
export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

/** The severity that a label's text means, or '' where it means none that is known. */
export function severityOf(text: string | undefined): Severity | '' {
  const word = (text ?? '').trim().toLowerCase();
  return SEVERITIES.find((severity) => severity === word) ?? SYNONYMS.get(word) ?? '';
}

/** 0 is the worst; an unknown severity comes after all known ones. */
export function severityRank(text: string | undefined): number {
  const known = RANKS.get(text ?? '');
  if (known !== undefined) return known;
  const index = SEVERITIES.indexOf(severityOf(text) as Severity);
  return index < 0 ? SEVERITIES.length : index;
}

export function highestSeverity(alerts: readonly Labelled[]): Severity | '' {
  const best = alerts.reduce<number>(
    (rank, alert) => Math.min(rank, severityRank(alert.labels.severity)),
    SEVERITIES.length,
  );
  return SEVERITIES[best] ?? '';
}

/** Worst first; alerts of one severity keep their order. */
export function bySeverity<T extends Labelled>(alerts: readonly T[]): T[] {
  const ranked: T[][] = Array.from({ length: SEVERITIES.length + 1 }, () => []);
  for (const alert of alerts) ranked[severityRank(alert.labels.severity)]?.push(alert);
  return ranked.flat();
}
