import { isObject, type JsonObject, objectAt, textAt } from '../json.ts';
import type { NamespaceRef, Subject } from '../subject.ts';
import { entityOf } from './entity.ts';

/** Resources that no namespace holds, whatever the alert says. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set(['cluster_roles', 'cluster_role_bindings']);

/** Where RHACS looks for recipients: a deployment and its namespace; a namespaced resource's namespace; nowhere else. */
export function rhacsSubject(details: unknown): Subject {
  const alert = isObject(details) ? objectAt(details, 'alert') : {};
  const entity = entityOf(alert);
  if (entity?.kind === 'deployment') {
    const { json } = entity;
    return {
      kind: entity.kind,
      annotations: objectAt(json, 'annotations'),
      labels: objectAt(json, 'labels'),
      namespace: namespaceOf(alert, json),
    };
  }
  const inNamespace = entity?.kind === 'resource' && !CLUSTER_WIDE.has(entity.type);
  return {
    kind: entity?.kind ?? '',
    annotations: {},
    labels: {},
    namespace: inNamespace ? namespaceOf(alert, entity.json) : undefined,
  };
}

function namespaceOf(alert: JsonObject, entity: JsonObject): NamespaceRef | undefined {
  const text = (name: string): string => textAt(alert, name) || textAt(entity, name);
  const name = text('namespace');
  if (name === '') return undefined;
  return { name, id: text('namespaceId'), cluster: text('clusterName'), clusterId: text('clusterId') };
}
