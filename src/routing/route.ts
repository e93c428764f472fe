import type { LabelSet } from '../alert/label-set.ts';
import { type Matcher, matchesAll } from '../alert/matcher.ts';
import type { RouteConfig } from '../config/types.ts';

/** A node of the routing tree with everything inherited filled in (as Alertmanager's dispatch.Route). Durations in ms. */
export interface Route {
  /** Unique in the tree and the same after a reload that leaves the node where it is, e.g. `{}/{foo="bar"}/0`. */
  readonly id: string;
  /** The matchers from the root down, e.g. `{}/{foo="bar"}`; equal siblings share it. First part of a group key. */
  readonly key: string;
  readonly receiver: string;
  /** undefined: all labels (`...`). */
  readonly groupBy: ReadonlySet<string> | undefined;
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** Name to Handlebars template, the parents' included. */
  readonly labels: ReadonlyMap<string, string>;
  readonly children: ChildIndex;
}

const DEFAULTS = {
  groupBy: [] as readonly string[],
  groupWait: 30_000,
  groupInterval: 300_000,
  repeatInterval: 14_400_000,
};

/** Builds the tree from the file's `route:`, whose rules (receiver at the root, ...) the configuration has checked. */
export function buildRouteTree(root: RouteConfig): Route {
  return build(root, undefined, 0);
}

/** The routes an alert with these labels takes, in tree order; never empty, as the root matches everything. */
export function matchRoutes(route: Route, labels: LabelSet): readonly Route[] {
  const matched: Route[] = [];
  collect(route, labels, matched);
  return matched;
}

/** The labels that decide in which of the route's groups an alert is; absent ones are left out. */
export function groupLabels(route: Route, labels: LabelSet): LabelSet {
  const by = route.groupBy;
  return by === undefined ? labels : labels.filter((name) => by.has(name));
}

/** Depth first over the tree. */
export function* walkRoutes(route: Route): Generator<Route> {
  yield route;
  for (const child of route.children.all) yield* walkRoutes(child);
}

function textOf({ matchers }: RouteConfig): string {
  return `{${matchers.map(String).join(',')}}`;
}

function build(config: RouteConfig, parent: Route | undefined, nth: number): Route {
  const text = textOf(config);
  const groupBy = config.groupBy ?? (parent ? undefined : DEFAULTS.groupBy);
  const children: Route[] = [];
  const route: Route = {
    id: parent ? `${parent.id}/${text}/${nth}` : text,
    key: parent ? `${parent.key}/${text}` : text,
    receiver: config.receiver ?? parent?.receiver ?? '',
    groupBy: groupBy === undefined ? parent?.groupBy : groupBy.includes('...') ? undefined : new Set(groupBy),
    groupWait: config.groupWait ?? parent?.groupWait ?? DEFAULTS.groupWait,
    groupInterval: config.groupInterval ?? parent?.groupInterval ?? DEFAULTS.groupInterval,
    repeatInterval: config.repeatInterval ?? parent?.repeatInterval ?? DEFAULTS.repeatInterval,
    matchers: config.matchers,
    continue: config.continue,
    muteTimeIntervals: config.muteTimeIntervals,
    activeTimeIntervals: config.activeTimeIntervals,
    labels: new Map([...(parent?.labels ?? []), ...config.labels]),
    children: { all: children, byValue: new Map(), rest: [] },
  };
  const seen = new Map<string, number>();
  for (const child of config.routes) {
    // Counted among equals only: a sibling that is put in or moved changes nobody else's id, and so nobody's groups.
    const childText = textOf(child);
    const nth = seen.get(childText) ?? 0;
    seen.set(childText, nth + 1);
    children.push(build(child, route, nth));
  }
  indexChildren(route.children);
  return Object.freeze(route);
}

/**
 * A node's children in order, found by one of their equality matchers: with 2,000 teams under one node, an alert is
 * tried against its own team's route, not against all.
 */
interface ChildIndex {
  readonly all: readonly Route[];
  /** Label name, then label value, to positions in `all`. */
  readonly byValue: Map<string, Map<string, number[]>>;
  /** Positions of the children without such a matcher. */
  readonly rest: number[];
}

function indexChildren(index: ChildIndex): void {
  index.all.forEach((child, position) => {
    const equality = child.matchers.find((matcher) => matcher.type === '=' && matcher.value !== '');
    if (!equality) {
      index.rest.push(position);
      return;
    }
    const values = index.byValue.get(equality.name) ?? new Map<string, number[]>();
    index.byValue.set(equality.name, values);
    const positions = values.get(equality.value);
    if (positions) positions.push(position);
    else values.set(equality.value, [position]);
  });
}

function candidates(index: ChildIndex, labels: LabelSet): readonly number[] {
  let found: readonly number[] = index.rest;
  for (const [name, values] of index.byValue) {
    const positions = values.get(labels.get(name) ?? '');
    if (positions) found = found.length === 0 ? positions : [...found, ...positions].sort((a, b) => a - b);
  }
  return found;
}

/** Returns whether the route matched. `continue` counts on the child that matched, even when only its child did. */
function collect(route: Route, labels: LabelSet, matched: Route[]): boolean {
  if (!matchesAll(route.matchers, labels)) return false;
  const before = matched.length;
  for (const position of candidates(route.children, labels)) {
    const child = route.children.all[position] as Route;
    if (collect(child, labels, matched) && !child.continue) break;
  }
  if (matched.length === before) matched.push(route);
  return true;
}
