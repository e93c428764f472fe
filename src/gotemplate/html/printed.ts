import { sprint } from '../fmt.ts';
import { Pointer, SafeText, type Value } from '../value.ts';

/** Stands for a value that would change the document's structure. */
export const FAILSAFE = 'ZgotmplZ';

export interface Printed {
  readonly text: string;
  /** That the template says it is safe HTML or a safe URL. */
  readonly safe: 'html' | 'url' | undefined;
}

/** A value as text. Nothing and nil are no text at all. */
export function printed(value: Value): Printed {
  if (typeof value === 'string') return { text: value, safe: undefined };
  if (value instanceof SafeText) return { text: value.text, safe: value.type === 'template.HTML' ? 'html' : 'url' };
  if (value === undefined || value === null) return { text: '', safe: undefined };
  return { text: sprint([value instanceof Pointer ? value.target : value]), safe: undefined };
}
