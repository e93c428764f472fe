import { goJson } from '../go-json.ts';

/**
 * A description for Jira's API v3, JSON: a text that is an Atlassian document already stays one. Another becomes a document
 * of paragraphs, where Alertmanager fails.
 */
export function toAtlassianDocument(text: string): string {
  const trimmed = text.trim();
  if (isDocument(trimmed)) return trimmed;
  const content = trimmed.split(/\n{2,}/).map((paragraph) => ({
    type: 'paragraph',
    content: lines(paragraph),
  }));
  return goJson({ version: 1, type: 'doc', content });
}

function lines(paragraph: string): object[] {
  return paragraph.split('\n').flatMap((line, i) => {
    const text = line === '' ? [] : [{ type: 'text', text: line }];
    return i === 0 ? text : [{ type: 'hardBreak' }, ...text];
  });
}

function isDocument(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    return (JSON.parse(text) as { type?: unknown }).type === 'doc';
  } catch {
    return false;
  }
}
