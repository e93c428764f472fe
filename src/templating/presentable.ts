import type { TemplateAlert, TemplateData } from './data.ts';
import { LEVELS, type Limits } from './limits.ts';
import { LONGEST_LINK } from './links.ts';
import { cutText } from './visible-text.ts';

type Pairs = Readonly<Record<string, string>>;

const FULLEST = LEVELS[0] as Limits;
const LINK = /^https?:\/\/\S+$/i;

/** What was found of the texts of many alerts: a mail is rendered twice at least, and need not look through all again. */
export class Look {
  /** Those with a text that is not wholly visible, or too long for the fullest rendering. */
  readonly remarkable: TemplateAlert[] = [];
  /** Characters of the longest text of the others. */
  longest = 0;

  constructor(alerts: readonly TemplateAlert[] = []) {
    for (const alert of alerts) this.add(alert);
  }

  add(alert: TemplateAlert): void {
    if (presentableAlert(alert, FULLEST) !== alert) this.remarkable.push(alert);
    else this.longest = Math.max(this.longest, longestOf(alert.labels), longestOf(alert.annotations));
  }
}

const looks = new WeakMap<readonly TemplateAlert[], Look>();

/** Spares `presentable` the look at these alerts. */
export function lookedAt(alerts: readonly TemplateAlert[], look: Look): void {
  looks.set(alerts, look);
}

/**
 * The data as a mail shows it: every text visible and cut to `limits.text`. With `maxAlerts`, only so many alerts
 * (firing ones first) are left and `truncatedAlerts` says how many are not. `details` stay as they are: the helpers that
 * show them do the same.
 */
export function presentable(data: TemplateData, limits: Limits, maxAlerts = Number.POSITIVE_INFINITY): TemplateData {
  const { digest } = data.tocsin;
  const cut = data.alerts.length > maxAlerts;
  const firing = cut ? data.tocsin.firing.slice(0, maxAlerts) : data.tocsin.firing;
  const resolved = cut ? data.tocsin.resolved.slice(0, maxAlerts - firing.length) : data.tocsin.resolved;
  const kept = cut ? [...firing, ...resolved] : data.alerts;
  const changed = changedOf(data.alerts, limits);
  const present = (alerts: readonly TemplateAlert[]): readonly TemplateAlert[] =>
    changed.size === 0 ? alerts : alerts.map((alert) => changed.get(alert) ?? alert);
  return {
    ...data,
    receiver: cutText(data.receiver, limits.text),
    alerts: present(kept),
    groupLabels: presentablePairs(data.groupLabels, limits),
    commonLabels: presentablePairs(data.commonLabels, limits),
    commonAnnotations: presentablePairs(data.commonAnnotations, limits),
    routeLabels: presentablePairs(data.routeLabels, limits),
    groupKey: cutText(data.groupKey, limits.text),
    truncatedAlerts: data.truncatedAlerts + data.alerts.length - kept.length,
    tocsin: {
      ...data.tocsin,
      firing: present(firing),
      resolved: present(resolved),
      ...(data.tocsin.notes && { notes: data.tocsin.notes.map((note) => cutText(note, limits.text)) }),
      ...(digest && {
        digest: {
          why: cutText(digest.why, limits.text),
          groups: digest.groups.map((group) => presentable(group, limits, maxAlerts)),
        },
      }),
    },
  };
}

/** The alerts of `alerts` that are shown otherwise than they are, and how. */
function changedOf(alerts: readonly TemplateAlert[], limits: Limits): ReadonlyMap<TemplateAlert, TemplateAlert> {
  const look = looks.get(alerts) ?? new Look(alerts);
  looks.set(alerts, look);
  const changed = new Map<TemplateAlert, TemplateAlert>();
  for (const alert of look.longest > limits.text ? alerts : look.remarkable) {
    const shown = presentableAlert(alert, limits);
    if (shown !== alert) changed.set(alert, shown);
  }
  return changed;
}

/** The same object where there is nothing to change, as in nearly all alerts. */
function presentableAlert(alert: TemplateAlert, limits: Limits): TemplateAlert {
  const labels = presentablePairs(alert.labels, limits);
  const annotations = presentablePairs(alert.annotations, limits);
  const generatorURL = cutText(alert.generatorURL, LONGEST_LINK);
  const same = labels === alert.labels && annotations === alert.annotations && generatorURL === alert.generatorURL;
  return same ? alert : { ...alert, labels, annotations, generatorURL };
}

/** The same object where there is nothing to change. */
function presentablePairs(pairs: Pairs, limits: Limits): Pairs {
  // Half a link leads nowhere.
  const shown = (text: string): string =>
    cutText(text, LINK.test(text) ? Math.max(limits.text, LONGEST_LINK) : limits.text);
  const names = Object.keys(pairs);
  if (names.every((name) => shown(name) === name && shown(pairs[name] as string) === pairs[name])) return pairs;
  const result = Object.create(null) as Record<string, string>;
  for (const name of names) result[shown(name)] = shown(pairs[name] as string);
  return result;
}

function longestOf(pairs: Pairs): number {
  let longest = 0;
  for (const name of Object.keys(pairs)) longest = Math.max(longest, name.length, (pairs[name] as string).length);
  return longest;
}
