import type { Field } from '../config/field.ts';
import { isNull, type YamlNode } from '../config/node.ts';
import type { Place } from '../config/place.ts';

/** A scalar keeps its text and, where it was written plain, its YAML type. */
export type YamlText = string | number | boolean | null | readonly YamlText[] | { readonly [key: string]: YamlText };

/** A structure whose texts are templates: each is checked as one. */
export const yamlText: Field<YamlText> = {
  read: (place) => readNode(place, place.node),
  write: () => undefined,
};

function readNode(place: Place, node: YamlNode): YamlText {
  if (node.kind === 'sequence') return place.items().map((item) => readNode(item, item.node));
  if (node.kind === 'scalar') return readScalar(place, node.text);
  const object = Object.create(null) as Record<string, YamlText>;
  for (const { key, value } of node.entries) {
    const child = place.child(key.text, value);
    child.usesTemplate('text', key.text, key);
    object[key.text] = readNode(child, value);
  }
  return object;
}

function readScalar(place: Place, text: string): YamlText {
  const { node } = place;
  if (isNull(node)) return null;
  place.usesTemplate('text', text);
  if (node.kind !== 'scalar' || !node.plain) return text;
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  // Only numbers that print as they are written: 1.10 and 0123 stay texts.
  return text === String(Number(text)) && Number.isFinite(Number(text)) ? Number(text) : text;
}
