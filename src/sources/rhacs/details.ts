import { BoundedCopy } from '../bounded-copy.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../json.ts';

/** Characters kept of one alert: of its lists of violations and processes, of one of their items, and of all else. */
const VIOLATIONS_BUDGET = 600_000;
const PROCESSES_BUDGET = 200_000;
const ITEM_BUDGET = 65_536;
const REST_BUDGET = 250_000;

/** What a body was too large for; absent in `details` when everything was kept. */
interface Omitted {
  readonly violations: number;
  readonly processes: number;
  /** Strings cut and members left out elsewhere. */
  readonly values: number;
}

/**
 * `details` of an alert message: the body as received (`{alert, ...extra fields}`), bounded to about 1 MB. What was left
 * out is counted in `details.omitted`.
 */
export function alertDetails(alert: JsonObject, extras: Readonly<Record<string, string>>): JsonObject {
  const { violations, processViolation, ...rest } = alert;
  const copy = new BoundedCopy(REST_BUDGET);
  const kept = copy.copy(rest) as Record<string, unknown>;
  const keptViolations = keepItems(violations, VIOLATIONS_BUDGET);
  if (Array.isArray(violations)) kept.violations = keptViolations.items;
  let keptProcesses = NO_ITEMS;
  if (isObject(processViolation)) {
    const { processes, ...others } = processViolation;
    keptProcesses = keepItems(processes, PROCESSES_BUDGET);
    const message = (copy.copy(others) ?? {}) as Record<string, unknown>;
    if (Array.isArray(processes)) message.processes = keptProcesses.items;
    kept.processViolation = message;
  }
  const omitted: Omitted = {
    violations: keptViolations.left,
    processes: keptProcesses.left,
    values: copy.omitted + keptViolations.values + keptProcesses.values,
  };
  const complete = omitted.violations + omitted.processes + omitted.values === 0;
  return { ...extras, alert: kept, ...(complete ? {} : { omitted }) };
}

/** The product's own id of an alert, by which Central can be asked for it; undefined for other messages and the Test. */
export function rhacsAlertId(details: unknown): string | undefined {
  if (!isObject(details)) return undefined;
  const id = textAt(objectAt(details, 'alert'), 'id');
  return id === '' || id === TEST_ALERT_ID ? undefined : id;
}

/** The id that the Test button sends; every real one is a UUID. */
export const TEST_ALERT_ID = 'testalert';

interface KeptItems {
  readonly items: readonly unknown[];
  /** How many items at the end did not fit. */
  readonly left: number;
  readonly values: number;
}

const NO_ITEMS: KeptItems = { items: [], left: 0, values: 0 };

/** Keeps whole items from the start of a list as long as they fit. */
function keepItems(list: unknown, budget: number): KeptItems {
  if (!Array.isArray(list)) return NO_ITEMS;
  const items: unknown[] = [];
  let free = budget;
  let values = 0;
  for (const item of list) {
    const copy = new BoundedCopy(ITEM_BUDGET);
    const kept = copy.copy(item);
    free -= ITEM_BUDGET - copy.left;
    if (free < 0) break;
    items.push(kept);
    values += copy.omitted;
  }
  return { items, left: list.length - items.length, values };
}
