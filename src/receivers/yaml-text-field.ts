import type { Field } from '../config/field.ts';
import { goScalar } from '../config/go-scalar.ts';
import type { YamlNode } from '../config/node.ts';
import type { Place } from '../config/place.ts';

/** A scalar has the type that Go's YAML gives it. */
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
  place.usesTemplate('text', text);
  const value = place.node.kind === 'scalar' ? goScalar(place.node) : text;
  if (typeof value === 'bigint') return Number(value);
  // JSON has no infinities.
  return typeof value === 'number' && !Number.isFinite(value) ? text : value;
}
