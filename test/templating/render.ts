import { alertKinds } from '../../src/sources/registry.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import type { TemplateData } from '../../src/templating/data.ts';
import type { Templates } from '../../src/templating/templates.ts';
import { data } from './support.ts';

export const templates: Templates = await createTemplates({
  userGlobs: [],
  kinds: alertKinds,
  language: 'handlebars',
});

/** Renders a string of the configuration file, with any root as the data. */
export function text(source: string, root: unknown = {}): string {
  return templates.text(source, 'test.yml:1')(withRoot(root));
}

export function html(source: string, root: unknown = {}): string {
  return templates.html(source, 'test.yml:1')(withRoot(root));
}

function withRoot(root: unknown): TemplateData {
  return { ...data([]), ...(root as object) };
}
