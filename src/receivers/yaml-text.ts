import { load } from 'js-yaml';
import type { TemplateData } from '../templating/data.ts';
import type { Render, Templates } from '../templating/templates.ts';
import { goJson, goJsonMap } from './go-json.ts';
import { guarded } from './texts.ts';
import type { YamlText } from './yaml-text-field.ts';

type Build = (data: TemplateData) => string;

/** Alerts' text may become YAML within YAML; deeper than this it stays text. */
const MAX_DEPTH = 20;

/**
 * Compiles a structure of texts: every string, keys too, is a template, and what it renders to is read as YAML once more,
 * so that `"{{ len .Alerts }}"` is a number and an empty string is null. What does not read as YAML, or reads as a string,
 * stays as it was rendered.
 * @param where as in errors: `webhook_configs payload`
 * @returns what builds its JSON; it throws PermanentError. @throws TemplateError for a string that does not compile
 */
export function compileYamlText(node: YamlText, where: string, templates: Templates): Build {
  const key = where.slice(where.indexOf(' ') + 1);
  const text = (source: string): Render => guarded(key, templates.text(source, where));
  const compile = (part: YamlText): Build => {
    if (typeof part === 'string') {
      const render = text(part);
      return (data) => {
        let rendered: string;
        try {
          rendered = render(data);
        } catch (error) {
          return goJson(templates.fallback(error, data).text);
        }
        return reread(rendered, 0);
      };
    }
    if (isList(part)) {
      const items = part.map(compile);
      return (data) => `[${items.map((item) => item(data)).join(',')}]`;
    }
    if (typeof part === 'object' && part !== null) {
      const entries = Object.entries(part).map(([name, value]) => [text(name), compile(value)] as const);
      return (data) => goJsonMap(record(entries.map(([name, value]) => [name(data), value(data)])), String);
    }
    return () => goJson(part);
  };
  return compile(node);
}

function isList(node: YamlText): node is readonly YamlText[] {
  return Array.isArray(node);
}

/** JSON of a text that may be YAML. */
function reread(text: string, depth: number): string {
  if (depth >= MAX_DEPTH) return goJson(text);
  let value: unknown;
  try {
    // Aliases are refused: alerts could nest them into a document of any size.
    value = text.trim() === '' ? null : load(text, { maxAliases: 0 });
  } catch {
    return goJson(text);
  }
  return typeof value === 'string' || value === undefined ? goJson(text) : yamlJson(value, text.trim(), depth + 1);
}

function yamlJson(value: unknown, text: string, depth: number): string {
  if (typeof value === 'string') return reread(value, depth);
  if (Array.isArray(value)) return `[${value.map((item) => yamlJson(item, '', depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => [name, yamlJson(item, '', depth + 1)] as const);
    return goJsonMap(record(entries), String);
  }
  if (typeof value === 'number') {
    // An id of twenty digits is to arrive whole; infinity has no JSON.
    if (!Number.isFinite(value)) return goJson(text);
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?[1-9]\d*$/.test(text)) return text;
  }
  return goJson(value);
}

function record<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const object = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) object[name] = value;
  return object;
}
