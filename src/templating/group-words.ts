import { bySeverity, highestSeverity, severityOf } from '../alert/severity.ts';
import type { EventWords } from './alert-presentation.ts';
import { summaryOf } from './alert-texts.ts';
import { countText } from './count-text.ts';
import type { TemplateAlert, TemplateData } from './data.ts';
import type { PresentationLookup, Rendering } from './helper.ts';
import { agoOf, lastedOf } from './helpers/spans.ts';
import { placeLine } from './places.ts';
import { severityCounts, severityWord, worstSeverityWord } from './severity-words.ts';

/** The alerts of a group by what can be said of them. */
interface Kinds {
  /** Firing, but for events. */
  readonly active: readonly TemplateAlert[];
  readonly events: readonly TemplateAlert[];
  readonly resolved: readonly TemplateAlert[];
}

export function kindsOf({ tocsin: { firing, resolved } }: TemplateData): Kinds {
  return { active: firing.filter(({ event }) => !event), events: firing.filter(({ event }) => event), resolved };
}

/** One list of an email's alerts, worst first. */
export interface Section {
  /** '' where the email has no other section. */
  readonly heading: string;
  readonly alerts: readonly TemplateAlert[];
}

/** What fires, what happened, what has ended. */
export function sectionsOf(data: TemplateData): Section[] {
  const { active, events, resolved } = kindsOf(data);
  const sections = [
    { heading: 'Firing', alerts: bySeverity(active) },
    { heading: 'Events', alerts: bySeverity(events) },
    { heading: 'Resolved', alerts: bySeverity(resolved) },
  ].filter(({ alerts }) => alerts.length > 0);
  return sections.length === 1 ? sections.map(({ alerts }) => ({ heading: '', alerts })) : sections;
}

/** The name of an alert's colour in styles.css: its severity, `none`, or `resolved`. */
export function toneOf(alert: TemplateAlert): string {
  return alert.status === 'resolved' ? 'resolved' : severityOf(alert.labels.severity) || 'none';
}

export function groupTone({ status, tocsin }: TemplateData): string {
  return status === 'resolved' ? 'resolved' : highestSeverity(tocsin.firing) || 'none';
}

/** `critical`, `firing`, `Blocked · medium`, `resolved` */
export function badgeOf(alert: TemplateAlert, presentations: PresentationLookup): string {
  if (alert.status === 'resolved') return 'resolved';
  const word = severityWord(alert);
  if (!alert.event) return word || 'firing';
  const { verb } = wordsOf(alert, presentations);
  return word === '' ? verb : `${verb} · ${word}`;
}

/** `Firing · critical`, `Blocked · medium` */
export function kickerOf(data: TemplateData, presentations: PresentationLookup): string {
  if (data.status === 'resolved') return 'Resolved';
  const { active, events } = kindsOf(data);
  const verb = active.length > 0 ? 'Firing' : (commonWords(events, presentations)?.verb ?? 'Events');
  const word = worstSeverityWord(data.tocsin.firing);
  return word === '' ? verb : `${verb} · ${word}`;
}

/** `FIRING:3`, `EVENT`, `FIRING:2 EVENT:1`, `RESOLVED`: for subjects, as people filter and sort by them. */
export function statusTag(data: TemplateData): string {
  const { active, events } = kindsOf(data);
  const tags = [
    ...(active.length > 0 ? [`FIRING:${active.length}`] : []),
    ...(events.length > 0 ? [`EVENT:${events.length}`] : []),
  ];
  return tags.join(' ') || 'RESOLVED';
}

/** `2 firing, 1 event, 1 resolved`, or `3 alerts`; '' for a single one. */
export function groupCount(data: TemplateData): string {
  const { active, events, resolved } = kindsOf(data);
  const counts = [
    ...(active.length > 0 ? [`${countText(active.length)} firing`] : []),
    ...(events.length > 0 ? [counted(events.length, 'event')] : []),
    ...(resolved.length > 0 ? [`${countText(resolved.length)} resolved`] : []),
  ];
  if (counts.length > 1) return counts.join(', ');
  const all = data.alerts.length + data.truncatedAlerts;
  if (all <= 1) return '';
  return counted(all, events.length > 0 ? 'event' : 'alert');
}

/** What the group is at, in sentences: how many, since when, what is new, how often notified. */
export function overview(data: TemplateData, rendering: Rendering): string {
  const { active, events, resolved } = kindsOf(data);
  const { sentBefore, firstSentAt } = data.tocsin;
  const sentences = [
    ...firingSentences(active, rendering),
    ...eventSentences(events, rendering),
    ...resolvedSentences(resolved, active.length + events.length > 0, rendering),
    ...reasonSentences(data),
  ];
  if (sentBefore > 0) {
    const first = rendering.times.when(firstSentAt);
    const when = first === '' ? '' : sentBefore === 1 ? `, sent ${first}` : `, the first sent ${first}`;
    sentences.push(`${counted(sentBefore, 'earlier email')}${when}.`);
  }
  return sentences.join(' ');
}

function reasonSentences({ notificationReason, tocsin: { firing } }: TemplateData): string[] {
  switch (notificationReason) {
    case 'new alerts added': {
      const added = firing.filter(({ isNew }) => isNew).length;
      return [added > 0 ? `${countText(added)} new since the last email.` : 'New alerts since the last email.'];
    }
    case 'repeat interval elapsed':
      return ['Reminder: nothing has changed since the last email.'];
    case 'alerts updated':
      return ['Updated since the last email.'];
    case 'undelivered alerts':
      return ['An earlier email could not be delivered; this one covers everything since then.'];
    default:
      return [];
  }
}

function firingSentences(active: readonly TemplateAlert[], { now, times }: Rendering): string[] {
  const [first] = active;
  if (first === undefined) return [];
  const since = firstStart(first.startsAt, active);
  const from = timeAgo(times.when(since), agoOf(since, now));
  if (active.length === 1) return [from === '' ? 'Firing.' : `Firing since ${from}.`];
  const oldest = from === '' ? '' : `; oldest since ${from}`;
  return [`${countText(active.length)} alerts firing${severitiesOf(active)}${oldest}.`];
}

function eventSentences(events: readonly TemplateAlert[], { now, times, presentations }: Rendering): string[] {
  const [first] = events;
  if (first === undefined) return [];
  const since = firstStart(first.startsAt, events);
  const from = timeAgo(times.when(since), agoOf(since, now));
  const words = commonWords(events, presentations);
  if (events.length === 1) return [`${wordsOf(first, presentations).verb}${from === '' ? '' : ` on ${from}`}.`];
  const what = words ? `${words.nouns} ${words.verb.toLowerCase()}` : 'events';
  const start = from === '' ? '' : `; first on ${from}`;
  return [`${countText(events.length)} ${what}${severitiesOf(events)}${start}.`];
}

function resolvedSentences(resolved: readonly TemplateAlert[], others: boolean, { times }: Rendering): string[] {
  const [first] = resolved;
  if (first === undefined) return [];
  if (others) return [`${countText(resolved.length)} resolved.`];
  if (resolved.length > 1) return [`All ${countText(resolved.length)} alerts are resolved.`];
  const when = times.when(first.endsAt);
  const lasted = lastedOf(first.startsAt, first.endsAt);
  return [`Resolved${when === '' ? '' : ` on ${when}`}${lasted === '' ? '' : `, after ${lasted}`}.`];
}

/** `, all critical`, or `: 2 critical, 1 high` */
function severitiesOf(alerts: readonly TemplateAlert[]): string {
  const counts = severityCounts(alerts);
  if (counts === '') return '';
  const all = `${countText(alerts.length)} `;
  return counts.startsWith(all) ? `, all ${counts.slice(all.length)}` : `: ${counts}`;
}

/** The line that a list of emails shows beside the subject. */
export function preheader(data: TemplateData): string {
  const { active } = kindsOf(data);
  const [first] = bySeverity(active.length > 0 ? active : data.alerts);
  if (first === undefined) return '';
  const text = [summaryOf(first), placeLine(first.labels)].filter(Boolean).join(', ');
  return data.alerts.length === 1 ? text : `${groupCount(data)}: ${text}, ...`;
}

/** Place and time of one alert among several, in a line. */
export function alertLine(alert: TemplateAlert, rendering: Rendering): string {
  return [placeLine(alert.labels), timeOf(alert, rendering)].filter(Boolean).join(', ');
}

function timeOf(alert: TemplateAlert, { now, times }: Rendering): string {
  const start = timeAgo(times.when(alert.startsAt), agoOf(alert.startsAt, now));
  if (alert.status === 'firing') return start === '' ? '' : `${alert.event ? 'on' : 'since'} ${start}`;
  const end = times.when(alert.endsAt);
  const lasted = lastedOf(alert.startsAt, alert.endsAt);
  return end === '' ? 'resolved' : `resolved ${end}${lasted === '' ? '' : ` after ${lasted}`}`;
}

/** `20 Aug 2026, 10:02:44 UTC (3 minutes ago)`; '' without a time. */
export function timeAgo(when: string, ago: string): string {
  return ago === '' ? when : `${when} (${ago})`;
}

const EVENT: EventWords = { verb: 'Reported', nouns: 'events' };

function wordsOf(alert: TemplateAlert, presentations: PresentationLookup): EventWords {
  return presentations.of(alert)?.event?.(alert) ?? EVENT;
}

/** The words for what happened, where all events have the same. */
function commonWords(events: readonly TemplateAlert[], presentations: PresentationLookup): EventWords | undefined {
  let words: EventWords | undefined;
  for (const event of events) {
    const own = wordsOf(event, presentations);
    if (words !== undefined && own.verb !== words.verb) return undefined;
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

function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
