import { bySeverity, highestSeverity, severityOf, severityRank } from '../../alert/severity.ts';
import type { EventWords } from '../alert-presentation.ts';
import { countText } from '../count-text.ts';
import type { TemplateAlert, TemplateData } from '../data.ts';
import { type Helpers, listOf, type PresentationLookup, type Rendering } from '../helper.ts';
import { severityCounts } from '../severity-counts.ts';
import { visibleLine } from '../visible-text.ts';
import { sortedPairs } from './lists.ts';
import { otherLabels, type Pair, placeOf, summaryOf, without } from './mail.ts';
import { agoOf, lastedOf, whenOf } from './spans.ts';

/** The words for a group and for its alerts that all mails share. `data` is the root, or a group of a digest. */
export const groupHelpers: Helpers = {
  /** The name of an alert's colour in styles.css: its severity, `none`, or `resolved`. */
  tone: ([alert]) => toneOf(alert as TemplateAlert),
  /** What tells an alert from the others of its email: its subject where all have the same name, else its summary. */
  itemTitle: ([alert], { rendering }) => itemTitle(alert as TemplateAlert, rendering),
  groupTone: ([data]) => groupTone(data as TemplateData),
  /** A digest's groups, worst first, resolved ones last. */
  byGroupSeverity: ([groups]) => {
    const rank = ({ status, tocsin }: TemplateData): number =>
      status === 'resolved' ? 100 : severityRank(tocsin.severity);
    return [...(listOf(groups) as readonly TemplateData[])].sort((a, b) => rank(a) - rank(b));
  },
  /** An alert's state in a word: its severity while it fires. */
  badge: ([alert]) => {
    const tone = toneOf(alert as TemplateAlert);
    return tone === 'none' ? 'firing' : tone;
  },
  /** `Firing · critical` */
  kicker: ([data], { rendering }) => {
    const { status, tocsin } = data as TemplateData;
    const tone = groupTone(data as TemplateData);
    if (status === 'resolved') return 'Resolved';
    return `${eventWords(tocsin.firing, rendering.presentations)?.verb ?? 'Firing'}${tone === 'none' ? '' : ` · ${tone}`}`;
  },
  /** `2 firing, 1 resolved`, or `3 alerts`; '' for a single one. */
  groupCount: ([data]) => groupCount(data as TemplateData),
  overview: ([data], { rendering }) => overview(data as TemplateData, rendering),
  /** The line that a list of mails shows beside the subject. */
  preheader: ([data]) => preheader(data as TemplateData),
  /** Place and time on a line. */
  alertLine: ([alert], { rendering }) => alertLine(alert as TemplateAlert, rendering.now),
  /** Every label and annotation that is not shown elsewhere; of the only alert of a mail also place and time. */
  alertFacts: ([alert], { rendering }) => alertFacts(alert as TemplateAlert, rendering),
  /** `alertname=DiskFull, job=node` */
  pairLine: ([labels]) =>
    sortedPairs(labels)
      .map(({ name, value }) => `${visibleLine(name, 60)}=${visibleLine(value, 120)}`)
      .join(', '),
};

function toneOf(alert: TemplateAlert): string {
  return alert.status === 'resolved' ? 'resolved' : severityOf(alert.labels.severity) || 'none';
}

function itemTitle(alert: TemplateAlert, { data, limits, presentations }: Rendering): string {
  const sameName = data.commonLabels.alertname !== undefined;
  const subject = sameName ? presentations.of(alert)?.subject?.(alert, limits) : undefined;
  return subject || summaryOf(alert);
}

function groupTone({ status, tocsin }: TemplateData): string {
  return status === 'resolved' ? 'resolved' : highestSeverity(tocsin.firing) || 'none';
}

function groupCount({ tocsin, truncatedAlerts }: TemplateData): string {
  const firing = tocsin.firing.length;
  const resolved = tocsin.resolved.length;
  if (firing > 0 && resolved > 0) return `${countText(firing)} firing, ${countText(resolved)} resolved`;
  const all = firing + resolved + truncatedAlerts;
  return all === 1 ? '' : `${countText(all)} alerts`;
}

function overview(data: TemplateData, rendering: Rendering): string {
  const { firing, resolved } = data.tocsin;
  const sentences = [...firingSentences(firing, rendering), ...resolvedSentences(resolved, firing.length > 0)];
  const reason = REASONS.get(data.notificationReason);
  if (reason !== undefined) sentences.push(reason);
  const { sentBefore, firstSentAt } = data.tocsin;
  if (sentBefore > 0) {
    const first = firstSentAt === '' ? '' : `, the first on ${whenOf(firstSentAt)}`;
    sentences.push(`Earlier mails about this: ${countText(sentBefore)}${first}.`);
  }
  return sentences.join(' ');
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['new alerts added', 'There are new alerts since the last mail.'],
  ['repeat interval elapsed', 'This is a reminder: nothing has changed since the last mail.'],
  ['alerts updated', 'There is more in it than in the last mail.'],
  ['undelivered alerts', 'An earlier mail could not be delivered; this one tells everything since then.'],
]);

/** The words for what happened, where all alerts are events in the same words; undefined where something goes on. */
function eventWords(alerts: readonly TemplateAlert[], presentations: PresentationLookup): EventWords | undefined {
  let words: EventWords | undefined;
  for (const alert of alerts) {
    const own = presentations.of(alert)?.event?.(alert);
    if (own === undefined || (words !== undefined && own.verb !== words.verb)) return undefined;
    words = own;
  }
  return words;
}

function firstStart(start: string, alerts: readonly TemplateAlert[]): string {
  let first = start;
  for (const { startsAt } of alerts) if (isBefore(startsAt, first)) first = startsAt;
  return first;
}

/** Of RFC 3339 times. Two in UTC with as many digits are in order as texts, which spares a huge group thousands of dates. */
function isBefore(a: string, b: string): boolean {
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b;
  return Date.parse(a) < Date.parse(b);
}

function firingSentences(firing: readonly TemplateAlert[], { now, presentations }: Rendering): string[] {
  const [first] = firing;
  if (first === undefined) return [];
  const since = firstStart(first.startsAt, firing);
  const ago = agoOf(since, now);
  const from = `${whenOf(since)}${ago === '' ? '' : ` (${ago})`}`;
  const event = eventWords(firing, presentations);
  if (firing.length === 1) return [event === undefined ? `Firing since ${from}.` : `${event.verb} on ${from}.`];
  const counts = severityCounts(firing);
  const single = /^\S+ \S+$/.test(counts);
  const how = counts === '' ? '' : single ? `, all of them ${counts.replace(/^\S+ /, '')}` : `: ${counts}`;
  if (event) {
    const { nouns, verb } = event;
    return [`${countText(firing.length)} ${nouns} were ${verb.toLowerCase()}${how}.`, `The first on ${from}.`];
  }
  return [`${countText(firing.length)} alerts are firing${how}.`, `The oldest since ${from}.`];
}

function resolvedSentences(resolved: readonly TemplateAlert[], others: boolean): string[] {
  const [first] = resolved;
  if (first === undefined) return [];
  if (resolved.length > 1)
    return [
      others ? `${countText(resolved.length)} are resolved.` : `All ${countText(resolved.length)} alerts are resolved.`,
    ];
  if (others) return ['1 is resolved.'];
  const lasted = lastedOf(first.startsAt, first.endsAt);
  return [`Resolved on ${whenOf(first.endsAt)}${lasted === '' ? '' : `, after ${lasted}`}.`];
}

function preheader(data: TemplateData): string {
  const [first] = bySeverity(data.tocsin.firing.length > 0 ? data.tocsin.firing : data.alerts);
  if (first === undefined) return '';
  const place = placeOf(first.labels)
    .map(({ value }) => value)
    .join(' / ');
  const text = [summaryOf(first), place].filter(Boolean).join(', ');
  return data.alerts.length === 1 ? text : `${groupCount(data)}: ${text}, ...`;
}

function alertLine(alert: TemplateAlert, now: number): string {
  const place = placeOf(alert.labels)
    .map(({ value }) => value)
    .join(' / ');
  return [place, timeOf(alert, now)].filter(Boolean).join(', ');
}

function timeOf(alert: TemplateAlert, now: number): string {
  const start = whenOf(alert.startsAt);
  if (start === '') return '';
  if (alert.status === 'firing') return `since ${start} (${agoOf(alert.startsAt, now)})`;
  const lasted = lastedOf(alert.startsAt, alert.endsAt);
  return `resolved ${whenOf(alert.endsAt)}${lasted === '' ? '' : ` after ${lasted}`}`;
}

/** Annotations that a mail shows in a place of their own. */
const SHOWN_ANNOTATIONS = new Set([
  'summary',
  'title',
  'description',
  'message',
  'remediation',
  'runbook',
  'violations',
]);

function alertFacts(alert: TemplateAlert, { data, now }: Rendering): Pair[] {
  const others = [...otherLabels(alert.labels), ...without(alert.annotations, SHOWN_ANNOTATIONS)];
  if (data.alerts.length + data.truncatedAlerts > 1) return others;
  const time = timeOf(alert, now);
  const when = { name: alert.status === 'firing' ? 'Firing' : 'Resolved', value: time.replace(/^resolved /, '') };
  return [...placeOf(alert.labels), ...(time === '' ? [] : [when]), ...others];
}
