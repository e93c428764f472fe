import type { Problem } from '../config/config-error.ts';
import type { TemplateUse } from '../config/place.ts';
import { readTemplates } from './create-templates.ts';
import { TemplateError, type Templates } from './templates.ts';

/** Compiles everything that a configuration says in templates. @returns what is wrong, each where it stands. */
export async function checkStrings(globs: readonly string[], uses: readonly TemplateUse[]): Promise<Problem[]> {
  const { templates, problems } = await readTemplates({ userGlobs: globs });
  const ofFiles = problems.map((message) => ({ line: 0, column: 0, path: '', message }));
  const known = new Map<string, readonly string[]>();
  const ofStrings = uses.flatMap((use) => {
    const { line, column, path, kind, text } = use;
    const key = `${kind} ${text}`;
    const found = known.get(key) ?? problemsOf(use, templates);
    known.set(key, found);
    return found.map((message) => ({ line, column, path, message }));
  });
  return [...ofFiles, ...ofStrings];
}

function problemsOf({ kind, text }: TemplateUse, templates: Templates): readonly string[] {
  try {
    if (kind === 'mail') templates.mail(text);
    else if (kind === 'html') templates.html(text, '');
    else templates.text(text, '');
    return [];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (kind === 'secret') return ['not a valid template (the URL is a secret and not shown)'];
    return error.message.split('\n');
  }
}
