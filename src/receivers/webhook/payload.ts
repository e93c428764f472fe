import { load } from 'js-yaml';
import type { TemplateData } from '../../templating/data.ts';
import type { Render, Templates } from '../../templating/templates.ts';
import { goJson, goJsonMap } from '../go-json.ts';
import { PermanentError } from '../receiver.ts';
import type { PayloadNode } from './config.ts';

type Build = (data: TemplateData) => string;

/** Alerts' text may become YAML within YAML; deeper than this it stays text. */
const MAX_DEPTH = 20;

/**
 * Compiles `payload`: every string, keys too, is a template, and what it renders to is read as YAML once more, so
 * that `"{{alerts.length}}"` is a number and an empty string is null. What does not read as YAML, or reads as a
 * string, stays as it was rendered.
 * @returns what builds the body, with its final line feed; it throws PermanentError.
 * @throws TemplateError for a string that does not compile.
 */
export function compilePayload(payload: PayloadNode, templates: Templates): Build {
  const build = compile(payload, templates);
  return (data) => `${build(data)}\n`;
}

function compile(node: PayloadNode, templates: Templates): Build {
  if (typeof node === 'string') {
    const render = rendering(templates.text(node, 'webhook_configs payload'));
    return (data) => reread(render(data), 0);
  }
  if (isList(node)) {
    const items = node.map((item) => compile(item, templates));
    return (data) => `[${items.map((item) => item(data)).join(',')}]`;
  }
  if (typeof node === 'object' && node !== null) {
    const entries = Object.entries(node).map(([name, value]) => {
      const key = rendering(templates.text(name, 'webhook_configs payload'));
      return [key, compile(value, templates)] as const;
    });
    return (data) => goJsonMap(record(entries.map(([key, value]) => [key(data), value(data)])), String);
  }
  return () => goJson(node);
}

function isList(node: PayloadNode): node is readonly PayloadNode[] {
  return Array.isArray(node);
}

function rendering(render: Render): Render {
  return (data) => {
    try {
      return render(data);
    } catch (error) {
      throw new PermanentError(`execute payload template: ${(error as Error).message}`, 'other', { cause: error });
    }
  };
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
