import type { JsonObject } from '../json.ts';

/** An enum's names by number, the one that protojson leaves out (0) first. */
type EnumNames = Readonly<Record<number, string>>;

const SEVERITY: EnumNames = ['UNSET_SEVERITY', 'LOW_SEVERITY', 'MEDIUM_SEVERITY', 'HIGH_SEVERITY', 'CRITICAL_SEVERITY'];
const LIFECYCLE_STAGE: EnumNames = ['DEPLOY', 'BUILD', 'RUNTIME'];
const VIOLATION_STATE: EnumNames = { 0: 'ACTIVE', 2: 'RESOLVED', 3: 'ATTEMPTED' };

/** `low`, `medium`, `high`, `critical`; '' where it is unset; what a newer product may send, in lower case. */
export function severityOf(policy: JsonObject): string {
  const name = enumName(policy, 'severity', SEVERITY);
  return name === SEVERITY[0] ? '' : name.replace(/_SEVERITY$/, '').toLowerCase();
}

/** `deploy`, `build`, `runtime`; '' for a number that no known product has. */
export function lifecycleStageOf(alert: JsonObject): string {
  return enumName(alert, 'lifecycleStage', LIFECYCLE_STAGE).toLowerCase();
}

/** `ACTIVE`, `RESOLVED`, `ATTEMPTED`, or what a newer product may send. */
export function stateOf(alert: JsonObject): string {
  return enumName(alert, 'state', VIOLATION_STATE);
}

/** protojson writes an enum by name, an unknown one as its number, and leaves the first out. */
function enumName(parent: JsonObject, member: string, names: EnumNames): string {
  const value = parent[member];
  if (typeof value === 'number') return names[value] ?? '';
  return typeof value === 'string' && value !== '' ? value.toWellFormed() : (names[0] ?? '');
}
