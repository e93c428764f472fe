import { type AlertInput, ZERO_TIME } from '../../alert/alert.ts';
import { LabelSet } from '../../alert/label-set.ts';
import { parseTimestamp, type Timestamp } from '../../time/timestamp.ts';
import { BoundedCopy } from '../bounded-copy.ts';
import { describe, isObject, type JsonObject, textAt } from '../json.ts';
import { readLabelSet } from '../label-values.ts';
import { cutText } from '../limits.ts';
import { type Source, type SourceContext, type SourceResult, UnreadableError } from '../source.ts';
import { alertmanagerSchema } from './config.ts';
import { alertmanagerPresentation } from './presentation.ts';

/** How many faults of one body are named. */
const NAMED_FAULTS = 20;
/** Characters of Grafana's extras that are kept of one alert. */
const EXTRAS_BUDGET = 16_384;
const GRAFANA_EXTRAS = ['silenceURL', 'dashboardURL', 'panelURL', 'imageURL', 'valueString', 'values'] as const;

/** What templates find in `details` of an alert from this source. Hostile text. */
export interface AlertmanagerDetails {
  readonly upstream: {
    readonly receiver: string;
    readonly externalURL: string;
    readonly groupKey: string;
    readonly version: string;
    /** Grafana's own subject, message and organisation; '' from Alertmanager. */
    readonly title: string;
    readonly message: string;
    readonly orgId: string;
    readonly truncatedAlerts: number;
  };
  /** The upstream's group, and how many of its alerts max_alerts left out: for counting them once per group. */
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly silenceURL?: string;
  readonly dashboardURL?: string;
  readonly panelURL?: string;
  readonly imageURL?: string;
  readonly valueString?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * The webhook body (version 4) of an upstream Alertmanager, and Grafana's superset of it. A firing alert has no end
 * there, and is sent again only at the upstream's repeat_interval: it stays active until its "resolved" arrives
 * or stale_after has passed.
 */
export const alertmanager: Source = {
  ...alertmanagerSchema,
  presentation: alertmanagerPresentation,

  parse(body: unknown, context: SourceContext): SourceResult {
    if (!isObject(body)) throw new UnreadableError(`expected a webhook object, found ${describe(body)}`);
    const list = body.alerts;
    if (!Array.isArray(list)) throw new UnreadableError(`alerts: expected a list of alerts, found ${describe(list)}`);
    const group = groupDetails(body);
    const alerts: AlertInput[] = [];
    const faults: string[] = [];
    let unnamed = 0;
    list.forEach((raw, i) => {
      const alert = readAlert(raw, group, context);
      if (typeof alert !== 'string') alerts.push(alert);
      else if (faults.length < NAMED_FAULTS) faults.push(`alerts[${i}]${alert}`);
      else unnamed++;
    });
    if (unnamed > 0) faults.push(`and ${unnamed} more alerts that cannot be read`);
    if (alerts.length === 0 && faults.length > 0) throw new UnreadableError(faults.join('; '));
    return { alerts, rejected: faults };
  },
};

type GroupDetails = Pick<AlertmanagerDetails, 'upstream' | 'groupKey' | 'truncatedAlerts'>;

function groupDetails(body: JsonObject): GroupDetails {
  const truncated = body.truncatedAlerts;
  const truncatedAlerts = typeof truncated === 'number' && truncated > 0 ? Math.floor(truncated) : 0;
  const groupKey = cutText(textAt(body, 'groupKey'), 4096);
  const orgId = body.orgId;
  return {
    upstream: {
      receiver: cutText(textAt(body, 'receiver'), 1024),
      externalURL: cutText(textAt(body, 'externalURL'), 2048),
      groupKey,
      version: cutText(textAt(body, 'version'), 16),
      title: cutText(textAt(body, 'title'), 1024),
      message: cutText(textAt(body, 'message'), 16_384),
      orgId: typeof orgId === 'number' ? String(orgId) : '',
      truncatedAlerts,
    },
    groupKey,
    truncatedAlerts,
  };
}

/** @returns the alert, or what is wrong with it: the rest of its JSON path and a sentence. */
function readAlert(raw: unknown, group: GroupDetails, context: SourceContext): AlertInput | string {
  if (!isObject(raw)) return `: expected an object, found ${describe(raw)}`;
  const labels = readTexts(raw, 'labels');
  if (typeof labels === 'string') return labels;
  if (labels.size === 0) return '.labels: at least one label with a value is needed';
  const annotations = readTexts(raw, 'annotations');
  if (typeof annotations === 'string') return annotations;
  const startsAt = readTime(raw, 'startsAt');
  const endsAt = readTime(raw, 'endsAt');
  if (typeof startsAt === 'string') return startsAt;
  if (typeof endsAt === 'string') return endsAt;
  return {
    labels,
    annotations,
    ...times(textAt(raw, 'status'), startsAt, endsAt, context.now),
    generatorURL: textAt(raw, 'generatorURL'),
    details: { ...group, ...grafanaExtras(raw) } satisfies AlertmanagerDetails,
    ...(context.config.staleAfter === undefined ? {} : { staleAfter: context.config.staleAfter }),
  };
}

type Times = Pick<AlertInput, 'startsAt' | 'endsAt' | 'startsAtText' | 'endsAtText'>;

/** The status rules: a firing alert has no end in the past, a resolved one always has an end, and never before its start. */
function times(status: string, startsAt: Timestamp, endsAt: Timestamp, now: number): Times {
  const known = endsAt.ms !== ZERO_TIME;
  const resolved = status === 'resolved' || (status !== 'firing' && known && endsAt.ms <= now);
  const keepEnd = resolved ? known && endsAt.ms <= now : known && endsAt.ms > now;
  const end = keepEnd ? endsAt : { ms: resolved ? now : ZERO_TIME, text: '' };
  // Two clocks may disagree: what has ended has begun.
  const start = resolved && startsAt.ms > end.ms ? end : startsAt;
  return { startsAt: start.ms, endsAt: end.ms, startsAtText: start.text, endsAtText: end.text };
}

function readTexts(raw: JsonObject, name: 'labels' | 'annotations'): LabelSet | string {
  const value = raw[name];
  if (name === 'annotations' && (value === undefined || value === null)) return LabelSet.empty;
  if (!isObject(value)) return `.${name}: expected an object of texts, found ${describe(value)}`;
  const set = readLabelSet(value, name === 'annotations');
  if (set instanceof LabelSet) return set;
  return `.${name}.${cutText(set.name.toWellFormed(), 64)}: expected a text, found ${describe(set.value)}`;
}

function readTime(raw: JsonObject, name: 'startsAt' | 'endsAt'): Timestamp | string {
  const value = raw[name];
  if (value === undefined || value === null || value === '') return { ms: ZERO_TIME, text: '' };
  const time = typeof value === 'string' ? parseTimestamp(value) : undefined;
  return (
    time ?? `.${name}: expected an RFC 3339 time, found ${typeof value === 'string' ? 'another text' : describe(value)}`
  );
}

function grafanaExtras(raw: JsonObject): Partial<AlertmanagerDetails> {
  const copy = new BoundedCopy(EXTRAS_BUDGET);
  const extras: Record<string, unknown> = {};
  for (const name of GRAFANA_EXTRAS) {
    const value = raw[name];
    if (name === 'values' ? isObject(value) : typeof value === 'string' && value !== '')
      extras[name] = copy.copy(value);
  }
  return extras as Partial<AlertmanagerDetails>;
}
