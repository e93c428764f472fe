import { property } from './helper.ts';
import type { Pair } from './pair.ts';
import { visibleLine } from './visible-text.ts';

/** Labels that say where, from the large to the small, with the words to show them under. */
const PLACES: readonly (readonly [label: string, name: string])[] = [
  ['cluster', 'Cluster'],
  ['region', 'Region'],
  ['namespace', 'Namespace'],
  ['kubernetes_namespace', 'Namespace'],
  ['service', 'Service'],
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['resource', 'Resource'],
  ['image', 'Image'],
  ['job_name', 'Job'],
  ['pod', 'Pod'],
  ['container', 'Container'],
  ['node', 'Node'],
  ['host', 'Host'],
  ['instance', 'Instance'],
];

/** What is in a place, from the best name for it to the least. */
const SUBJECTS = [
  'deployment',
  'statefulset',
  'daemonset',
  'resource',
  'image',
  'job_name',
  'pod',
  'persistentvolumeclaim',
  'service',
  'node',
  'host',
  'instance',
  'container',
];
const WHOLE = ['cluster', 'region', 'namespace', 'kubernetes_namespace'];

export const PLACE_LABELS: ReadonlySet<string> = new Set(PLACES.map(([label]) => label));

/** Name/value pairs of the labels that say where. */
export function placeOf(labels: unknown): Pair[] {
  return PLACES.flatMap(([label, name]) => {
    const value = labelOf(labels, label);
    return value === '' ? [] : [{ name, value }];
  });
}

/** The same in one line, with the names of the labels: `cluster prod-eu-1, namespace shop`. */
export function placeLine(labels: unknown): string {
  return lineOf(
    labels,
    PLACES.map(([label]) => label),
  );
}

/** The place that holds others: cluster and namespace. '' where the labels name none. */
export function areaLine(labels: unknown): string {
  return lineOf(labels, WHOLE);
}

/** What the alert is about within its area: the name of a deployment, a pod, an instance. '' where no label says. */
export function subjectOf(labels: unknown): string {
  for (const label of SUBJECTS) {
    const value = labelOf(labels, label);
    if (value !== '') return value;
  }
  return '';
}

function lineOf(labels: unknown, names: readonly string[]): string {
  const parts = names.flatMap((label) => {
    const value = labelOf(labels, label);
    return value === '' ? [] : [`${label.replaceAll('_', ' ')} ${value}`];
  });
  return parts.join(', ');
}

function labelOf(labels: unknown, label: string): string {
  const value = property(labels, label);
  return typeof value === 'string' && value !== '' ? visibleLine(value, 200) : '';
}
