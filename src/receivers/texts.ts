import type { SecretSource } from '../config/secret.ts';
import { escapeHtml } from '../gotemplate/functions/escape.ts';
import type { FailureReason } from '../metrics/failure-reasons.ts';
import type { TemplateData } from '../templating/data.ts';
import type { FailureText } from '../templating/failure-text.ts';
import { type Render, TemplateError, type Templates } from '../templating/templates.ts';
import { PermanentError } from './receiver.ts';
import { secretForSend } from './secret.ts';

/**
 * Compiles one text of an entry.
 * @param key as in the file, for errors
 * @param source undefined: the entry has none, and the template `defaultName` is its text; without that it is ''
 */
export type CompileText = (key: string, source: string | undefined, defaultName?: string) => Render;

/** Keys whose texts people read, and whether they are a line or several. */
const READ: Readonly<Record<string, keyof FailureText>> = {
  title: 'line',
  subject: 'line',
  summary: 'line',
  entity_display_name: 'line',
  fallback: 'line',
  text: 'text',
  message: 'text',
  message_text: 'text',
  description: 'text',
  state_message: 'text',
};

/** Keys that a message does without. */
const SPARE: ReadonlySet<string> = new Set(
  [
    'title_link',
    'pretext',
    'footer',
    'footer_icon',
    'color',
    'username',
    'emoji',
    'icon_emoji',
    'icon_url',
    'image_url',
  ]
    .concat(['thumb_url', 'author_name', 'author_link', 'author_icon', 'value', 'note', 'tags', 'url', 'url_title'])
    .concat([
      'sound',
      'device',
      'class',
      'component',
      'group',
      'callback_id',
      'client',
      'client_url',
      'monitoring_tool',
    ]),
);

/**
 * What compiles an entry's texts. Where the template of one that people read fails, its render says so and what fires; where a
 * message does without it, Alertmanager's default or nothing takes its place; any other throws PermanentError.
 * @param reason of that error
 */
export function textCompiler(kind: string, templates: Templates, reason: FailureReason = 'other'): CompileText {
  return (key, source, defaultName) => {
    const standard = defaultName === undefined ? '' : defaultText(defaultName);
    const text = source ?? standard;
    // An empty text is no template: it is not executed.
    if (text === '') return () => '';
    const where = `${kind}_configs ${key}`;
    const render = guarded(key, templates.text(text, where), reason);
    const name = key.replace(/^.*\./, '');
    const form = READ[name];
    if (form !== undefined) return replaced(render, (error, data) => templates.fallback(error, data)[form]);
    if (!SPARE.has(name)) return render;
    const other = text === standard || standard === '' ? () => '' : replaced(templates.text(standard, where), () => '');
    return replaced(render, (error, data) => {
      templates.fallback(error, data);
      return other(data);
    });
  };
}

/** The same for a text that is HTML. */
export function htmlCompiler(kind: string, templates: Templates): CompileText {
  return (key, source, defaultName) => {
    const text = source ?? (defaultName === undefined ? '' : defaultText(defaultName));
    if (text === '') return () => '';
    const render = guarded(key, templates.html(text, `${kind}_configs ${key}`));
    return replaced(render, (error, data) => escapeHtml(templates.fallback(error, data).text));
  };
}

/**
 * The same for a text without which the service refuses the whole message: where it comes out blank (an annotation that an
 * alert lacks, or that the alerts of a group do not have in common), the default text takes its place.
 */
export function neverBlank(compile: CompileText): CompileText {
  return (key, source, defaultName) => {
    const render = compile(key, source, defaultName);
    const standard = compile(key, undefined, defaultName);
    return (data) => {
      const text = render(data);
      return text.trim() === '' ? standard(data) : text;
    };
  };
}

/** A call of one of Alertmanager's definitions, which is Go whatever `template_language` says. */
export function defaultText(name: string): string {
  return `{{/* */}}{{ template "${name}" . }}`;
}

function replaced(render: Render, replace: (error: unknown, data: TemplateData) => string): Render {
  return (data) => {
    try {
      return render(data);
    } catch (error) {
      return replace(error, data);
    }
  };
}

/** The same render; its errors name the key and are final. */
export function guarded(key: string, render: Render, reason: FailureReason = 'other'): Render {
  return (data) => {
    try {
      return render(data);
    } catch (error) {
      throw new PermanentError(`execute ${key} template: ${(error as Error).message}`, reason, { cause: error });
    }
  };
}

/** Renders every value of an object of renders. */
export function renderAll<K extends string>(
  renders: Readonly<Record<K, Render>>,
  data: TemplateData,
): Record<K, string> {
  const texts = Object.entries<Render>(renders).map(([key, render]) => [key, render(data)] as const);
  return Object.fromEntries(texts) as Record<K, string>;
}

/** An object without the keys whose values are empty: '', 0, false, undefined, an empty list (Go's omitempty). */
export function withoutEmpty<T extends object>(object: T): Partial<T> {
  const entries = Object.entries(object).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : Boolean(value),
  );
  return Object.fromEntries(entries) as Partial<T>;
}

/**
 * Compiles a secret that is a template, in the entry or in a file that is read for each notification. Errors name the
 * key and show nothing of it.
 * @throws TemplateError where the entry's own does not compile
 */
export function compileSecret(
  key: string,
  source: SecretSource,
  kind: string,
  templates: Templates,
): (data: TemplateData) => Promise<string> {
  const compile = (text: string): Render => {
    try {
      return templates.text(text, `${kind}_configs ${key}`);
    } catch {
      throw new TemplateError(`${kind}_configs ${key}: not a valid template (it is a secret and not shown)`);
    }
  };
  const fixed = 'value' in source ? compile(source.value.reveal()) : undefined;
  return async (data) => {
    const text = fixed ? undefined : await secretForSend(source, `${key}_file`, 'fileReadError');
    try {
      return (fixed ?? compile(text as string))(data);
    } catch {
      throw new PermanentError(`execute ${key} template: it failed (it is a secret and not shown)`, 'templateError');
    }
  };
}
