import { bySeverity, severityOf } from '../../alert/severity.ts';
import { otherLabels, summaryOf, without } from '../alert-texts.ts';
import { attachments } from '../attachments.ts';
import type { TemplateAlert } from '../data.ts';
import { escapeHtml } from '../escape-html.ts';
import { type Helpers, listOf, property, SafeHtml, textOf } from '../helper.ts';
import { safeLink } from '../links.ts';
import { paragraphs } from '../paragraphs.ts';
import { placeLine, placeOf } from '../places.ts';
import { severityCounts, severityWord } from '../severity-words.ts';
import { visibleLine } from '../visible-text.ts';

/** What the shipped mails are made of, for a user's templates too. */
export const mailHelpers: Helpers = {
  /** `<td {{css "card" severity}}>`: the classes' style as an attribute, from styles.css. */
  css: (classes, { rendering }) => new SafeHtml(rendering.styles.attributes(classes.map(textOf).filter(Boolean))),
  /** The part of styles.css that belongs into the head. */
  styles: (_args, { rendering }) => new SafeHtml(rendering.styles.head),
  /** critical, high, warning, medium, low, info or ''. */
  severity: ([text]) => severityOf(textOf(text)),
  /** An alert's severity in its sender's own word. */
  severityWord: ([alert]) => severityWord(alert as TemplateAlert),
  /** `2 critical, 1 high` */
  severityCounts: ([alerts]) => severityCounts(alertsOf(alerts)),
  /** Worst first. */
  bySeverity: ([alerts]) => bySeverity(alertsOf(alerts)),
  /** The items to show in full, of a list that is in order. */
  shown: ([list], { rendering }) => listOf(list).slice(0, rendering.limits.alerts),
  /** How many are not among those. */
  unshown: ([list], { rendering }) => Math.max(0, listOf(list).length - rendering.limits.alerts),
  /** The items after those, to show as one line each. */
  rows: ([list], { rendering: { limits } }) => listOf(list).slice(limits.alerts, limits.alerts + limits.rows),
  /** How many are in neither. */
  rest: ([list], { rendering: { limits } }) => Math.max(0, listOf(list).length - limits.alerts - limits.rows),
  /** As many members of a list as there is room for; `unlisted` counts the others. */
  clip: ([list], { rendering }) => listOf(list).slice(0, rendering.limits.items),
  unlisted: ([list], { rendering }) => Math.max(0, listOf(list).length - rendering.limits.items),
  /** Name/value pairs of the labels that say where: cluster, namespace, workload, instance, ... */
  place: ([labels]) => placeOf(labels),
  /** The same as a line, `cluster prod-eu-1, namespace shop`. */
  placeLine: ([labels]) => placeLine(labels),
  /** Name/value pairs of the labels that neither place, alertname nor severity shows. */
  otherLabels: ([labels]) => otherLabels(labels),
  /** Annotations but those of the given names. */
  otherAnnotations: ([annotations, ...names]) => without(annotations, new Set(names.map(textOf))),
  /** `DiskFull`, `DiskFull and HostDown`, `5 different alerts`. */
  alertNames: ([alerts]) => alertNames(alertsOf(alerts)),
  /** An alert's own words in one line: its summary, else its description, message or name. */
  summary: ([alert], { rendering: { limits } }) => summaryOf(alert as TemplateAlert, Math.min(limits.text, 1_000)),
  /** How many alerts the whole group has, those not listed included. */
  total: (_args, { rendering: { data } }) => data.alerts.length + data.truncatedAlerts,
  /** A link's address when it is http, https or mailto, else ''. */
  linkTarget: ([url]) => safeLink(textOf(url)) ?? '',
  /** Alertmanager's safeUrl, safe in fact: an address of another scheme becomes `#`. */
  safeUrl: ([url]) => safeLink(textOf(url)) ?? '#',
  safeHtml: ([html]) => new SafeHtml(simpleHtml(textOf(html))),
  /** Text as escaped HTML with its line breaks. */
  paragraphs: ([text], { rendering }) => new SafeHtml(paragraphs(textOf(text), rendering.styles)),
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

function alertNames(alerts: readonly TemplateAlert[]): string {
  const names = new Set(alerts.map((alert) => alert.labels.alertname ?? ''));
  const list = [...new Set(Array.from(names, (name) => visibleLine(name, 150) || 'Unnamed alert'))];
  if (list.length <= 1) return list[0] ?? 'Alert';
  if (list.length > 3) return `${list.length} different alerts`;
  return `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}

const SIMPLE_TAG =
  /&lt;(\/?(?:b|i|u|s|em|strong|small|code|pre|p|ul|ol|li|blockquote|sub|sup|h[1-6])|br\s*\/?|hr\s*\/?)&gt;/gi;
const SIMPLE_LINK = /&lt;a href=&quot;((?:https?:\/\/|mailto:)[^\s<>]*?)&quot;&gt;/gi;

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
