import type { TemplateAlert } from '../../../templating/data.ts';
import { type Helpers, listOf, property, type Rendering, textOf } from '../../../templating/helper.ts';
import { agoOf, lastedOf, whenOf } from '../../../templating/helpers/spans.ts';
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
  return rhacsAlert(alert, productOf(alert, rendering).title, rendering.limits);
}

/**
 * RHACS' own times, and Tocsin's where RHACS gave none. One of several alerts has its place and first time in its head
 * already, and its images here, to be short.
 */
function rhacsFacts(alert: TemplateAlert, rendering: Rendering): Fact[] {
  const { data, now } = rendering;
  const view = viewOf(alert, rendering);
  const product = productOf(alert, rendering);
  const single = data.alerts.length + data.truncatedAlerts === 1;
  const first = view.firstSeen || alert.startsAt;
  const resolved = alert.status === 'resolved';
  const lasted = lastedOf(first, alert.endsAt);
  const pair = ({ name, value }: Fact): [string, string] => [name, value];
  const owner = view.owner.map(pair);
  const extra = [...extraFields(alert), ...(product.facts?.(alert) ?? [])].map(pair);
  const last: [string, string] = ['Last seen', view.lastSeen === first ? '' : whenOf(view.lastSeen)];
  const times: [string, string] = ['Seen', timesSeen(alert)];
  const ended: [string, string] = ['How it ended', resolved ? (alert.annotations.resolution ?? '') : ''];
  if (!single) return [...facts(...owner, times, last, ended, ['Stage', view.stage], ...extra), ...imageFacts(view)];
  return facts(
    ['Concerns', view.entity],
    ...view.where.map(pair),
    ...owner,
    ['First seen', `${whenOf(first)}${resolved ? '' : ` (${agoOf(first, now)})`}`],
    last,
    times,
    ['Resolved', resolved ? `${whenOf(alert.endsAt)}${lasted === '' ? '' : `, after ${lasted}`}` : ''],
    ended,
    ['Stage', view.stage],
    ...extra,
    [`${product.title} id`, product.alertPage === '' ? '' : view.id],
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
