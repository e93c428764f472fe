import { attachments } from '../attachments.ts';
import { calicoDenial, denialLine, deniedByPolicy } from '../calico.ts';
import type { TemplateAlert } from '../data.ts';
import { type Helpers, listOf, property, type Rendering, textOf } from '../helper.ts';
import { type RhacsAlert, rhacsAlert } from '../rhacs/alert.ts';
import { rhacsAudit, rhacsNetworkPolicy } from '../rhacs/messages.ts';
import { productOf } from '../rhacs/product.ts';
import { type Fact, facts } from '../rhacs/read.ts';
import { agoOf, lastedOf, whenOf } from './spans.ts';

/** The sources' own documents, read for a mail: `{{#with (rhacs this)}}{{policy.name}}{{/with}}`. */
export const viewHelpers: Helpers = {
  rhacs: ([alert], { rendering }) => rhacsAlert(asAlert(alert), rendering.limits),
  /** Where and when, as name/value pairs. */
  rhacsFacts: ([alert], { rendering }) => rhacsFacts(asAlert(alert), rendering),
  rhacsAudit: ([alert], { rendering }) => rhacsAudit(asAlert(alert), rendering.limits),
  /** Who did what, or how many did something. */
  auditHeadline: ([alerts], { rendering }) => {
    const views = listOf(alerts)
      .slice(0, 500)
      .map((alert) => rhacsAudit(asAlert(alert), rendering.limits));
    const users = new Set(views.map(({ user }) => user));
    const [first] = views;
    if (first === undefined || views.length > 1)
      return `${listOf(alerts).length} changes by ${users.size === 1 ? first?.user : `${users.size} people`}`;
    return `${first.user}: ${first.action}`;
  },
  rhacsNetworkPolicy: ([alert], { rendering }) => rhacsNetworkPolicy(asAlert(alert), rendering.limits),
  /** RHACS, or the name under which it is known to those who run it. */
  productOf: ([alert]) => productOf(asAlert(alert)),
  /** The words for the link to where an alert came from. */
  openSource: ([alert]) => {
    const { source } = asAlert(alert);
    return source === 'roxctl' ? 'Open the pipeline run' : `Open in ${productOf({ source })}`;
  },
  /** The name of the file that goes along with an alert, or ''. */
  attachedFile: ([alert], { rendering }) => attachments(rendering.data).get(asAlert(alert).fingerprint)?.filename ?? '',
  calico: ([alert]) => calicoDenial(asAlert(alert)),
  /** Calico's denials by policy and source address. */
  deniedByPolicy: ([alerts]) => deniedByPolicy(listOf(alerts).map(asAlert)),
  denialLine: ([alerts]) => denialLine(listOf(alerts).map(asAlert)),
};

/**
 * RHACS' own times, and Tocsin's where RHACS gave none. One of several alerts has its place and first time in its head
 * already, and its images here, to be short.
 */
function rhacsFacts(alert: TemplateAlert, { data, limits, now }: Rendering): Fact[] {
  const view = rhacsAlert(alert, limits);
  const single = data.alerts.length + data.truncatedAlerts === 1;
  const first = view.firstSeen || alert.startsAt;
  const resolved = alert.status === 'resolved';
  const lasted = lastedOf(first, alert.endsAt);
  const owner = view.owner.map(({ name, value }): [string, string] => [name, value]);
  const extra = extraFields(alert).map(({ name, value }): [string, string] => [name, value]);
  const run = runFacts(alert);
  const last: [string, string] = ['Last seen', view.lastSeen === first ? '' : whenOf(view.lastSeen)];
  const times: [string, string] = ['Seen', timesSeen(alert)];
  const ended: [string, string] = ['How it ended', resolved ? (alert.annotations.resolution ?? '') : ''];
  if (!single)
    return [...facts(...owner, times, last, ended, ['Stage', view.stage], ...extra, ...run), ...imageFacts(view)];
  return facts(
    ['Concerns', view.entity],
    ...view.where.map(({ name, value }): [string, string] => [name, value]),
    ...owner,
    ['First seen', `${whenOf(first)}${resolved ? '' : ` (${agoOf(first, now)})`}`],
    last,
    times,
    ['Resolved', resolved ? `${whenOf(alert.endsAt)}${lasted === '' ? '' : `, after ${lasted}`}` : ''],
    ended,
    ['Stage', view.stage],
    ...extra,
    ...run,
    [`${view.product} id`, alert.source === 'roxctl' ? '' : view.id],
  );
}

/** `3 times since 20 Aug 2026, 10:02:44 UTC`; '' for the first time. */
function timesSeen({ occurrences = 1, firstSeenAt }: TemplateAlert): string {
  return occurrences > 1 ? `${occurrences} times since ${whenOf(firstSeenAt)}` : '';
}

function imageFacts({ images: { shown, more } }: RhacsAlert): Fact[] {
  const pairs = shown.map(({ container, name, digest }): [string, string] => [
    container === '' ? 'Image' : `Image of ${container}`,
    digest === '' ? name : `${name}\n${digest}`,
  ]);
  return facts(...pairs, ['More images', more === 0 ? '' : String(more)]);
}

/** What a CI job says of itself. */
function runFacts({ source, labels, annotations }: TemplateAlert): [string, string][] {
  if (source !== 'roxctl') return [];
  return [
    ['Pipeline', labels.pipeline ?? ''],
    ['Branch', labels.branch ?? ''],
    ['Job', annotations.job ?? ''],
    ['Commit', annotations.commit ?? ''],
  ];
}

/** RHACS' extra fields arrive as labels with a prefix. */
function extraFields({ labels }: TemplateAlert): Fact[] {
  return Object.entries(labels).flatMap(([name, value]) =>
    name.startsWith('extra_') ? [{ name: name.slice('extra_'.length), value }] : [],
  );
}

function asAlert(value: unknown): TemplateAlert {
  if (typeof property(value, 'labels') !== 'object')
    throw new Error(`needs an alert, not ${JSON.stringify(textOf(value).slice(0, 40))}`);
  return value as TemplateAlert;
}
