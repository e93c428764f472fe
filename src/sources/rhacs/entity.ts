import { isObject, type JsonObject, objectAt, textAt } from '../json.ts';

const KINDS = ['deployment', 'image', 'resource', 'node'] as const;
type EntityKind = (typeof KINDS)[number];

/** What a violation is about. Texts are as received, '' where absent. */
export interface Entity {
  readonly kind: EntityKind;
  readonly name: string;
  /** Kubernetes kind of a deployment (`StatefulSet`), lower-case type of a resource (`cluster_roles`); '' for others. */
  readonly type: string;
  readonly cluster: string;
  readonly namespace: string;
  /** The object as received. */
  readonly json: JsonObject;
}

/** Told by which member is present: `entityType` is not reliable. */
export function entityOf(alert: JsonObject): Entity | undefined {
  for (const kind of KINDS) {
    const json = alert[kind];
    if (!isObject(json)) continue;
    return {
      kind,
      name: kind === 'image' ? imageName(json) : textAt(json, 'name'),
      type: kind === 'resource' ? textAt(json, 'resourceType').toLowerCase() : textAt(json, 'type'),
      cluster: textAt(alert, 'clusterName') || textAt(json, 'clusterName'),
      namespace: textAt(alert, 'namespace') || textAt(json, 'namespace'),
      json,
    };
  }
  return undefined;
}

/** A container image's full name, put together as RHACS does where `fullName` is absent. */
export function imageName(image: JsonObject): string {
  const name = objectAt(image, 'name');
  const fullName = textAt(name, 'fullName');
  if (fullName !== '') return fullName;
  const path = [textAt(name, 'registry'), textAt(name, 'remote')].filter((part) => part !== '').join('/');
  const tag = textAt(name, 'tag');
  const id = textAt(image, 'id');
  return `${path}${tag && `:${tag}`}${id && `@${id}`}`;
}
