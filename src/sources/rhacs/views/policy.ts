import type { Limits } from '../../../templating/limits.ts';
import { visibleLine } from '../../../templating/visible-text.ts';
import { type JsonObject, listAt, objectAt, objectsAt, scalarAt } from '../../json.ts';
import { mitreName } from './mitre.ts';
import { lineAt, linesAt, paragraphsAt, words } from './read.ts';

export interface Policy {
  readonly name: string;
  readonly description: string;
  readonly rationale: string;
  readonly remediation: string;
  readonly categories: readonly string[];
  readonly mitre: readonly Tactic[];
  readonly criteria: readonly Section[];
}

interface MitreEntry {
  readonly id: string;
  /** '' when the table has none. */
  readonly name: string;
  readonly url: string;
}

export interface Tactic extends MitreEntry {
  readonly techniques: readonly MitreEntry[];
}

/** A section of a policy: all its lines must hold. Several sections are alternatives. */
export interface Section {
  readonly name: string;
  readonly lines: readonly string[];
}

export function policyOf(alert: JsonObject, limits: Limits): Policy {
  const policy = objectAt(alert, 'policy');
  return {
    name: lineAt(policy, 'name', limits),
    description: paragraphsAt(policy, 'description', limits),
    rationale: paragraphsAt(policy, 'rationale', limits),
    remediation: paragraphsAt(policy, 'remediation', limits),
    categories: linesAt(policy, 'categories', limits),
    mitre: mitreOf(policy, limits),
    criteria: criteriaOf(policy, limits),
  };
}

/** One entry for each tactic, also where RHACS names it twice. */
function mitreOf(policy: JsonObject, limits: Limits): Tactic[] {
  const tactics = new Map<string, Set<string>>();
  for (const vector of objectsAt(policy, 'mitreAttackVectors').slice(0, limits.items)) {
    const tactic = scalarAt(vector, 'tactic');
    const techniques = tactics.get(tactic) ?? new Set();
    for (const technique of listAt(vector, 'techniques')) if (typeof technique === 'string') techniques.add(technique);
    tactics.set(tactic, techniques);
  }
  return [...tactics].map(([tactic, techniques]) => ({
    ...mitreEntry(tactic),
    techniques: [...techniques].slice(0, limits.items).map(mitreEntry),
  }));
}

function mitreEntry(id: string): MitreEntry {
  const match = /^(?:TA\d{4}|T(\d{4})(?:\.(\d{3}))?)$/.exec(id);
  let url = '';
  if (match) {
    const technique = match[1] === undefined ? '' : `T${match[1]}${match[2] === undefined ? '' : `/${match[2]}`}`;
    url = `https://attack.mitre.org/${technique === '' ? `tactics/${id}` : `techniques/${technique}`}/`;
  }
  return { id: visibleLine(id, 40), name: mitreName(id), url };
}

function criteriaOf(policy: JsonObject, limits: Limits): Section[] {
  return objectsAt(policy, 'policySections')
    .slice(0, limits.items)
    .map((section) => ({
      name: lineAt(section, 'sectionName', limits),
      lines: objectsAt(section, 'policyGroups')
        .slice(0, limits.items)
        .map((group) => criterion(group, limits)),
    }))
    .filter((section) => section.lines.length > 0);
}

/** `Process Name: iptables OR nft`, `Kubernetes User Name: NOT (a OR b)`. */
function criterion(group: JsonObject, limits: Limits): string {
  const operator = scalarAt(group, 'booleanOperator') === 'AND' ? ' AND ' : ' OR ';
  const values = objectsAt(group, 'values').map((value) => lineAt(value, 'value', limits));
  const shown = values.slice(0, limits.items).join(operator);
  const joined = values.length > limits.items ? `${shown}${operator}${values.length - limits.items} more` : shown;
  const field = lineAt(group, 'fieldName', limits) || '(unnamed field)';
  return `${field}: ${scalarAt(group, 'negate') === 'true' ? `NOT (${joined})` : joined}`;
}

const ENFORCEMENTS: ReadonlyMap<string, string> = new Map([
  ['SCALE_TO_ZERO_ENFORCEMENT', 'deployment scaled to zero'],
  ['UNSATISFIABLE_NODE_CONSTRAINT_ENFORCEMENT', 'deployment kept off every node by an unsatisfiable node constraint'],
  ['KILL_POD_ENFORCEMENT', 'pods killed'],
  ['FAIL_BUILD_ENFORCEMENT', 'build failed'],
  ['FAIL_KUBE_REQUEST_ENFORCEMENT', 'Kubernetes request was rejected'],
  ['FAIL_DEPLOYMENT_CREATE_ENFORCEMENT', 'deployment creation was rejected'],
  ['FAIL_DEPLOYMENT_UPDATE_ENFORCEMENT', 'deployment update was rejected'],
]);

/** What RHACS did about it, in words; '' where it did nothing. */
export function enforcementOf(alert: JsonObject, limits: Limits): string {
  const action = scalarAt(objectAt(alert, 'enforcement'), 'action');
  if (action === '' || action === 'UNSET_ENFORCEMENT') return '';
  const count = Number(scalarAt(alert, 'enforcementCount'));
  const known =
    ENFORCEMENTS.get(action) ?? words(visibleLine(action.replace(/_ENFORCEMENT$/, ''), Math.min(limits.text, 200)));
  return count > 1 ? `${known} (${count} times)` : known;
}
