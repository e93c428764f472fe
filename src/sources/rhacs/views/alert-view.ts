import type { TemplateAlert } from '../../../templating/data.ts';
import type { Limits } from '../../../templating/limits.ts';
import { asObject, type JsonObject, objectAt, objectsAt, scalarAt } from '../../json.ts';
import { type Entity, entityOf, imageName } from '../entity.ts';
import { lifecycleStageOf, stateOf } from '../enums.ts';
import type { Product } from '../product.ts';
import { enforcementOf, type Policy, policyOf } from './policy.ts';
import { type Processes, processesOf } from './processes.ts';
import { type Clipped, clip, type Fact, facts, line, lineAt, words } from './read.ts';
import { type Violation, violationsOf } from './violations.ts';
import type { Vulnerability } from './vulnerabilities.ts';

/** An RHACS alert as its email shows it. Every text is visible text within the limits. */
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
  /** Blocked at admission. */
  readonly attempted: boolean;
  /** The deployment is gone. */
  readonly inactive: boolean;
  readonly enforcement: string;
  readonly vulnerabilities: Clipped<Vulnerability>;
  /** Those that are no vulnerabilities. */
  readonly violations: Clipped<Violation>;
  readonly processes: Processes;
  readonly images: Clipped<Image>;
  /** RHACS' own ids, for looking things up; '' where it gives none. */
  readonly id: string;
  readonly deploymentId: string;
  readonly clusterId: string;
  /** The policy's page in Central; '' where Central's address is not known. */
  readonly policyURL: string;
}

interface Image {
  /** The container's name; '' when the image itself is concerned. */
  readonly container: string;
  readonly name: string;
  readonly digest: string;
  readonly notes: string;
}

/**
 * @param alert one whose details are the body of RHACS' webhook. Missing and misshapen parts come out empty.
 */
export function rhacsAlert(alert: TemplateAlert, product: Product, limits: Limits): RhacsAlert {
  const body = asObject(alert.details);
  // Central's REST API has no envelope.
  const doc = Object.hasOwn(body, 'alert') ? objectAt(body, 'alert') : body;
  const deployment = objectAt(doc, 'deployment');
  // An alert that has ended has nothing new.
  const newSince = alert.status === 'resolved' ? undefined : alert.notifiedUpTo;
  const attempted = stateOf(doc) === 'ATTEMPTED';
  // What the source could not keep of a huge body.
  const omitted = objectAt(body, 'omitted');
  return {
    product: product.title,
    policy: policyOf(doc, limits),
    entity: subjectOf(entityOf(doc), limits),
    where: whereOf(doc, limits),
    owner: ownerOf(deployment, limits),
    firstSeen: scalarAt(doc, 'firstOccurred'),
    lastSeen: scalarAt(doc, 'time'),
    stage: words(line(lifecycleStageOf(doc), limits)),
    attempted,
    inactive: scalarAt(deployment, 'inactive') === 'true' && !attempted,
    enforcement: enforcementOf(doc, limits),
    ...violationsOf(doc, limits, countAt(omitted, 'violations'), newSince),
    processes: processesOf(doc, limits, countAt(omitted, 'processes'), newSince),
    images: imagesOf(doc, limits),
    id: lineAt(doc, 'id', limits),
    deploymentId: lineAt(deployment, 'id', limits),
    clusterId: lineAt(doc, 'clusterId', limits) || lineAt(deployment, 'clusterId', limits),
    policyURL: policyURL(alert, product, scalarAt(objectAt(doc, 'policy'), 'id')),
  };
}

/** Links of an alert lead to Central, if anywhere. */
function policyURL({ generatorURL }: TemplateAlert, { policyPage }: Product, id: string): string {
  if (policyPage === '' || id === '' || id.length > 256 || !URL.canParse(generatorURL)) return '';
  return `${new URL(generatorURL).origin}${policyPage}${encodeURIComponent(id.toWellFormed())}`;
}

function countAt(doc: JsonObject, key: string): number {
  return Math.max(0, Math.floor(Number(scalarAt(doc, key)))) || 0;
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

/** `StatefulSet ledger-db`, `Image quay.io/shop/cart:3.0`; '' where nothing is concerned. */
function subjectOf(entity: Entity | undefined, limits: Limits): string {
  if (entity === undefined) return '';
  const { kind, type, name, json } = entity;
  return `${kindOf(kind, type, json)} ${line(name, limits)}`.trim();

  function kindOf(kind: Entity['kind'], type: string, json: JsonObject): string {
    if (kind === 'deployment') return line(type, limits) || 'Deployment';
    if (kind !== 'resource') return words(kind);
    return RESOURCES.get(scalarAt(json, 'resourceType')) ?? (line(words(type), limits) || 'Resource');
  }
}

/** Annotations and labels of a workload that tell whose it is. */
const OWNERS = ['owner', 'team', 'email', 'contact', 'app.kubernetes.io/part-of'];

function ownerOf(deployment: JsonObject, limits: Limits): Fact[] {
  const annotations = objectAt(deployment, 'annotations');
  const labels = objectAt(deployment, 'labels');
  return facts(
    ...OWNERS.map((key): [string, string] => [
      words(key.replace(/^.*\//, '').replaceAll('-', ' ')),
      lineAt(annotations, key, limits) || lineAt(labels, key, limits),
    ]),
  );
}

function whereOf(doc: JsonObject, limits: Limits): Fact[] {
  return facts(
    ['Cluster', lineAt(doc, 'clusterName', limits)],
    ['Namespace', lineAt(doc, 'namespace', limits) || lineAt(objectAt(doc, 'deployment'), 'namespace', limits)],
    ['Component', scalarAt(doc, 'platformComponent') === 'true' ? 'Part of the platform' : ''],
  );
}

function imagesOf(doc: JsonObject, limits: Limits): Clipped<Image> {
  if (Object.hasOwn(doc, 'image')) return clip([objectAt(doc, 'image')], limits, (image) => imageOf(image, '', limits));
  return clip(objectsAt(objectAt(doc, 'deployment'), 'containers'), limits, (container) =>
    imageOf(objectAt(container, 'image'), lineAt(container, 'name', limits), limits),
  );
}

function imageOf(image: JsonObject, container: string, limits: Limits): Image {
  const notes = [
    scalarAt(image, 'isClusterLocal') === 'true' ? 'from the registry inside the cluster' : '',
    scalarAt(image, 'notPullable') === 'true' ? 'cannot be pulled' : '',
  ];
  const name = line(imageName(image), limits) || '(unknown image)';
  const digest = lineAt(image, 'id', limits);
  return { container, name, digest: name.includes(digest) ? '' : digest, notes: notes.filter(Boolean).join(', ') };
}
