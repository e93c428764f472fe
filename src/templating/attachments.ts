import type { TemplateData } from './data.ts';
import type { PresentationLookup } from './helper.ts';

/** A file that goes with an email. */
export interface Attachment {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

const MAX_FILES = 20;
/** Characters, of all files together. */
const MAX_LENGTH = 2_000_000;

/** The files of an email, by the fingerprint of the alert that each belongs to. A file is attached whole or not at all. */
export function attachments(
  { alerts }: TemplateData,
  presentations: PresentationLookup,
): ReadonlyMap<string, Attachment> {
  const files = new Map<string, Attachment>();
  let length = 0;
  for (const alert of alerts) {
    const file = presentations.of(alert)?.attachment?.(alert);
    const fits = file && files.size < MAX_FILES && length + file.content.length <= MAX_LENGTH;
    if (!fits) continue;
    length += file.content.length;
    const number = files.size === 0 ? '' : `-${files.size + 1}`;
    const name = file.name.replace(/[^\w.-]+/g, '-').slice(0, 100);
    files.set(alert.fingerprint, {
      filename: `${name}${number}.${file.extension}`,
      contentType: file.contentType,
      content: file.content,
    });
  }
  return files;
}
