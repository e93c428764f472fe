import type { LabelSet } from './label-set.ts';
import { compareBytes, compareLabelSets } from './label-set.ts';

/** Alertmanager's order of alerts in notifications and groups: by job, by instance (one that lacks it comes later), by labels. */
export function compareAlerts(a: LabelSet, b: LabelSet): number {
  return compareLabel('job', a, b) || compareLabel('instance', a, b) || compareLabelSets(a, b);
}

function compareLabel(name: string, a: LabelSet, b: LabelSet): number {
  const x = a.get(name);
  const y = b.get(name);
  if (x === y) return 0;
  if (x === undefined) return 1;
  if (y === undefined) return -1;
  return compareBytes(x, y);
}
