import type { TemplateAlert } from './data.ts';
import { property, type Rendering, textOf } from './helper.ts';
import { annotationLinks, safeLink } from './links.ts';
import type { Pair } from './pair.ts';
import { PLACE_LABELS, placeOf } from './places.ts';
import { visibleLine } from './visible-text.ts';

/** Annotations that hold an alert's own words, the first one that there is being the shortest. */
const TEXTS = ['summary', 'title', 'description', 'message'] as const;
const REMEDIES = ['remediation', 'runbook'] as const;
/** A title longer than this, or of several lines, is a paragraph. */
const LONGEST_TITLE = 160;

/** An alert's annotations and labels, each in the place where an email shows it: none is shown twice, and none is lost. */
export interface AlertTexts {
  /** Of one alert among several: what tells it from the others. */
  readonly title: string;
  /** The alert's own words but those in the title, shortest first. */
  readonly paragraphs: readonly string[];
  /** What to do; '' for an alert that has ended. */
  readonly remedy: string;
  readonly violations: string;
  /** Everything else. */
  readonly facts: readonly Pair[];
}

export function alertTexts(alert: TemplateAlert, rendering: Rendering): AlertTexts {
  const { data, presentations } = rendering;
  const { annotations, status } = alert;
  const presentation = presentations.of(alert);
  const isSingle = data.alerts.length + data.truncatedAlerts === 1;
  const title = isSingle ? '' : itemTitle(alert, rendering);
  const shown = new Set<string>(annotationLinks(alert).keys());
  const take = (name: string): string => {
    const text = annotationOf(alert, name);
    if (text !== '') shown.add(name);
    return text;
  };
  const texts = new Set(TEXTS.map((name) => take(name)).filter((text) => text !== '' && visibleLine(text) !== title));
  const isOver = status === 'resolved';
  const remedyName = REMEDIES.find((name) => annotationOf(alert, name) !== '' && !shown.has(name));
  const remedy = remedyName === undefined ? '' : take(remedyName);
  return {
    title,
    paragraphs: [...texts],
    remedy: isOver ? '' : remedy,
    violations: take('violations'),
    facts: [
      ...(isSingle ? placeOf(alert.labels) : []),
      ...(isSingle ? timeFact(alert, rendering) : []),
      ...(presentation?.facts?.(alert) ?? []),
      ...otherLabels(alert.labels),
      ...without(annotations, shown),
      ...unlinked(alert),
    ],
  };
}

/** What tells an alert from the others of its email: its name, and where all have the same, its subject or summary. */
export function itemTitle(alert: TemplateAlert, { data, limits, presentations }: Rendering): string {
  const name = visibleLine(alert.labels.alertname ?? '', LONGEST_TITLE) || 'Unnamed alert';
  if (data.commonLabels.alertname === undefined) return name;
  const subject = presentations.of(alert)?.subject?.(alert, limits);
  if (subject) return subject;
  const first = TEXTS.map((text) => annotationOf(alert, text)).find((text) => text !== '') ?? '';
  const isTitle = first !== '' && first.length <= LONGEST_TITLE && !first.includes('\n');
  return isTitle ? visibleLine(first) : name;
}

/** An alert's own words in one line: its summary, else its title, description, message or name. */
export function summaryOf(alert: TemplateAlert, length = 300): string {
  for (const name of TEXTS) {
    const text = visibleLine(annotationOf(alert, name), length);
    if (text !== '') return text;
  }
  return visibleLine(textOf(property(property(alert, 'labels'), 'alertname')), 150) || 'Unnamed alert';
}

/** Name/value pairs of the labels that neither place, alertname nor severity shows. */
export function otherLabels(labels: unknown): Pair[] {
  return without(labels, NOT_OTHER);
}

const NOT_OTHER: ReadonlySet<string> = new Set(['alertname', 'severity', ...PLACE_LABELS]);
/** Grafana's own bookkeeping. */
const INTERNAL = /^__.*__$/s;

/** Name/value pairs but those of the given names and those that mean nothing to people. */
export function without(pairs: unknown, names: ReadonlySet<string>): Pair[] {
  if (typeof pairs !== 'object' || pairs === null) return [];
  return Object.entries(pairs).flatMap(([name, value]) =>
    names.has(name) || INTERNAL.test(name) || value === '' ? [] : [{ name, value: String(value) }],
  );
}

function annotationOf(alert: TemplateAlert, name: string): string {
  const text = property(property(alert, 'annotations'), name);
  return typeof text !== 'string' || text.trim() === '' ? '' : text;
}

/** How it ended, of an alert that has: when it began is said above all alerts. */
function timeFact(alert: TemplateAlert, rendering: Rendering): Pair[] {
  if (alert.status !== 'resolved') return [];
  const value = rendering.times.when(alert.startsAt);
  return value === '' ? [] : [{ name: 'Started', value }];
}

/** The address of its source, where it cannot be a link. */
function unlinked({ generatorURL }: TemplateAlert): Pair[] {
  return generatorURL.trim() === '' || safeLink(generatorURL) !== undefined
    ? []
    : [{ name: 'Source', value: generatorURL }];
}
