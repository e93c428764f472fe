import { bySeverity, severityOf } from '../../alert/severity.ts';
import { attachments } from '../attachments.ts';
import type { TemplateAlert } from '../data.ts';
import { escapeHtml } from '../escape-html.ts';
import { type Helpers, listOf, property, SafeHtml, textOf } from '../helper.ts';
import { severityCounts } from '../severity-counts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';

/** What the shipped mails are made of, for a user's templates too. */
export const mailHelpers: Helpers = {
  /** `<td {{css "card" severity}}>`: the classes' style as an attribute, from styles.css. */
  css: (classes, { rendering }) => new SafeHtml(rendering.styles.attributes(classes.map(textOf).filter(Boolean))),
  /** The part of styles.css that belongs into the head. */
  styles: (_args, { rendering }) => new SafeHtml(rendering.styles.head),
  /** critical, high, warning, medium, low, info or ''. */
  severity: ([text]) => severityOf(textOf(text)),
  /** `2 critical, 1 high` */
  severityCounts: ([alerts]) => severityCounts(alertsOf(alerts)),
  /** Worst first. */
  bySeverity: ([alerts]) => bySeverity(alertsOf(alerts)),
  /** The alerts to show in full, of a list that is in order. */
  shown: ([alerts], { rendering }) => listOf(alerts).slice(0, rendering.limits.alerts),
  /** How many are not among those. */
  unshown: ([alerts], { rendering }) => Math.max(0, listOf(alerts).length - rendering.limits.alerts),
  /** The alerts after those, to show as one line each. */
  rows: ([alerts], { rendering: { limits } }) => listOf(alerts).slice(limits.alerts, limits.alerts + limits.rows),
  /** How many alerts are in neither. */
  rest: ([alerts], { rendering: { limits } }) => Math.max(0, listOf(alerts).length - limits.alerts - limits.rows),
  /** As many members of a list as there is room for; `unlisted` counts the others. */
  clip: ([list], { rendering }) => listOf(list).slice(0, rendering.limits.items),
  unlisted: ([list], { rendering }) => Math.max(0, listOf(list).length - rendering.limits.items),
  /** Name/value pairs of the labels that say where: cluster, namespace, workload, instance, ... */
  place: ([labels]) => placeOf(labels),
  /** The same as a line, `prod-eu-1 / shop / checkout-api`. */
  placeLine: ([labels]) =>
    placeOf(labels)
      .map((pair) => pair.value)
      .join(' / '),
  /** Name/value pairs of the labels that neither place, alertname nor severity shows. */
  otherLabels: ([labels]) => otherLabels(labels),
  /** Annotations but those of the given names. */
  otherAnnotations: ([annotations, ...names]) => without(annotations, new Set(names.map(textOf))),
  /** `DiskFull`, `DiskFull and HostDown`, `5 different alerts`. */
  alertNames: ([alerts]) => alertNames(alertsOf(alerts)),
  /** An alert's own words in one line: its summary, else its description, message or name. */
  summary: ([alert]) => summaryOf(alert),
  /** How many alerts the whole group has, those not listed included. */
  total: (_args, { rendering: { data } }) => data.alerts.length + data.truncatedAlerts,
  /** A link's address when it is http, https or mailto, else ''. */
  linkTarget: ([url]) => safeLink(textOf(url)) ?? '',
  /** Alertmanager's safeUrl, safe in fact: an address of another scheme becomes `#`. */
  safeUrl: ([url]) => safeLink(textOf(url)) ?? '#',
  safeHtml: ([html]) => new SafeHtml(simpleHtml(textOf(html))),
  /** Text as escaped HTML with its line breaks. */
  paragraphs: ([text]) => new SafeHtml(escapeHtml(visibleText(textOf(text)).trim()).replaceAll('\n', '<br>')),
  /** On one line, for hostile text in a place that has only one. */
  line: ([text, length]) => visibleLine(textOf(text), Number(textOf(length)) || Number.POSITIVE_INFINITY),
  /** The name of the file that goes with an alert, or ''. */
  attachedFile: ([alert], { rendering: { data, presentations } }) =>
    attachments(data, presentations).get(textOf(property(alert, 'fingerprint')))?.filename ?? '',
  routeLabels: ([name], { rendering }) => property(rendering.data.routeLabels, textOf(name)) ?? '',
};

function alertsOf(value: unknown): readonly TemplateAlert[] {
  return listOf(value).filter((alert): alert is TemplateAlert => typeof property(alert, 'labels') === 'object');
}

/** Labels that say where, from the large to the small, with the words to show them under. */
const PLACES: readonly (readonly [string, string])[] = [
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
const NOT_OTHER = new Set(['alertname', 'severity', ...PLACES.map(([name]) => name)]);

export interface Pair {
  readonly name: string;
  readonly value: string;
}

export function placeOf(labels: unknown): Pair[] {
  return PLACES.flatMap(([label, name]) => {
    const value = property(labels, label);
    return typeof value === 'string' && value !== '' ? [{ name, value: visibleLine(value, 200) }] : [];
  });
}

export function otherLabels(labels: unknown): Pair[] {
  return without(labels, NOT_OTHER);
}

export function without(pairs: unknown, names: ReadonlySet<string>): Pair[] {
  if (typeof pairs !== 'object' || pairs === null) return [];
  return Object.entries(pairs).flatMap(([name, value]) => (names.has(name) ? [] : [{ name, value: textOf(value) }]));
}

function alertNames(alerts: readonly TemplateAlert[]): string {
  const names = new Set(alerts.map((alert) => alert.labels.alertname ?? ''));
  const list = [...new Set(Array.from(names, (name) => visibleLine(name, 150) || 'Unnamed alert'))];
  if (list.length <= 1) return list[0] ?? 'Alert';
  if (list.length > 3) return `${list.length} different alerts`;
  return `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}

export function summaryOf(alert: unknown): string {
  const annotations = property(alert, 'annotations');
  for (const name of ['summary', 'title', 'description', 'message']) {
    const text = visibleLine(textOf(property(annotations, name)), 300);
    if (text !== '') return text;
  }
  return visibleLine(textOf(property(property(alert, 'labels'), 'alertname')), 150) || 'Unnamed alert';
}

/** The address as it may stand in an href, or undefined: only http, https and mailto lead somewhere. */
function safeLink(url: string): string | undefined {
  const text = url.trim();
  if (text.length > 4_000 || /[\s\p{C}]/u.test(text)) return undefined;
  return /^(?:https?|mailto):/i.test(text) && URL.canParse(text) ? text : undefined;
}

const SIMPLE_TAG =
  /&lt;(\/?(?:b|i|u|s|em|strong|small|code|pre|p|ul|ol|li|blockquote|sub|sup|h[1-6])|br\s*\/?|hr\s*\/?)&gt;/gi;
const SIMPLE_LINK = /&lt;a href&#x3D;&quot;((?:https?:\/\/|mailto:)[^\s<>]*?)&quot;&gt;/gi;

/**
 * Alertmanager's safeHtml trusts its argument, which may come from an alert. Here simple formatting and plain links
 * pass, and everything else (other tags, any other attribute) is shown as text.
 */
function simpleHtml(html: string): string {
  return escapeHtml(html)
    .replace(SIMPLE_TAG, '<$1>')
    .replace(SIMPLE_LINK, '<a href="$1">')
    .replace(/&lt;\/a&gt;/gi, '</a>');
}
