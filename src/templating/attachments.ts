import type { TemplateData } from './data.ts';
import { asDoc, docAt, rawAt } from './rhacs/read.ts';

/** A file that goes with a mail. */
export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

const MAX_FILES = 20;
const MAX_LENGTH = 2_000_000;

/** The network policies that RHACS wants applied, as files: what a mail shows of them may be cut, and is not for copying. */
export function attachments(data: TemplateData): Attachment[] {
  const files: Attachment[] = [];
  let length = 0;
  for (const { details } of data.alerts) {
    const message = docAt(asDoc(details), 'networkpolicy');
    const content = rawAt(message, 'yaml');
    length += content.length;
    if (content === '') continue;
    if (files.length >= MAX_FILES || length > MAX_LENGTH) break;
    const cluster = rawAt(message, 'cluster')
      .replace(/[^\w.-]+/g, '-')
      .slice(0, 60);
    const number = files.length === 0 ? '' : `-${files.length + 1}`;
    files.push({
      filename: `network-policy${cluster === '' ? '' : `-${cluster}`}${number}.yaml`,
      contentType: 'application/yaml',
      content,
    });
  }
  return files;
}
