import { objectAt, textAt } from '../../sources/json.ts';
import { formatTime } from '../../time/timestamp.ts';
import type { SecurityEvent } from '../events/security-event.ts';
import { withoutEmpty } from '../texts.ts';

/** Characters of one text. */
const MAX_TEXT = 2_000;
const ACTIONS: Readonly<Record<string, string>> = {
  SCALE_TO_ZERO_ENFORCEMENT: 'Scaled to zero replicas',
  UNSATISFIABLE_NODE_CONSTRAINT_ENFORCEMENT: 'Unsatisfiable node constraint added to prevent deployment',
  FAIL_DEPLOYMENT_CREATE_ENFORCEMENT: 'Blocked deployment create',
  FAIL_DEPLOYMENT_UPDATE_ENFORCEMENT: 'Blocked deployment update',
  FAIL_KUBE_REQUEST_ENFORCEMENT: 'Blocked kubernetes operation',
};

/** 1 to 32 letters and digits. */
export function findingId({ id }: SecurityEvent): string {
  return id.replace(/[^A-Za-z\d]/g, '').slice(0, 32) || 'unknown';
}

/** @param now ms: no finding is in the future */
export function findingOf(
  event: SecurityEvent,
  source: string,
  clusters: ReadonlyMap<string, string>,
  now: number,
): object {
  const { entity, namespace, violations, document } = event;
  const enforcement = objectAt(document.body, 'enforcement');
  const action = textAt(enforcement, 'action');
  const type =
    entity.kind === 'resource'
      ? textAt(objectAt(document.body, 'resource'), 'resourceType')
      : textAt(objectAt(document.body, 'deployment'), 'type');
  return {
    parent: source,
    resourceName: clusters.get(event.cluster) ?? `${source}/${event.cluster || 'unknown'}`,
    state: event.state === 'RESOLVED' ? 'INACTIVE' : 'ACTIVE',
    category: event.policy.name.slice(0, 255),
    severity: event.severity.toUpperCase(),
    findingClass: event.policy.categories.includes('Vulnerability Management') ? 'VULNERABILITY' : 'THREAT',
    eventTime: formatTime(Math.min(event.time, now)),
    ...withoutEmpty({
      externalUri: event.url,
      description: event.description.slice(0, MAX_TEXT),
      nextSteps: event.remediation.slice(0, MAX_TEXT),
    }),
    sourceProperties: withoutEmpty({
      namespace,
      service: entity.name,
      [entity.kind === 'resource' ? 'resource_type' : 'deployment_type']: type,
      summary: [...new Set(violations)].sort().join(' ').slice(0, MAX_TEXT),
      fingerprint: event.fingerprint,
      enforcement_actions:
        action === '' ? [] : [{ action: ACTIONS[action] ?? action, message: textAt(enforcement, 'message') }],
    }),
  };
}
