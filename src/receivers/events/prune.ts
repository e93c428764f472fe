import { type JsonObject, listAt, objectAt } from '../../sources/json.ts';

/** What an event lost so that it fits. */
export interface Pruned {
  readonly body: JsonObject;
  /** Violations and processes that were left out, the oldest first; annotations and labels of the deployment. */
  readonly omitted: { readonly violations: number; readonly processes: number; readonly labels: number };
}

/**
 * Leaves parts of RHACS' alert out until `size` says that it fits: the deployment's annotations and labels, then
 * processes, then violations. RHACS drops the newest first; here the oldest go, and how many is said in the event.
 */
export function prune(body: JsonObject, fits: (body: JsonObject, omitted: Pruned['omitted']) => boolean): Pruned {
  let omitted = { violations: 0, processes: 0, labels: 0 };
  let pruned = body;
  const attempt = (): boolean => fits(pruned, omitted);
  if (attempt()) return { body: pruned, omitted };
  const { annotations, labels, ...deployment } = objectAt(body, 'deployment');
  if (annotations !== undefined || labels !== undefined) {
    const count = Object.keys((annotations as object) ?? {}).length + Object.keys((labels as object) ?? {}).length;
    pruned = { ...pruned, deployment };
    omitted = { ...omitted, labels: count };
    if (attempt()) return { body: pruned, omitted };
  }
  const processViolation = objectAt(body, 'processViolation');
  const processes = listAt(processViolation, 'processes');
  const withProcesses = (count: number): void => {
    pruned = { ...pruned, processViolation: { ...processViolation, processes: newest(processes, count) } };
    omitted = { ...omitted, processes: processes.length - count };
  };
  if (processes.length > 0 && keepMost(processes.length, withProcesses, attempt)) return { body: pruned, omitted };
  const violations = listAt(body, 'violations');
  const withViolations = (count: number): void => {
    pruned = { ...pruned, violations: newest(violations, count) };
    omitted = { ...omitted, violations: violations.length - count };
  };
  if (violations.length > 0) keepMost(violations.length, withViolations, attempt);
  return { body: pruned, omitted };
}

/** Keeps as many items as fit, none where not even one does. @returns whether it fits then */
function keepMost(length: number, keep: (count: number) => void, fits: () => boolean): boolean {
  let most = 0;
  for (let low = 1, high = length - 1; low <= high; ) {
    const middle = (low + high) >> 1;
    keep(middle);
    if (fits()) {
      most = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  keep(most);
  return fits();
}

/** RHACS appends: the newest are at the end. */
function newest(list: readonly unknown[], count: number): readonly unknown[] {
  return count === 0 ? [] : list.slice(-count);
}
