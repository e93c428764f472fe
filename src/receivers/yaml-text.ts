import { type GoScalar, goScalar } from '../config/go-scalar.ts';
import type { YamlNode } from '../config/node.ts';
import { parseYaml } from '../config/yaml.ts';
import type { TemplateData } from '../templating/data.ts';
import type { Render, Templates } from '../templating/templates.ts';
import { goJson, goJsonMap } from './go-json.ts';
import { guarded } from './texts.ts';
import type { YamlText } from './yaml-text-field.ts';

type Build = (data: TemplateData) => string;

/**
 * Compiles a structure of texts: every string, keys too, is a template, and what it renders to is read as YAML once more,
 * so that `"{{ len .Alerts }}"` is a number and an empty string is null (Alertmanager's DeepCopyWithTemplate).
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
        return reread(rendered);
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

/**
 * JSON of a text that may be YAML. It is read once: what stands in a list or mapping is final. Where it reads as a string,
 * a JSON string is decoded, and anything else stays as it is: YAML would take comments and blanks out of it.
 */
function reread(text: string): string {
  let isYaml = true;
  // Aliases are refused: alerts could nest them into a document of any size.
  const node = parseYaml(text, () => (isYaml = false), 0);
  if (!isYaml) return goJson(text);
  if (node === undefined) return 'null';
  const value = node.kind === 'scalar' ? goScalar(node) : undefined;
  if (typeof value === 'string') return goJson(isJson(text) ? value : text);
  return nodeJson(node) ?? goJson(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @returns undefined where it holds a number that JSON has not */
function nodeJson(node: YamlNode): string | undefined {
  if (node.kind === 'scalar') return scalarJson(goScalar(node));
  if (node.kind === 'sequence') {
    const items = node.items.map(nodeJson);
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
  }
  // As Go, which takes only texts for names.
  const named = node.entries.filter(({ key }) => typeof goScalar(key) === 'string');
  const entries = named.map(({ key, value }) => [key.text, nodeJson(value)] as const);
  return entries.some(([, json]) => json === undefined) ? undefined : goJsonMap(record(entries), String);
}

function scalarJson(value: GoScalar): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number') return goJson(value);
  if (!Number.isFinite(value)) return undefined;
  return Object.is(value, -0) ? '-0' : String(value);
}

function record<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const object = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) object[name] = value;
  return object;
}
