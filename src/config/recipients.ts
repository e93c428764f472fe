import { checked, type Field, list, object, type Values } from './field.ts';
import { string } from './scalars.ts';
import type { TargetKind } from './target-kind.ts';
import { template } from './template-string.ts';

/** `recipients` of an integration: it notifies those whom the alerts name. */
export interface RecipientsConfig {
  /** Key of the annotation, or else label, that names targets; '': none is looked up. */
  readonly annotation: string;
  /** (template) lists of targets: who is notified where nobody is named. Empty: the integration's own. */
  readonly default: readonly string[];
  /** Whom alerts may name, as the kind reads it. Empty: anybody. */
  readonly allowed: readonly string[];
}

type Shape = { readonly annotation: typeof string; readonly default: Field<readonly string[]> };
type RecipientsValues = Values<Shape>;

/** The field `recipients` for a kind of target. */
export function recipientsField(kind: TargetKind): Field<RecipientsValues> {
  const targets = checked(template, (text) => {
    if (!text.includes('{{')) checkTargets(text, kind);
  });
  const allowed = checked(string, (text) => void kind.parseAllowed(text));
  const shape = { annotation: string, default: list(targets), [kind.allowedKey]: list(allowed) };
  return object(shape) as Field<RecipientsValues>;
}

export function toRecipientsConfig(values: RecipientsValues, kind: TargetKind): RecipientsConfig {
  const allowed = (values as Readonly<Record<string, unknown>>)[kind.allowedKey] as readonly string[] | undefined;
  return {
    annotation: values.annotation ?? '',
    default: values.default ?? [],
    allowed: (allowed ?? []).map((text) => kind.parseAllowed(text)),
  };
}

/** @throws Error that says what is wrong with a list of targets */
function checkTargets(text: string, kind: TargetKind): void {
  const found = kind.split(text).flatMap((item) => kind.parse(item));
  if (found.length === 0) throw new Error(`expected ${kind.expected}, found none`);
}
