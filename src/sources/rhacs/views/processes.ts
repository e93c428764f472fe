import type { Limits } from '../../../templating/limits.ts';
import { visibleLine } from '../../../templating/visible-text.ts';
import { type JsonObject, objectAt, objectsAt, scalarAt } from '../../json.ts';
import { isLater, lineAt } from './read.ts';

/** One line of the tree of processes. */
export interface ProcessLine {
  /** Drawn branches in front of the name, e.g. `│  └─ `. */
  readonly branch: string;
  readonly command: string;
  /** Empty for an ancestor, which RHACS knows by its path alone. */
  readonly args: string;
  readonly path: string;
  readonly user: string;
  readonly pid: string;
  /** RFC 3339 or ''. */
  readonly time: string;
  /** Not in the email before. */
  readonly isNew: boolean;
  /** Only seen as the parent of another. */
  readonly ancestor: boolean;
}

/** The processes of one container of one pod. */
export interface ProcessTree {
  readonly pod: string;
  readonly container: string;
  readonly lines: readonly ProcessLine[];
}

export interface Processes {
  readonly message: string;
  readonly trees: readonly ProcessTree[];
  readonly total: number;
  readonly more: number;
}

interface Node {
  readonly path: string;
  readonly line: Omit<ProcessLine, 'branch'>;
  readonly children: Node[];
}

/**
 * The processes of an alert as trees by lineage, one for each pod and container, in the order of their first process.
 * What is new comes first.
 * @param omitted how many did not reach us. @param notifiedUpTo ms, what is newer is new
 */
export function processesOf(
  alert: JsonObject,
  limits: Limits,
  omitted: number,
  notifiedUpTo: number | undefined,
): Processes {
  const violation = objectAt(alert, 'processViolation');
  const listed = objectsAt(violation, 'processes');
  const isNew = (process: JsonObject): boolean => isLater(scalarAt(objectAt(process, 'signal'), 'time'), notifiedUpTo);
  const all = [...listed.filter(isNew), ...listed.filter((process) => !isNew(process))];
  const shown = all.slice(0, limits.items);
  const places = new Map<string, { pod: string; container: string; roots: Node[] }>();
  for (const process of shown) {
    const pod = lineAt(process, 'podId', limits);
    const container = lineAt(process, 'containerName', limits);
    const key = `${pod}\n${container}`;
    const place = places.get(key) ?? { pod, container, roots: [] };
    places.set(key, place);
    insert(place.roots, process, isNew(process), limits);
  }
  return {
    message: visibleLine(scalarAt(violation, 'message'), Math.min(limits.text, 1_000)),
    trees: [...places.values()].map(({ pod, container, roots }) => ({ pod, container, lines: draw(roots) })),
    total: all.length + omitted,
    more: all.length + omitted - shown.length,
  };
}

/** A process on one line, for file accesses: `vi /etc/passwd (/usr/bin/vi), root (uid 0)`. */
export function processLine(process: JsonObject, limits: Limits): string {
  const { command, args, path, user } = reported(process, limits);
  const call = [command, args].filter(Boolean).join(' ');
  if (call === '') return '';
  return `${call}${path === '' || path === command ? '' : ` (${path})`}, ${user}`;
}

const DEEPEST = 12;

function insert(roots: Node[], process: JsonObject, isNew: boolean, limits: Limits): void {
  const lineage = objectsAt(objectAt(process, 'signal'), 'lineageInfo').slice(0, DEEPEST).reverse();
  const chain = lineage.map((parent) => ancestor(parent, limits)).filter((node) => node.path !== '');
  let siblings = roots;
  chain.forEach((node, i) => {
    // A lineage may begin further down than an earlier one did: look for its beginning anywhere in the tree.
    const known = i === 0 ? findLast(roots, node.path) : siblings.findLast((sibling) => sibling.path === node.path);
    if (known === undefined) siblings.push(node);
    siblings = (known ?? node).children;
  });
  const line = { ...reported(process, limits), isNew };
  siblings.push({ path: line.path, line, children: [] });
}

function findLast(nodes: readonly Node[], path: string): Node | undefined {
  for (const node of nodes.toReversed()) {
    const found = node.path === path ? node : findLast(node.children, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function reported(process: JsonObject, limits: Limits): Omit<ProcessLine, 'branch' | 'isNew'> {
  const signal = objectAt(process, 'signal');
  const path = lineAt(signal, 'execFilePath', limits);
  return {
    command: lineAt(signal, 'name', limits) || baseName(path) || '(unnamed process)',
    args: visibleLine(scalarAt(signal, 'args'), Math.min(limits.text, 600)),
    path,
    user: user(scalarAt(signal, 'uid')),
    pid: lineAt(signal, 'pid', limits),
    time: scalarAt(signal, 'time'),
    ancestor: false,
  };
}

function ancestor(parent: JsonObject, limits: Limits): Node {
  const path = lineAt(parent, 'parentExecFilePath', limits);
  const line = {
    command: baseName(path),
    args: '',
    path,
    user: user(scalarAt(parent, 'parentUid')),
    pid: '',
    time: '',
    isNew: false,
    ancestor: true,
  };
  return { path, line, children: [] };
}

/** protojson leaves zeros out, so a missing uid is 0, which is root. */
function user(uid: string): string {
  return uid === '' || uid === '0' ? 'root (uid 0)' : `uid ${visibleLine(uid, 20)}`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function draw(nodes: readonly Node[], indent = '', depth = 0): ProcessLine[] {
  return nodes.flatMap((node, i) => {
    const last = i === nodes.length - 1;
    const own = depth === 0 ? '' : indent + (last ? '└─ ' : '├─ ');
    const below = depth === 0 ? '' : indent + (last ? '   ' : '│  ');
    return [{ branch: own, ...node.line }, ...draw(node.children, below, depth + 1)];
  });
}
