import type { Problem } from '../config/config-error.ts';
import type { TemplateFindings } from '../config/load.ts';
import type { TemplateUse } from '../config/place.ts';
import { type Findings, readTemplates } from './create-templates.ts';
import { TemplateError, type Templates } from './templates.ts';

/** Compiles everything that a configuration says in templates. @returns what is found, each where it stands. */
export async function checkStrings(globs: readonly string[], uses: readonly TemplateUse[]): Promise<TemplateFindings> {
  const { templates, problems, warnings } = await readTemplates({ userGlobs: globs });
  const found = { problems: problems.map(ofFile), warnings: warnings.map(ofFile) };
  const known = new Map<string, Findings>();
  for (const use of uses) {
    const { line, column, path, kind, text } = use;
    const key = `${kind} ${text}`;
    const findings = known.get(key) ?? judge(use, templates);
    known.set(key, findings);
    found.problems.push(...findings.problems.map((message) => ({ line, column, path, message })));
    found.warnings.push(...findings.warnings.map((message) => ({ line, column, path, message })));
  }
  return found;
}

/** It names its file and line itself. */
function ofFile(message: string): Problem {
  return { line: 0, column: 0, path: '', message };
}

function judge({ kind, text }: TemplateUse, templates: Templates): Findings {
  try {
    if (kind === 'mail') templates.mail(text);
    else if (kind === 'html') templates.html(text, '');
    else templates.text(text, '');
    return { problems: [], warnings: kind === 'mail' || kind === 'secret' ? [] : templates.oddNames(text, '') };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const secret = 'not a valid template (the URL is a secret and not shown)';
    return { problems: kind === 'secret' ? [secret] : error.message.split('\n'), warnings: [] };
  }
}
