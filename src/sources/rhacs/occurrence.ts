import type { OccurrenceInfo } from '../../alert/alert.ts';
import { parseTimestamp } from '../../time/timestamp.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../json.ts';
import { shortHash } from '../limits.ts';
import { rhacsAlertId } from './details.ts';
import { lifecycleStageOf, stateOf } from './enums.ts';

/**
 * RHACS' own bookkeeping of an alert: its id, whether there is news in this version of it, and how far it goes.
 * @param details as alertDetails() bounds them. @param now ms @param updateInterval ms
 * @returns undefined for the Test and for what has no id.
 */
export function occurrenceOf(details: JsonObject, now: number, updateInterval: number): OccurrenceInfo | undefined {
  const id = rhacsAlertId(details);
  if (id === undefined) return undefined;
  return { id, revision: revisionOf(details, id), latest: latestOf(objectAt(details, 'alert'), now), updateInterval };
}

/**
 * The times of the alert itself do not count, but for an attempt: each one is notified. Nor does the id of an image check,
 * which is new with each check of the same image.
 */
function revisionOf({ alert, omitted }: JsonObject, id: string): string {
  const content = alert as JsonObject;
  const state = stateOf(content);
  return shortHash(
    JSON.stringify([
      lifecycleStageOf(content) === 'build' ? '' : id,
      state,
      state === 'ATTEMPTED' ? content.time : '',
      content.violations,
      objectAt(content, 'processViolation').processes,
      content.enforcement,
      omitted,
    ]),
  );
}

/** When the newest item happened, by the alert's own time where it lists none, or where an item's clock is ahead. */
function latestOf(alert: JsonObject, now: number): number {
  const items = [
    ...listAt(alert, 'violations').map(
      (item) => timeOf(item, 'time') || timeOf(memberOf(item, 'fileAccess'), 'timestamp'),
    ),
    ...listAt(objectAt(alert, 'processViolation'), 'processes').map((item) => timeOf(memberOf(item, 'signal'), 'time')),
  ];
  const newest = items.reduce((a, b) => Math.max(a, b), 0);
  const own = timeOf(alert, 'time') || now;
  return Math.min(newest || own, own, now);
}

function memberOf(value: unknown, name: string): JsonObject {
  return isObject(value) ? objectAt(value, name) : {};
}

/** ms; 0 where there is none. */
function timeOf(value: unknown, name: string): number {
  return isObject(value) ? (parseTimestamp(textAt(value, name) || 'none')?.ms ?? 0) : 0;
}
