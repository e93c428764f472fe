/** A piece of a template: text as it is, or one `{{...}}`. */
export type TemplatePart = { readonly kind: 'text'; readonly text: string } | TemplateAction;

export interface TemplateAction {
  readonly kind: 'action';
  /** With its braces. */
  readonly source: string;
  /** Without braces, trim markers and outer white space. */
  readonly body: string;
  /** `{{- ` and ` -}}` */
  readonly trimLeft: boolean;
  readonly trimRight: boolean;
}

/** Cuts a template at its actions. An action that is not closed counts as text. */
export function splitActions(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < template.length) {
    const start = template.indexOf('{{', at);
    const end = start < 0 ? -1 : actionEnd(template, start + 2);
    if (end < 0) break;
    if (start > at) parts.push({ kind: 'text', text: template.slice(at, start) });
    parts.push(action(template.slice(start, end)));
    at = end;
  }
  if (at < template.length) parts.push({ kind: 'text', text: template.slice(at) });
  return parts;
}

/** The offset behind the closing braces; those inside a quoted text do not close. -1: none. */
function actionEnd(template: string, from: number): number {
  let quote = '';
  for (let i = from; i < template.length; i++) {
    const char = template[i] as string;
    if (quote !== '') {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '`') quote = char;
    else if (template.startsWith('}}', i)) return template[i + 2] === '}' ? i + 3 : i + 2;
  }
  return -1;
}

function action(source: string): TemplateAction {
  const inner = source.replace(/^\{\{\{?|\}\}\}?$/g, '');
  const trimLeft = /^-\s/.test(inner);
  const trimRight = /\s-$/.test(inner);
  const body = inner.slice(trimLeft ? 1 : 0, inner.length - (trimRight ? 1 : 0)).trim();
  return { kind: 'action', source, body, trimLeft, trimRight };
}
