import type { TemplateData } from './data.ts';

/** A compiled template. @throws TemplateError */
export type Render = (data: TemplateData) => string;

/** A folder under templates/, compiled. */
export interface MailTemplate {
  readonly name: string;
  /** Not escaped; the caller strips line breaks. */
  readonly subject: Render;
  readonly html: Render;
  readonly text: Render;
}

/**
 * All templates of one loaded configuration: the shipped folders, with the user's `templates:` globs over them.
 * Built anew at each reload, before anything is swapped.
 */
export interface Templates {
  /** @throws TemplateError when there is no such folder; names those that there are. */
  mail(name: string): MailTemplate;
  readonly mailNames: readonly string[];
  /** Compiles a string of the configuration file. `where` names it in errors. @throws TemplateError on a syntax error or an unknown helper. */
  text(source: string, where: string): Render;
  /** The same with HTML escaping. */
  html(source: string, where: string): Render;
  /** Of a string that compiles: the names in it that will be blank, a sentence each. */
  oddNames(source: string, where: string): readonly string[];
}

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
