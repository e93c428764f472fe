import type { Problem } from '../config/config-error.ts';
import type { TemplateFindings } from '../config/load.ts';
import type { TemplateUse } from '../config/place.ts';
import type { TemplateLanguage } from '../config/types.ts';
import { readTemplates } from './create-templates.ts';
import type { PresentedKind } from './presentations.ts';
import { type StringFindings, TemplateError, type Templates } from './templates.ts';

/**
 * Compiles everything that a configuration says in templates.
 * @param kinds see TemplateOptions. @returns what is found, each where it stands.
 */
export async function checkStrings(
  { globs, language }: { readonly globs: readonly string[]; readonly language?: TemplateLanguage },
  uses: readonly TemplateUse[],
  kinds: readonly PresentedKind[] = [],
): Promise<TemplateFindings> {
  const warnings: string[] = [];
  const { templates, problems } = await readTemplates({ userGlobs: globs, kinds, language }, (warning) =>
    warnings.push(warning),
  );
  const found = { problems: problems.map(ofFile), warnings: warnings.map(ofFile) };
  const known = new Map<string, StringFindings>();
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

function judge({ kind, text }: TemplateUse, templates: Templates): StringFindings {
  if (kind === 'mail') return judgeFolder(text, templates);
  const found = templates.check(text, kind === 'secret' ? 'text' : kind);
  const { problems, failing, warnings } = found;
  if (kind !== 'secret') return { problems, warnings: failing === undefined ? warnings : [failing, ...warnings] };
  const secret = 'not a valid template (it is a secret and not shown)';
  return { problems: problems.length > 0 || failing !== undefined ? [secret] : [], warnings: [] };
}

function judgeFolder(name: string, templates: Templates): StringFindings {
  try {
    templates.mail(name);
    return { problems: [], warnings: [] };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { problems: [error.message], warnings: [] };
  }
}
