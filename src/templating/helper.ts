import type { AlertPresentation } from './alert-presentation.ts';
import type { TemplateAlert, TemplateData } from './data.ts';
import type { Limits } from './limits.ts';
import { Printable } from './printable.ts';
import type { Styles } from './styles.ts';
import type { TimeFormat } from './time-format.ts';

/** What one rendering carries along; templates see it as `@tocsin`. */
export interface Rendering {
  readonly data: TemplateData;
  readonly limits: Limits;
  /** ms: the flush's time, so that every `now` and `since` of a mail agree. */
  readonly now: number;
  readonly html: boolean;
  readonly styles: Styles;
  readonly presentations: PresentationLookup;
  readonly times: TimeFormat;
  /** Steps used so far. */
  readonly budget: { steps: number };
}

export interface PresentationLookup {
  /** undefined: like any other alert. */
  of(alert: TemplateAlert): AlertPresentation | undefined;
}

/** A call of a helper from a template. */
export interface HelperCall {
  readonly hash: Readonly<Record<string, unknown>>;
  readonly rendering: Rendering;
}

/** A function of the template language. Missing arguments are undefined. An Error thrown fails the rendering. */
export type Helper = (args: readonly unknown[], call: HelperCall) => unknown;
export type Helpers = Readonly<Record<string, Helper>>;

/** Text that is HTML already and is not escaped again. */
export class SafeHtml extends Printable {
  readonly #html: string;

  constructor(html: string) {
    super();
    this.#html = html;
  }

  toHTML(): string {
    return this.#html;
  }

  toString(): string {
    return this.#html;
  }
}

/** The value as text: missing ones are empty, as in Alertmanager's templates (missingkey=zero). */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Printable) return value.toString();
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return JSON.stringify(value) ?? '';
}

/** The own members of an array or object as a list; anything else is empty. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** Go's truth: false, 0, "", nothing, and empty lists and maps are false. */
export function isTrue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (value instanceof Printable) return value.toString() !== '';
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/** Own properties only: names such as `__proto__` and `constructor` find nothing. */
export function property(object: unknown, key: string): unknown {
  return typeof object === 'object' ? own(object, key) : undefined;
}

/** The same, of texts too: `length`. */
export function own(value: unknown, key: string): unknown {
  if (value === undefined || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** A rendering that passed OUTPUT_CAP or STEP_CAP: showing less may help. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}
