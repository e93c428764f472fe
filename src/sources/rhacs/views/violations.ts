import type { Limits } from '../../../templating/limits.ts';
import { readable } from '../../../templating/time-format.ts';
import { cutText } from '../../../templating/visible-text.ts';
import { type JsonObject, objectAt, objectsAt, scalarAt } from '../../json.ts';
import { processLine } from './processes.ts';
import { type Clipped, clip, type Fact, facts, isLater, lineAt, words } from './read.ts';
import { byRisk, type Vulnerability, vulnerabilityOf } from './vulnerabilities.ts';

/** One violation: what RHACS says, and what it knows besides. */
export interface Violation {
  readonly message: string;
  /** RFC 3339 or ''. */
  readonly time: string;
  /** Not in the email before. */
  readonly isNew: boolean;
  /** In RHACS' order; names may repeat. */
  readonly facts: readonly Fact[];
}

export interface Violations {
  readonly vulnerabilities: Clipped<Vulnerability>;
  /** All others. */
  readonly violations: Clipped<Violation>;
}

/**
 * What is new first.
 * @param omitted how many at the end of the list were left out. @param notifiedUpTo ms, what is newer is new
 */
export function violationsOf(
  alert: JsonObject,
  limits: Limits,
  omitted: number,
  notifiedUpTo: number | undefined,
): Violations {
  const vulnerabilities: Vulnerability[] = [];
  const fresh: JsonObject[] = [];
  const known: JsonObject[] = [];
  for (const violation of objectsAt(alert, 'violations')) {
    const isNew = isLater(timeOf(violation), notifiedUpTo);
    const vulnerability = vulnerabilityOf(scalarAt(violation, 'message'), isNew, limits);
    if (vulnerability) vulnerabilities.push(vulnerability);
    else (isNew ? fresh : known).push(violation);
  }
  vulnerabilities.sort(byRisk);
  const others = clip([...fresh, ...known], limits, (violation) => violationOf(violation, limits));
  // The rest of a list is most likely like its beginning.
  const isVulnerable = vulnerabilities.length > others.total;
  return {
    vulnerabilities: withOmitted(
      clip(vulnerabilities, limits, (one) => one),
      isVulnerable ? omitted : 0,
    ),
    violations: withOmitted(
      {
        ...others,
        shown: others.shown.map((violation, i) => ({ ...violation, isNew: i < fresh.length })),
      },
      isVulnerable ? 0 : omitted,
    ),
  };
}

function withOmitted<T>({ shown, more, total }: Clipped<T>, omitted: number): Clipped<T> {
  return { shown, more: more + omitted, total: total + omitted };
}

function timeOf(violation: JsonObject): string {
  return scalarAt(violation, 'time') || scalarAt(objectAt(violation, 'fileAccess'), 'timestamp');
}

function violationOf(violation: JsonObject, limits: Limits): Omit<Violation, 'isNew'> {
  const access = objectAt(violation, 'fileAccess');
  const attributes = objectsAt(objectAt(violation, 'keyValueAttrs'), 'attrs').slice(0, limits.items);
  const message = cutText(scalarAt(violation, 'message'), Math.min(limits.text, 2_000)).replace(/ {2,}/g, ' ').trim();
  return {
    message: message || 'No message given',
    time: readable(timeOf(violation)) ? timeOf(violation) : '',
    facts: [
      ...attributes.map((pair) => ({ name: lineAt(pair, 'key', limits), value: lineAt(pair, 'value', limits) })),
      ...flowFacts(objectAt(violation, 'networkFlowInfo'), limits),
      ...fileFacts(access, limits),
    ],
  };
}

function flowFacts(flow: JsonObject, limits: Limits): Fact[] {
  if (Object.keys(flow).length === 0) return [];
  const protocol = lineAt(flow, 'protocol', limits).replace(/^L4_PROTOCOL_/, '');
  const port = lineAt(objectAt(flow, 'destination'), 'port', limits);
  return facts(
    ['From', peer(objectAt(flow, 'source'), limits)],
    ['To', peer(objectAt(flow, 'destination'), limits)],
    ['Port', [port, protocol === 'UNKNOWN' ? '' : protocol].filter(Boolean).join('/')],
  );
}

const PEER_KINDS: ReadonlyMap<string, string> = new Map([
  ['INTERNET', 'the Internet'],
  ['LISTEN_ENDPOINT', 'listening endpoint'],
  ['EXTERNAL_SOURCE', 'external network'],
  ['INTERNAL_ENTITIES', 'inside the cluster'],
]);

/** `billing/ledger-db (StatefulSet)`, `partner-sftp (external network)`. */
function peer(entity: JsonObject, limits: Limits): string {
  const namespace = lineAt(entity, 'deploymentNamespace', limits);
  const name = lineAt(entity, 'name', limits) || '(unknown)';
  const kind = lineAt(entity, 'deploymentType', limits) || (PEER_KINDS.get(scalarAt(entity, 'entityType')) ?? '');
  return `${namespace === '' ? '' : `${namespace}/`}${name}${kind === '' ? '' : ` (${kind})`}`;
}

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['CREATE', 'Created'],
  ['UNLINK', 'Deleted'],
  ['RENAME', 'Renamed'],
  ['PERMISSION_CHANGE', 'Permissions changed'],
  ['OWNERSHIP_CHANGE', 'Owner changed'],
  ['OPEN', 'Opened for writing'],
  ['ACL_CHANGE', 'Access list changed'],
  ['XATTR_SET', 'Extended attribute set'],
  ['XATTR_REMOVE', 'Extended attribute removed'],
]);

function fileFacts(access: JsonObject, limits: Limits): Fact[] {
  if (Object.keys(access).length === 0) return [];
  const file = objectAt(access, 'file');
  const meta = objectAt(file, 'meta');
  // protojson leaves the first enum value out, so a missing operation is CREATE.
  const operation = scalarAt(access, 'operation') || 'CREATE';
  const actual = lineAt(file, 'actualPath', limits);
  const effective = lineAt(file, 'effectivePath', limits);
  return facts(
    ['Operation', OPERATIONS.get(operation) ?? words(lineAt(access, 'operation', limits))],
    ['File', effective || actual],
    ['On the host', effective === '' || actual === effective ? '' : actual],
    ['Moved to', movedTo(objectAt(access, 'moved'), limits)],
    ['Owner', owner(meta, limits)],
    ['Mode', octal(scalarAt(meta, 'mode'))],
    ['Attribute', lineAt(meta, 'xattrName', limits)],
    ['Access list', lineAt(meta, 'aclEntries', limits) || lineAt(meta, 'aclType', limits)],
    ['Process', processLine(objectAt(access, 'process'), limits)],
    ['Pod', lineAt(objectAt(access, 'process'), 'podId', limits)],
    ['Container', lineAt(objectAt(access, 'process'), 'containerName', limits)],
    ['Host', lineAt(access, 'hostname', limits)],
  );
}

function movedTo(moved: JsonObject, limits: Limits): string {
  return lineAt(moved, 'effectivePath', limits) || lineAt(moved, 'actualPath', limits);
}

/** `app:app (1000:1000)`; ids that are missing are 0. */
function owner(meta: JsonObject, limits: Limits): string {
  if (Object.keys(meta).length === 0) return '';
  const ids = `${scalarAt(meta, 'uid') || '0'}:${scalarAt(meta, 'gid') || '0'}`;
  const names = [lineAt(meta, 'username', limits), lineAt(meta, 'group', limits)].filter(Boolean).join(':');
  return names === '' ? ids : `${names} (${ids})`;
}

/** RHACS sends the mode as a decimal number: 420 is 0644. */
function octal(mode: string): string {
  if (!/^\d{1,10}$/.test(mode)) return '';
  return `0${(Number(mode) & 0o7777).toString(8).padStart(3, '0')}`;
}
