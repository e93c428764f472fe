import { isObject, type JsonObject, objectAt, textAt } from '../json.ts';

const KINDS = ['deployment', 'image', 'resource', 'node'] as const;
/** `entityType` of those; the others are of a newer product. */
const KNOWN_TYPES: ReadonlySet<string> = new Set(['', 'UNSET', 'DEPLOYMENT', 'CONTAINER_IMAGE', 'RESOURCE', 'NODE']);
/** Members of an alert that are objects and no entity, and names of labels that mean something else. */
const OTHERS: ReadonlySet<string> = new Set([
  'policy',
  'processViolation',
  'enforcement',
  'networkFlowInfo',
  'alertname',
  'severity',
  'source',
  'cluster',
  'namespace',
  'state',
  'lifecycle_stage',
  'entity_type',
]);

/** What a violation is about. Texts are as received, '' where absent. */
export interface Entity {
  /** `deployment`, `image`, `resource`, `node`, or what a newer product has, such as `virtual_machine`: fit for a label's name. */
  readonly kind: string;
  readonly name: string;
  /** Kubernetes kind of a deployment (`StatefulSet`), lower-case type of a resource (`cluster_roles`); '' for others. */
  readonly type: string;
  readonly cluster: string;
  readonly namespace: string;
  /** The object as received. */
  readonly json: JsonObject;
}

/** By the member that is present: `entityType` is not reliable. */
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
  return unknownEntity(alert);
}

/** An entity of a kind that this version does not know: an object with a name, or a type without one. */
function unknownEntity(alert: JsonObject): Entity | undefined {
  const [key, json] = Object.entries(alert).find(([name, value]) => isNamed(name, value)) ?? ['', {}];
  const type = textAt(alert, 'entityType');
  const kind = snakeCase(key) || (KNOWN_TYPES.has(type) ? '' : snakeCase(type));
  if (kind === '' || OTHERS.has(kind)) return undefined;
  const object = isObject(json) ? json : {};
  return {
    kind,
    name: textAt(object, 'name'),
    type: textAt(object, 'type'),
    cluster: textAt(alert, 'clusterName') || textAt(object, 'clusterName'),
    namespace: textAt(alert, 'namespace') || textAt(object, 'namespace'),
    json: object,
  };
}

function isNamed(key: string, value: unknown): boolean {
  return isObject(value) && textAt(value, 'name') !== '' && !OTHERS.has(key) && !OTHERS.has(snakeCase(key));
}

/** `virtualMachine` and `VIRTUAL_MACHINE` as `virtual_machine`; '' for what makes no name of a label. */
function snakeCase(name: string): string {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  return /^[a-z][a-z0-9_]{0,63}$/.test(snake) ? snake : '';
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
