import { LabelSet } from '../../alert/label-set.ts';
import { cutLabel, cutText, LONGEST_ANNOTATION, LONGEST_LABEL, shortHash } from '../limits.ts';

/** More extra fields than this are not made into labels. */
const MOST_EXTRAS = 64;
const LONGEST_NAME = 128;

/** Labels from texts: empty ones are left out, long ones cut so that different ones stay different. */
export function labelSet(
  texts: Readonly<Record<string, string>>,
  extras: Readonly<Record<string, string>> = {},
): LabelSet {
  const labels = new Map<string, string>();
  for (const [name, text] of Object.entries(texts)) if (text !== '') labels.set(name, cutLabel(text));
  for (const [field, text] of Object.entries(extras).slice(0, MOST_EXTRAS)) {
    if (text !== '') labels.set(extraName(field, labels), cutLabel(text));
  }
  return LabelSet.from(labels);
}

/** Annotations from texts: empty ones are left out, long ones cut. */
export function annotationSet(texts: Readonly<Record<string, string>>): LabelSet {
  const present = Object.entries(texts).filter(([, text]) => text !== '');
  return LabelSet.from(present.map(([name, text]) => [name, cutText(text, LONGEST_ANNOTATION)] as const));
}

/**
 * `extra_` and the field's name, made a classic label name. Where that gives a name that is taken, or the field's is too
 * long, its hash follows.
 */
function extraName(field: string, taken: ReadonlyMap<string, string>): string {
  const name = `extra_${field.slice(0, LONGEST_NAME).replace(/[^a-zA-Z0-9_]/g, '_')}`;
  return taken.has(name) || field.length > LONGEST_NAME ? `${name}_${shortHash(field)}` : name;
}

/** Several texts as one annotation, a line each: line breaks inside become blanks, and what is too much is counted. */
export function lines(texts: readonly string[]): string {
  const kept: string[] = [];
  let left = LONGEST_ANNOTATION - 64;
  for (const text of texts) {
    const line = cutText(text.replace(/[\r\n\u0085\u2028\u2029]+/g, ' '), LONGEST_LABEL);
    left -= line.length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  if (kept.length < texts.length) kept.push(`... and ${texts.length - kept.length} more`);
  return kept.join('\n');
}
