import type { Problem } from '../config/config-error.ts';
import type { TemplateFindings } from '../config/load.ts';
import type { TemplateUse } from '../config/place.ts';
import { readTemplates } from './create-templates.ts';
import type { PresentedKind } from './presentations.ts';
import { TemplateError, type Templates } from './templates.ts';

/**
 * Compiles everything that a configuration says in templates.
 * @param kinds see TemplateOptions. @returns what is found, each where it stands.
 */
export async function checkStrings(
  globs: readonly string[],
  uses: readonly TemplateUse[],
  kinds: readonly PresentedKind[] = [],
): Promise<TemplateFindings> {
  const warnings: string[] = [];
  const { templates, problems } = await readTemplates({ userGlobs: globs, kinds }, (warning) => warnings.push(warning));
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

interface Findings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

function judge({ kind, text }: TemplateUse, templates: Templates): Findings {
  const warnings: string[] = [];
  try {
    if (kind === 'mail') templates.mail(text);
    else if (kind === 'secret') templates.text(text, '');
    else templates[kind](text, '', (warning) => warnings.push(warning));
    return { problems: [], warnings };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const secret = 'not a valid template (the URL is a secret and not shown)';
    return { problems: kind === 'secret' ? [secret] : error.message.split('\n'), warnings: [] };
  }
}
