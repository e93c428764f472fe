import { readFileSync } from 'node:fs';
import { glob, readdir } from 'node:fs/promises';
import path from 'node:path';
import { TemplateError } from './templates.ts';

export type Part = 'subject' | 'html' | 'text';
const PARTS: readonly string[] = ['subject', 'html', 'text'] satisfies Part[];

/** A template file and what it is for. */
export interface TemplateFile {
  readonly file: string;
  readonly source: string;
  readonly role: Role;
  /** From the project's own folder: checked by its tests, not at each start. */
  readonly shipped: boolean;
}

export type Role =
  | { readonly kind: 'mail'; readonly name: string; readonly part: Part }
  /** Partials are called by their name, layouts by `layouts/NAME`. */
  | { readonly kind: 'partial'; readonly name: string }
  | { readonly kind: 'styles' };

/** The files of the shipped folder. @throws TemplateError when it is not there. */
export async function shippedFiles(dir: string): Promise<TemplateFile[]> {
  let names: string[];
  try {
    names = await readdir(dir, { recursive: true });
  } catch (error) {
    throw new TemplateError(`cannot read the shipped templates in ${dir}: ${(error as Error).message}`);
  }
  return names
    .filter((name) => /\.(hbs|css)$/.test(name))
    .sort()
    .flatMap((name) => readTemplate(path.join(dir, name), true) ?? []);
}

/**
 * The Handlebars files that the globs match, in the order of the globs; of two files with the same role the later one counts.
 * A glob that matches nothing is fine, as in Alertmanager.
 * @param problems takes the matched files that cannot be read or whose path does not tell their role.
 */
export async function userFiles(globs: readonly string[], problems: string[]): Promise<TemplateFile[]> {
  const files: TemplateFile[] = [];
  for (const pattern of globs) {
    const matches = await Array.fromAsync(glob(pattern));
    for (const file of matches.sort()) {
      if (isGoFile(file)) continue;
      try {
        const template = readTemplate(file, false);
        if (template === undefined) problems.push(roleMissing(file, pattern));
        else files.push(template);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        problems.push(error.message);
      }
    }
  }
  return files;
}

function readTemplate(file: string, shipped: boolean): TemplateFile | undefined {
  const role = roleOf(file);
  if (role === undefined) return undefined;
  try {
    return {
      file,
      role,
      source: readFileSync(file, 'utf8')
        .replace(/^\ufeff/, '')
        .replaceAll('\r\n', '\n'),
      shipped,
    };
  } catch (error) {
    throw new TemplateError(
      `cannot read the template ${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
    );
  }
}

function roleOf(file: string): Role | undefined {
  const { dir, name, ext } = path.parse(file);
  const folder = path.basename(dir);
  if (name === 'styles' && ext === '.css') return { kind: 'styles' };
  if (ext !== '.hbs' || folder === '') return undefined;
  if (folder === 'partials') return { kind: 'partial', name };
  if (folder === 'layouts') return { kind: 'partial', name: `layouts/${name}` };
  return PARTS.includes(name) ? { kind: 'mail', name: folder, part: name as Part } : undefined;
}

/** Whether a file that `templates` matches is a Go template: any that is neither Handlebars nor the styles. */
export function isGoFile(file: string): boolean {
  return !/\.hbs$|(?:^|\/)styles\.css$/.test(file);
}

function roleMissing(file: string, pattern: string): string {
  return (
    `${file} (matched by ${JSON.stringify(pattern)} in templates): its path does not say what it is for. ` +
    'A template is NAME/subject.hbs, NAME/html.hbs or NAME/text.hbs (an email), partials/NAME.hbs, layouts/NAME.hbs or styles.css'
  );
}

/** The inline partials that files define, `{{#*inline "name"}}`: a layout may call them as slots. */
export function slotsOf(files: readonly TemplateFile[]): ReadonlySet<string> {
  const slots = files.flatMap(({ source }) =>
    Array.from(source.matchAll(/\{\{~?#\*\s*inline\s+["']([^"'\n]+)["']/g), ([, name = '']) => name),
  );
  return new Set(slots);
}
