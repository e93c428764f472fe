import type { TemplateAlert } from '../data.ts';
import type { Limits } from '../limits.ts';
import { enforcementOf, type Policy, policyOf } from './policy.ts';
import { type Processes, processesOf } from './processes.ts';
import { productOf } from './product.ts';
import { asDoc, type Clipped, clip, type Doc, docAt, docsAt, type Fact, facts, lineAt, rawAt, words } from './read.ts';
import { type Violation, violationsOf } from './violations.ts';

/** An RHACS alert as its mail tells it. Every text is visible text within the limits. */
export interface RhacsAlert {
  /** Who found it: RHACS under the name that its readers know. */
  readonly product: string;
  readonly policy: Policy;
  /** What is concerned: `Deployment invoice-worker`. '' for a message without an entity. */
  readonly entity: string;
  readonly where: readonly Fact[];
  /** Whose it is, as the workload's annotations and labels say. */
  readonly owner: readonly Fact[];
  /** RFC 3339 or ''. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Deploy, Build or Runtime. */
  readonly stage: string;
  /** Blocked before it came to be. */
  readonly attempted: boolean;
  /** The deployment is gone. */
  readonly inactive: boolean;
  readonly enforcement: string;
  readonly violations: Clipped<Violation>;
  readonly processes: Processes;
  readonly images: Clipped<Image>;
  /** RHACS' own id; '' when it has none that leads anywhere. */
  readonly id: string;
}

interface Image {
  /** The container's name; '' when the image itself is concerned. */
  readonly container: string;
  readonly name: string;
  readonly digest: string;
  readonly notes: string;
}

/** @param alert one whose details are the body of RHACS' webhook. Missing and misshapen parts come out empty. */
export function rhacsAlert(alert: TemplateAlert, limits: Limits): RhacsAlert {
  const body = asDoc(alert.details);
  // Central's REST API has no envelope.
  const doc = Object.hasOwn(body, 'alert') ? docAt(body, 'alert') : body;
  const deployment = docAt(doc, 'deployment');
  // What the source could not keep of a huge body.
  const omitted = docAt(body, 'omitted');
  return {
    product: productOf(alert),
    policy: policyOf(doc, limits),
    entity: entityOf(doc, limits),
    where: whereOf(doc, limits),
    owner: ownerOf(deployment, limits),
    firstSeen: rawAt(doc, 'firstOccurred'),
    lastSeen: rawAt(doc, 'time'),
    // protojson leaves the first enum value out.
    stage: words(lineAt(doc, 'lifecycleStage', limits) || 'DEPLOY'),
    attempted: rawAt(doc, 'state') === 'ATTEMPTED',
    inactive: rawAt(deployment, 'inactive') === 'true' && rawAt(doc, 'state') !== 'ATTEMPTED',
    enforcement: enforcementOf(doc, limits),
    violations: violationsOf(doc, limits, countAt(omitted, 'violations'), alert.toldUpTo),
    processes: processesOf(doc, limits, countAt(omitted, 'processes'), alert.toldUpTo),
    images: imagesOf(doc, limits),
    id: lineAt(doc, 'id', limits),
  };
}

function countAt(doc: Doc, key: string): number {
  return Math.max(0, Math.floor(Number(rawAt(doc, key)))) || 0;
}

const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['SECRETS', 'Secret'],
  ['CONFIGMAPS', 'Config map'],
  ['CLUSTER_ROLES', 'Cluster role'],
  ['CLUSTER_ROLE_BINDINGS', 'Cluster role binding'],
  ['NETWORK_POLICIES', 'Network policy'],
  ['SECURITY_CONTEXT_CONSTRAINTS', 'Security context constraints'],
  ['EGRESS_FIREWALLS', 'Egress firewall'],
]);

function entityOf(doc: Doc, limits: Limits): string {
  const deployment = docAt(doc, 'deployment');
  const resource = docAt(doc, 'resource');
  if (Object.hasOwn(doc, 'deployment')) {
    return `${lineAt(deployment, 'type', limits) || 'Deployment'} ${lineAt(deployment, 'name', limits)}`;
  }
  if (Object.hasOwn(doc, 'resource')) {
    const type = rawAt(resource, 'resourceType');
    return `${RESOURCES.get(type) ?? (words(lineAt(resource, 'resourceType', limits)) || 'Resource')} ${lineAt(resource, 'name', limits)}`;
  }
  if (Object.hasOwn(doc, 'node')) return `Node ${lineAt(docAt(doc, 'node'), 'name', limits)}`;
  return Object.hasOwn(doc, 'image') ? `Image ${imageName(docAt(doc, 'image'), limits)}` : '';
}

/** Annotations and labels of a workload that tell whose it is. */
const OWNERS = ['owner', 'team', 'email', 'contact', 'app.kubernetes.io/part-of'];

function ownerOf(deployment: Doc, limits: Limits): Fact[] {
  const annotations = docAt(deployment, 'annotations');
  const labels = docAt(deployment, 'labels');
  return facts(
    ...OWNERS.map((key): [string, string] => [
      words(key.replace(/^.*\//, '').replaceAll('-', ' ')),
      lineAt(annotations, key, limits) || lineAt(labels, key, limits),
    ]),
  );
}

function whereOf(doc: Doc, limits: Limits): Fact[] {
  return facts(
    ['Cluster', lineAt(doc, 'clusterName', limits)],
    ['Namespace', lineAt(doc, 'namespace', limits) || lineAt(docAt(doc, 'deployment'), 'namespace', limits)],
    ['Component', rawAt(doc, 'platformComponent') === 'true' ? 'Part of the platform' : ''],
  );
}

function imagesOf(doc: Doc, limits: Limits): Clipped<Image> {
  if (Object.hasOwn(doc, 'image')) return clip([docAt(doc, 'image')], limits, (image) => imageOf(image, '', limits));
  return clip(docsAt(docAt(doc, 'deployment'), 'containers'), limits, (container) =>
    imageOf(docAt(container, 'image'), lineAt(container, 'name', limits), limits),
  );
}

function imageOf(image: Doc, container: string, limits: Limits): Image {
  const notes = [
    rawAt(image, 'isClusterLocal') === 'true' ? 'from the registry inside the cluster' : '',
    rawAt(image, 'notPullable') === 'true' ? 'cannot be pulled' : '',
  ];
  const name = imageName(image, limits);
  const digest = lineAt(image, 'id', limits);
  return { container, name, digest: name.includes(digest) ? '' : digest, notes: notes.filter(Boolean).join(', ') };
}

/** RHACS' full name of an image: `fullName`, else put together from its parts. */
function imageName(image: Doc, limits: Limits): string {
  const name = docAt(image, 'name');
  const full = lineAt(name, 'fullName', limits);
  if (full !== '') return full;
  const path = [lineAt(name, 'registry', limits), lineAt(name, 'remote', limits)].filter(Boolean).join('/');
  const tag = lineAt(name, 'tag', limits);
  const id = lineAt(image, 'id', limits);
  return `${path}${tag === '' ? '' : `:${tag}`}${id === '' ? '' : `@${id}`}` || '(unknown image)';
}
