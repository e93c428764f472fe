import { bySeverity, severityRank } from '../../alert/severity.ts';
import { alertLinks } from '../alert-links.ts';
import { alertTexts, itemTitle, summaryOf } from '../alert-texts.ts';
import type { TemplateAlert, TemplateData } from '../data.ts';
import {
  alertLine,
  badgeOf,
  groupCount,
  groupTone,
  kickerOf,
  overview,
  preheader,
  sectionsOf,
  statusTag,
  toneOf,
} from '../group-words.ts';
import { type Helpers, listOf, property, type Rendering, textOf } from '../helper.ts';
import { areasOf, byArea, portionsOf } from '../portions.ts';
import { severityCounts } from '../severity-words.ts';
import { visibleLine } from '../visible-text.ts';
import { sortedPairs } from './lists.ts';

/** The words for a group and for its alerts that all emails share. `data` is the root, or a group of a digest. */
export const groupHelpers: Helpers = {
  /** The name of an alert's colour in styles.css: its severity, `none`, or `resolved`. */
  tone: ([alert]) => toneOf(asAlert(alert)),
  /** What tells an alert from the others of its email: its name; where all have the same, what it is about. */
  itemTitle: ([alert], { rendering }) => itemTitle(asAlert(alert), rendering),
  /** One line for an alert: its title, and its summary where the title is its name. */
  rowTitle: ([alert], { rendering }) => rowTitle(asAlert(alert), rendering),
  /** An alert's texts, each in the place where it is shown: `title`, `paragraphs`, `remedy`, `violations`, `facts`. */
  alertTexts: ([alert], { rendering }) => alertTexts(asAlert(alert), rendering),
  /** Where to go to from an alert: `text` and `url` of each. */
  alertLinks: ([alert], { rendering }) => alertLinks(asAlert(alert), rendering),
  /** Whether to mark an alert as new: not where all are. */
  isNew: ([alert], { rendering }) => isMarked(asAlert(alert), rendering),
  groupTone: ([data]) => groupTone(asData(data)),
  /** A digest's groups, worst first, resolved ones last. */
  byGroupSeverity: ([groups]) => {
    const rank = ({ status, tocsin }: TemplateData): number =>
      status === 'resolved' ? 100 : severityRank(tocsin.severity);
    return [...(listOf(groups) as readonly TemplateData[])].sort((a, b) => rank(a) - rank(b));
  },
  /** An alert's state: the sender's word for its severity while it fires. */
  badge: ([alert], { rendering }) => badgeOf(asAlert(alert), rendering.presentations),
  /** `Firing · critical` */
  kicker: ([data], { rendering }) => kickerOf(asData(data), rendering.presentations),
  /** `FIRING:3`, `EVENT:1`, `RESOLVED` */
  statusTag: ([data]) => statusTag(asData(data)),
  /** `2 firing, 1 event, 1 resolved`, or `3 alerts`; '' for a single one. */
  groupCount: ([data]) => groupCount(asData(data)),
  overview: ([data], { rendering }) => overview(asData(data), rendering),
  /** The line that a list of emails shows beside the subject. */
  preheader: ([data]) => preheader(asData(data)),
  /** Place and time on a line. */
  alertLine: ([alert], { rendering }) => alertLine(asAlert(alert), rendering),
  /** The lists of an email: `heading` and `alerts` of what fires, what happened and what has ended, worst first. */
  sections: ([data]) => sectionsOf(asData(data)),
  /** Of a group that is too large to list all alerts: how many there are in each cluster and namespace. */
  placeCounts: ([data], { rendering: { limits } }) => {
    const alerts = listOf(property(data, 'alerts')) as readonly TemplateAlert[];
    const { rest } = portionsOf(alerts, limits);
    const areas = rest.length === 0 ? [] : areasOf(alerts);
    if (areas.length < 2) return [];
    return areas.map(({ place, alerts: list }) => ({
      place: place || 'no place named',
      count: list.length,
      severities: severityCounts(bySeverity(list.filter(({ status }) => status === 'firing'))),
    }));
  },
  /** A list of alerts by how they are shown: `full`, `rows` (a line each), and of many, `areas` that name all others. */
  portions: ([alerts], { rendering: { limits } }) => {
    const { full, rows, rest } = portionsOf(listOf(alerts) as readonly TemplateAlert[], limits);
    return { full, rows, count: rest.length, ...byArea(rest, limits) };
  },
  /** `alertname=DiskFull, job=node` */
  pairLine: ([labels]) =>
    sortedPairs(labels)
      .map(({ name, value }) => `${visibleLine(name, 60)}=${visibleLine(value, 120)}`)
      .join(', '),
};

function rowTitle(alert: TemplateAlert, rendering: Rendering): string {
  const { data, limits } = rendering;
  const title = itemTitle(alert, rendering);
  const summary = summaryOf(alert, Math.min(limits.text, 1_000));
  if (data.commonLabels.alertname === undefined) return title === summary ? title : `${title}: ${summary}`;
  return title === visibleLine(alert.labels.alertname ?? '') ? summary : title;
}

function isMarked(alert: TemplateAlert, { data }: Rendering): boolean {
  return alert.isNew === true && data.alerts.some(({ status, isNew }) => status === 'firing' && !isNew);
}

function asAlert(value: unknown): TemplateAlert {
  if (typeof property(value, 'labels') === 'object') return value as TemplateAlert;
  throw new Error(`needs an alert, not ${JSON.stringify(textOf(value).slice(0, 40))}`);
}

function asData(value: unknown): TemplateData {
  if (typeof property(value, 'tocsin') === 'object') return value as TemplateData;
  throw new Error('needs the data of a notification, such as this or @root');
}
