import { GoActionTranslator, isAlertmanagersOwn } from './go-action.ts';
import { splitActions, type TemplatePart } from './template-actions.ts';

/** What a Go template looks like: words and signs that Handlebars does not have. */
const KEYWORD = /^(?:if|range|with|template|define|block|end|else if|else with|break|continue|printf|println)\b/;
const FIELD = /(?:^|[\s(,|])\.[A-Za-z_]/;
const SIGN = /:=|\$|`|^\/\*/;

/** Whether a template string holds an action of Go's template language. */
export function isGoTemplate(text: string): boolean {
  return text.includes('{{') && splitActions(text).some(isGoAction);
}

/**
 * Says what to write instead of a Go template.
 * @param secret the text around the actions must not be shown (a URL with a token in it).
 */
export function explainGoTemplate(text: string, secret = false): string {
  const parts = splitActions(text);
  const translator = new GoActionTranslator();
  const rewritten = parts.map((part) => rewrite(part, translator));
  const complete = !rewritten.includes(undefined);
  const intro = "is a Go template, but Tocsin's templates are Handlebars";
  const docs = 'docs/configuration.md has the table';
  if (complete && !secret && text.length <= 300) {
    return `${show(text)} ${intro}: write ${show(rewritten.join(''))}${templateHint(text)}`;
  }
  const calls = calledTemplates(text);
  if (parts.length === 1 && calls.some(isAlertmanagersOwn)) {
    return `${show(text)} is Alertmanager's own template: leave the key out, Tocsin's own templates take the place of ${calls[0]}`;
  }
  const hints = parts.flatMap((part, i) => {
    if (part.kind !== 'action' || !isGoAction(part)) return [];
    return [`${part.source} -> ${rewritten[i] ?? '(no direct counterpart)'}`];
  });
  const more = hints.length > 5 ? `, and ${hints.length - 5} more` : '';
  const shown = secret ? 'the text' : show(text.length <= 300 ? text : `${text.slice(0, 60)}...`);
  return `${shown} ${intro} (${docs}): write ${hints.slice(0, 5).join(', ')}${more}${templateHint(text)}`;
}

/** What is no Go action may still be both Go and Handlebars; else it stays as it is. */
function rewrite(part: TemplatePart, translator: GoActionTranslator): string | undefined {
  if (part.kind === 'text') return part.text;
  return translator.translate(part) ?? (isGoAction(part) ? undefined : part.source);
}

function isGoAction(part: TemplatePart): boolean {
  if (part.kind !== 'action' || part.body.startsWith('!')) return false;
  if (part.trimLeft || part.trimRight) return true;
  const bare = part.body.replace(/"(?:\\.|[^"\\])*"|'[^']*'/g, '""');
  return KEYWORD.test(bare) || FIELD.test(bare) || SIGN.test(bare) || bare.replace(/\bas \|[^|]*\|$/, '').includes('|');
}

/** A template that is called by its name is a file in Tocsin, or Tocsin has its own. */
function templateHint(text: string): string {
  const calls = calledTemplates(text);
  const own = calls.find(isAlertmanagersOwn);
  if (own !== undefined)
    return ` (${own} is Alertmanager's own: with the key left out, Tocsin's templates take its place)`;
  const name = calls.find((call) => /^[\w.-]+$/.test(call));
  return name === undefined
    ? ''
    : ` (and keep it, as Handlebars, in a file partials/${name}.hbs that templates: matches)`;
}

function calledTemplates(text: string): string[] {
  return Array.from(text.matchAll(/\{\{-?\s*template\s+"([^"]*)"/g), ([, name = '']) => name);
}

function show(text: string): string {
  return text.includes('\n') || text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}
