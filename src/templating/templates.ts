import type { Attachment } from './attachments.ts';
import type { TemplateData } from './data.ts';
import type { FailureText } from './failure-text.ts';

/** A compiled template. @throws TemplateError */
export type Render = (data: TemplateData) => string;

/** Told of what is odd in a template that compiles: a name that will be blank. */
export type Warn = (message: string) => void;

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
  /** Name of the folder for a notification whose receiver names none: by the kind of its alerts. */
  choose(data: TemplateData): string;
  /** The files that go with an email. */
  attachments(data: TemplateData): readonly Attachment[];
  /**
   * Compiles a string of the configuration file, by the language that it is in. `where` names it in errors and warnings.
   * A Go template that does not parse fails when it is rendered.
   * @throws TemplateError for a Handlebars template with a syntax error or an unknown helper
   */
  text(source: string, where: string, warn?: Warn): Render;
  /** The same with HTML escaping. */
  html(source: string, where: string, warn?: Warn): Render;
  /** What is wrong with a string, and what is odd about it, for whoever writes the file. */
  check(source: string, mode: 'text' | 'html'): StringFindings;
  /** What is sent in the place of a text whose template failed. @param error is logged */
  fallback(error: unknown, data: TemplateData): FailureText;
  /** Whether a file redefines this template of Alertmanager's, or one that it calls. */
  redefines(name: string): boolean;
}

export interface StringFindings {
  /** The file cannot be loaded. */
  readonly problems: readonly string[];
  /** Why it fails whenever it is rendered. */
  readonly failing?: string | undefined;
  readonly warnings: readonly string[];
}

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
