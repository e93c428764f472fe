import type { TemplateAlert } from '../../../templating/data.ts';
import { timeAgo } from '../../../templating/group-words.ts';
import { type Helpers, listOf, property, type Rendering, textOf } from '../../../templating/helper.ts';
import { agoOf, lastedOf } from '../../../templating/helpers/spans.ts';
import { type Product, RHACS } from '../product.ts';
import { type RhacsAlert, rhacsAlert } from './alert-view.ts';
import { rhacsAudit, rhacsNetworkPolicy } from './message-views.ts';
import type { StackroxPresentation } from './presentation.ts';
import { type Fact, facts } from './read.ts';

/** Documents of the product family, read for an email: `{{#with (rhacs this)}}{{policy.name}}{{/with}}`. */
export const stackroxHelpers: Helpers = {
  rhacs: ([alert], { rendering }) => viewOf(asAlert(alert), rendering),
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
  productOf: ([alert], { rendering }) => productOf(asAlert(alert), rendering).title,
  /** The words for the link to where an alert came from. */
  openSource: ([alert], { rendering }) => {
    const { title, linkText } = productOf(asAlert(alert), rendering);
    return linkText ?? `Open in ${title}`;
  },
};

/** RHACS for an alert of no known product: a template of the user's own may show any alert. */
function productOf(alert: TemplateAlert, { presentations }: Rendering): Product {
  return (presentations.of(alert) as Partial<StackroxPresentation> | undefined)?.product ?? RHACS;
}

function viewOf(alert: TemplateAlert, rendering: Rendering): RhacsAlert {
  return rhacsAlert(alert, productOf(alert, rendering), rendering.limits);
}

/**
 * RHACS' own times, and Tocsin's where RHACS gave none. One of several alerts has its place and start in its head
 * already, and its images here, to be short. The start of a single one is said above it.
 */
function rhacsFacts(alert: TemplateAlert, rendering: Rendering): Fact[] {
  const { data, times } = rendering;
  const view = viewOf(alert, rendering);
  const product = productOf(alert, rendering);
  const isSingle = data.alerts.length + data.truncatedAlerts === 1;
  const isOver = alert.status === 'resolved';
  const pair = ({ name, value }: Fact): [string, string] => [name, value];
  const first = times.when(view.firstSeen || alert.startsAt);
  const start = isOver || first !== times.when(alert.startsAt) ? first : '';
  const last = times.when(view.lastSeen);
  const history: [string, string][] = [
    ['First seen', isSingle ? start : ''],
    ['Last seen', last === first ? '' : last],
    ['Seen', timesSeen(alert, rendering)],
    ['Resolved', isSingle && isOver ? resolvedLine(alert, rendering) : ''],
    ['How it ended', isOver ? (alert.annotations.resolution ?? '') : ''],
    ['Stage', view.stage],
  ];
  const more = [...extraFields(alert), ...(product.facts?.(alert) ?? [])].map(pair);
  const owner = view.owner.map(pair);
  if (!isSingle) return [...facts(...owner, ...history, ...more), ...imageFacts(view)];
  const hasIds = product.alertPage !== '';
  return facts(
    ['Affects', view.entity],
    ...view.where.map(pair),
    ...owner,
    ...history,
    ...more,
    ['Deployment ID', hasIds ? view.deploymentId : ''],
    ['Cluster ID', view.clusterId],
    [`${product.title} alert ID`, hasIds ? view.id : ''],
  );
}

function resolvedLine({ startsAt, endsAt }: TemplateAlert, { times }: Rendering): string {
  const lasted = lastedOf(startsAt, endsAt);
  return [times.when(endsAt), lasted && `after ${lasted}`].filter(Boolean).join(', ');
}

/** `3 times since 20 Aug 2026, 10:02:44 UTC (2 days ago)`; '' for the first time. */
function timesSeen({ occurrences = 1, firstSeenAt }: TemplateAlert, { times, now }: Rendering): string {
  if (occurrences <= 1) return '';
  const since = timeAgo(times.when(firstSeenAt), agoOf(firstSeenAt, now));
  return `${occurrences} times${since === '' ? '' : ` since ${since}`}`;
}

function imageFacts({ images: { shown, more } }: RhacsAlert): Fact[] {
  const pairs = shown.map(({ container, name, digest }): [string, string] => [
    container === '' ? 'Image' : `Image of ${container}`,
    digest === '' ? name : `${name}\n${digest}`,
  ]);
  return facts(...pairs, ['More images', more === 0 ? '' : String(more)]);
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
