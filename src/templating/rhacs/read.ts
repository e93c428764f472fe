import { parseTimestamp } from '../../time/timestamp.ts';
import type { Limits } from '../limits.ts';
import { cutText, visibleLine } from '../visible-text.ts';

/** Part of a document that RHACS sent: any field may be missing or of another type than it should be. */
export type Doc = Readonly<Record<string, unknown>>;

const EMPTY: Doc = Object.freeze(Object.create(null) as Record<string, unknown>);

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

/** The own property as an object; empty where it is none. */
export function docAt(doc: Doc, key: string): Doc {
  return asDoc(Object.hasOwn(doc, key) ? doc[key] : undefined);
}

/** Whether a time (RFC 3339) is later than another (ms); not where either is missing. */
export function isLater(time: string, than: number | undefined): boolean {
  return than !== undefined && time !== '' && (parseTimestamp(time)?.ms ?? 0) > than;
}

export function asDoc(value: unknown): Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Doc) : EMPTY;
}

export function listAt(doc: Doc, key: string): readonly unknown[] {
  const value = Object.hasOwn(doc, key) ? doc[key] : undefined;
  return Array.isArray(value) ? value : [];
}

/** The members that are objects. */
export function docsAt(doc: Doc, key: string): readonly Doc[] {
  return listAt(doc, key).filter((member): member is Doc => asDoc(member) === member);
}

/** The own property as raw text: texts, numbers and booleans; '' for anything else. */
export function rawAt(doc: Doc, key: string): string {
  const value = Object.hasOwn(doc, key) ? doc[key] : undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** As visible text on one line. */
export function lineAt(doc: Doc, key: string, limits: Limits): string {
  return visibleLine(rawAt(doc, key), Math.min(limits.text, 500));
}

/** As visible text with its line breaks. */
export function textAt(doc: Doc, key: string, limits: Limits): string {
  return cutText(rawAt(doc, key), limits.text).trim();
}

/** Texts of a list, visible, on one line each. */
export function linesAt(doc: Doc, key: string, limits: Limits): string[] {
  return listAt(doc, key)
    .slice(0, limits.items)
    .flatMap((value) =>
      typeof value === 'string' && value !== '' ? [visibleLine(value, Math.min(limits.text, 500))] : [],
    );
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
