import { type Labelled, SEVERITIES, severityRank } from '../alert/severity.ts';
import { countText } from './count-text.ts';

/** `2 critical, 1 high, 4 others`; '' where no alert has a severity. */
export function severityCounts(alerts: readonly Labelled[]): string {
  const counts = new Array<number>(SEVERITIES.length + 1).fill(0);
  for (const { labels } of alerts) {
    const rank = severityRank(labels.severity);
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  const others = counts.pop() ?? 0;
  if (others === alerts.length) return '';
  const known = counts.flatMap((count, rank) => (count > 0 ? [`${countText(count)} ${SEVERITIES[rank]}`] : []));
  if (others > 0) known.push(`${countText(others)} other${others === 1 ? '' : 's'}`);
  return known.join(', ');
}
