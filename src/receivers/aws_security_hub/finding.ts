import { isObject, objectAt, objectsAt, textAt } from '../../sources/json.ts';
import { imageName } from '../../sources/rhacs/entity.ts';
import type { EventSeverity, SecurityEvent } from '../events/security-event.ts';
import { truncateRunes } from '../truncate.ts';

export interface FindingContext {
  readonly accountId: string;
  readonly productArn: string;
  /** ms: Security Hub takes an update only with a later time than the one before. */
  readonly now: number;
}

/** Limits of the AWS Security Finding Format, characters. */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 1_024;
const MAX_ID = 512;
const MAX_RESOURCES = 32;
const MAX_RECOMMENDATION = 512;

const SEVERITIES: Readonly<Record<EventSeverity, readonly [label: string, product: number, normalized: number]>> = {
  critical: ['CRITICAL', 4, 100],
  high: ['HIGH', 3, 75],
  medium: ['MEDIUM', 2, 50],
  low: ['LOW', 1, 25],
};

const CHECKS = 'Software and Configuration Checks';
/** RHACS' categories in the namespaces of the format. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['Vulnerability Management', `${CHECKS}/Vulnerabilities/CVE`],
  ['Anomalous Activity', 'Unusual Behaviors/Container'],
  ['Cryptocurrency Mining', 'Unusual Behaviors/Container'],
  ['Network Tools', 'Unusual Behaviors/Network Flows'],
  ['Privileges', 'TTPs/Privilege Escalation'],
  ['System Modification', 'Effects'],
  ['Kubernetes Events', 'Unusual Behaviors'],
  ['Docker CIS', `${CHECKS}/Industry and Regulatory Standards`],
  ['Zero Trust', CHECKS],
  ['Supply Chain Security', CHECKS],
]);

/** A finding (ASFF 2018-10-08). */
export function findingOf(event: SecurityEvent, { accountId, productArn, now }: FindingContext): object {
  const [label, product, normalized] = SEVERITIES[event.severity];
  const types = [...new Set(event.policy.categories.map((category) => TYPES.get(category) ?? 'TTPs'))];
  const allTypes = types.length > 0 ? types : ['TTPs'];
  return {
    SchemaVersion: '2018-10-08',
    AwsAccountId: accountId,
    ProductArn: productArn,
    ProductFields: { ProviderName: 'tocsin', 'tocsin/fingerprint': event.fingerprint },
    Id: cut(event.id, MAX_ID),
    GeneratorId: cut(event.policy.id, MAX_ID),
    Title: cut(`Policy ${event.policy.name} violated`, MAX_TITLE),
    Description: cut(event.description || '<policy has no description>', MAX_DESCRIPTION),
    CreatedAt: new Date(event.firstOccurred).toISOString(),
    UpdatedAt: new Date(now).toISOString(),
    Severity: { Label: label, Product: product, Normalized: normalized },
    Types: allTypes,
    FindingProviderFields: { Severity: { Label: label }, Types: allTypes },
    Confidence: 100,
    ...(event.url && { SourceUrl: event.url }),
    ...(event.remediation && { Remediation: { Recommendation: { Text: cut(event.remediation, MAX_RECOMMENDATION) } } }),
    Resources: resourcesOf(event),
    ...states(event),
  };
}

function states({ state }: SecurityEvent): object {
  if (state === 'RESOLVED') return { Compliance: { Status: 'PASSED' }, RecordState: 'ARCHIVED' };
  return state === 'ACTIVE' ? { Compliance: { Status: 'FAILED' }, RecordState: 'ACTIVE' } : {};
}

/** What it is about, the containers, and a resource per violation; the last one says how many did not fit. */
function resourcesOf(event: SecurityEvent): object[] {
  const { entity, cluster, namespace, violations } = event;
  const kind = entity.kind || 'alert';
  const name = entity.name || event.policy.name;
  const other = { 'cluster-name': cluster, [`${kind}-name`]: name, [`${kind}-namespace`]: namespace };
  const resources = [
    { Id: cut(`${kind}: ${name}`, MAX_ID), Type: 'Other', Details: { Other: texts(other) } },
    ...containersOf(event),
    ...violations.map((message) => ({ Id: cut(`violation: ${message}`, MAX_ID), Type: 'Other' })),
  ];
  if (resources.length <= MAX_RESOURCES) return resources;
  const kept = resources.slice(0, MAX_RESOURCES - 1);
  return [...kept, { Id: `note: ${resources.length - kept.length} more are not listed`, Type: 'Other' }];
}

function containersOf({ document, entity, cluster, namespace }: SecurityEvent): object[] {
  const containers = objectsAt(objectAt(document.body, 'deployment'), 'containers');
  return containers.flatMap((container) => {
    const image = objectAt(container, 'image');
    const digest = textAt(image, 'id');
    if (digest === '' || !isObject(container)) return [];
    const name = textAt(container, 'name');
    const Container = texts({ ImageId: digest, ImageName: imageName(image), Name: name });
    const Id = cut(`container: ${entity.name}.${namespace}@${cluster}: ${name}`, MAX_ID);
    return [{ Id, Type: 'Container', Details: { Container } }];
  });
}

/** Without empty values, which Security Hub refuses; each cut. */
function texts(values: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(values).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.map(([key, value]) => [key, cut(value, MAX_DESCRIPTION)]));
}

function cut(text: string, limit: number): string {
  return truncateRunes(text, limit);
}
