import type { TemplateData } from './data.ts';
import { asDoc, docAt, rawAt } from './rhacs/read.ts';

/** A file that goes with a mail. */
export interface Attachment {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

const MAX_FILES = 20;
/** Characters, of all files together. */
const MAX_LENGTH = 2_000_000;

/**
 * The files of a mail, by the fingerprint of the alert that each belongs to: the network policies that RHACS wants
 * applied, since what a mail shows of them may be cut, and is not for copying. Half a policy is never attached.
 */
export function attachments({ alerts }: TemplateData): ReadonlyMap<string, Attachment> {
  const files = new Map<string, Attachment>();
  let length = 0;
  for (const { fingerprint, details } of alerts) {
    const document = asDoc(details);
    const message = docAt(document, 'networkpolicy');
    const content = rawAt(message, 'yaml');
    const fits = files.size < MAX_FILES && length + content.length <= MAX_LENGTH;
    if (content === '' || !fits || Object.hasOwn(document, 'omitted')) continue;
    length += content.length;
    files.set(fingerprint, {
      filename: fileName(rawAt(message, 'cluster'), files.size + 1),
      contentType: 'application/yaml',
      content,
    });
  }
  return files;
}

function fileName(cluster: string, number: number): string {
  const name = cluster.replace(/[^\w.-]+/g, '-').slice(0, 60);
  return `network-policy${name === '' ? '' : `-${name}`}${number === 1 ? '' : `-${number}`}.yaml`;
}
