import { escapeHtml } from './escape-html.ts';
import type { Styles } from './styles.ts';
import { visibleText } from './visible-text.ts';

/**
 * Text as escaped HTML with its line breaks, indentation and runs of blanks. What is laid out by them (JSON, tables) is
 * set in a font of one width. Not `white-space: pre-wrap`, which Outlook ignores.
 */
export function paragraphs(text: string, styles: Styles): string {
  const visible = visibleText(text)
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd()
    .replaceAll('\t', '    ');
  const html = escapeHtml(visible)
    .replace(/^ | (?= )/gm, '&nbsp;')
    .replaceAll('\n', '<br>');
  return isLaidOut(visible) ? `<span${styles.attributes(['laid-out'])}>${html}</span>` : html;
}

function isLaidOut(text: string): boolean {
  let lines = 0;
  for (const line of text.split('\n')) if (/^ {2,}\S|\S {3,}\S/.test(line) && ++lines === 2) return true;
  return false;
}
