import { compareBytes } from '../alert/label-set.ts';
import type { TemplateAlert } from './data.ts';
import type { Limits } from './limits.ts';
import { areaLine, subjectOf } from './places.ts';
import { severityCounts } from './severity-words.ts';
import { visibleLine } from './visible-text.ts';

/** How a list is shown: some items in full, then some as a line each; of many, all others only by name. */
export interface Portions<T> {
  readonly full: readonly T[];
  readonly rows: readonly T[];
  readonly rest: readonly T[];
}

/** Of a list that is too long for rows, only so many as a share of `limits.alerts` are shown in full. */
const FULL_OF_MANY = 4;

/** @param list in order, the most important first. */
export function portionsOf<T>(list: readonly T[], { alerts, rows }: Limits): Portions<T> {
  const isLong = list.length > alerts + rows;
  const full = isLong ? Math.ceil(alerts / FULL_OF_MANY) : alerts;
  const end = isLong ? full : full + rows;
  return { full: list.slice(0, full), rows: list.slice(full, end), rest: list.slice(end) };
}

/** The alerts of one cluster and namespace. */
export interface Area {
  /** `cluster prod-eu-1, namespace shop`; '' where the alerts name none. */
  readonly place: string;
  readonly count: number;
  /** `2 critical, 1 high` */
  readonly severities: string;
  /** One for each name of an alert: what it is about. */
  readonly entries: readonly AreaEntry[];
}

export interface AreaEntry {
  /** '' where all alerts of the list have the same. */
  readonly alertname: string;
  /** `cart, checkout-api (3)` */
  readonly subjects: string;
}

/** Alerts by area, the one with most alerts first. */
export function areasOf(
  alerts: readonly TemplateAlert[],
): { readonly place: string; readonly alerts: TemplateAlert[] }[] {
  const areas = new Map<string, TemplateAlert[]>();
  for (const alert of alerts) {
    const place = areaLine(alert.labels);
    const list = areas.get(place);
    if (list) list.push(alert);
    else areas.set(place, [alert]);
  }
  return [...areas]
    .map(([place, list]) => ({ place, alerts: list }))
    .sort((a, b) => b.alerts.length - a.alerts.length || compareBytes(a.place, b.place));
}

/**
 * Names what every alert is about, area by area.
 * @returns `unnamed`: how many alerts there is no room for.
 */
export function byArea(alerts: readonly TemplateAlert[], limits: Limits): { areas: Area[]; unnamed: number } {
  const sameName = alerts.every(({ labels }) => labels.alertname === alerts[0]?.labels.alertname);
  let room = limits.names;
  let unnamed = 0;
  const areas: Area[] = [];
  for (const { place, alerts: list } of areasOf(alerts)) {
    const named = list.slice(0, room);
    room -= named.length;
    unnamed += list.length - named.length;
    if (named.length === 0) continue;
    areas.push({
      place,
      count: list.length,
      severities: severityCounts(list),
      entries: entriesOf(named, sameName),
    });
  }
  return { areas, unnamed };
}

function entriesOf(alerts: readonly TemplateAlert[], sameName: boolean): AreaEntry[] {
  const names = new Map<string, Map<string, number>>();
  for (const { labels } of alerts) {
    const alertname = sameName ? '' : visibleLine(labels.alertname ?? '', 100);
    const subjects = names.get(alertname) ?? new Map<string, number>();
    names.set(alertname, subjects);
    const subject = visibleLine(subjectOf(labels), 80) || (sameName ? visibleLine(labels.alertname ?? '', 80) : '');
    subjects.set(subject, (subjects.get(subject) ?? 0) + 1);
  }
  return [...names].map(([alertname, subjects]) => ({ alertname, subjects: listOf(subjects) }));
}

function listOf(subjects: ReadonlyMap<string, number>): string {
  return [...subjects]
    .map(([subject, count]) => (count === 1 ? subject : `${subject === '' ? '' : `${subject} `}(${count})`))
    .filter((text) => text !== '')
    .join(', ');
}
