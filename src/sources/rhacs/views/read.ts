import type { Limits } from '../../../templating/limits.ts';
import { cutText, visibleLine } from '../../../templating/visible-text.ts';
import { parseTimestamp } from '../../../time/timestamp.ts';
import { type JsonObject, listAt, scalarAt } from '../../json.ts';

/** A name and a value to show beside each other. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A list of which only so many are shown. */
export interface Clipped<T> {
  readonly shown: readonly T[];
  readonly more: number;
  readonly total: number;
}

/** Whether a time (RFC 3339) is later than another (ms); not where either is missing. */
export function isLater(time: string, than: number | undefined): boolean {
  return than !== undefined && time !== '' && (parseTimestamp(time)?.ms ?? 0) > than;
}

/** A text for one line of an email. */
export function line(text: string, limits: Limits): string {
  return visibleLine(text, Math.min(limits.text, 500));
}

/** A member as visible text on one line. */
export function lineAt(parent: JsonObject, name: string, limits: Limits): string {
  return line(scalarAt(parent, name), limits);
}

/** A member as visible text with its line breaks. */
export function paragraphsAt(parent: JsonObject, name: string, limits: Limits): string {
  return cutText(scalarAt(parent, name), limits.text).trim();
}

/** The texts of a list, each visible on one line. */
export function linesAt(parent: JsonObject, name: string, limits: Limits): string[] {
  return listAt(parent, name)
    .slice(0, limits.items)
    .flatMap((value) => (typeof value === 'string' && value !== '' ? [line(value, limits)] : []));
}

export function clip<T, U>(list: readonly T[], limits: Limits, view: (item: T) => U): Clipped<U> {
  const shown = list.slice(0, limits.items).map(view);
  return { shown, more: list.length - shown.length, total: list.length };
}

/** Leaves out what has no value. */
export function facts(...pairs: readonly (readonly [string, string])[]): Fact[] {
  return pairs.flatMap(([name, value]) => (value === '' ? [] : [{ name, value }]));
}

/** `SCALE_TO_ZERO` as `Scale to zero`. */
export function words(constant: string): string {
  const text = constant.toLowerCase().replaceAll('_', ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
