import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileYamlText } from '../../src/receivers/yaml-text.ts';
import { buildData } from '../../src/templating/build-data.ts';
import { testContext } from './support/context.ts';
import { notificationOf } from './support/notification.ts';

/** What a template rendered, and the JSON that Alertmanager 0.35.0 (template.DeepCopyWithTemplate) made of it. */
const cases = JSON.parse(readFileSync(new URL('../fixtures/yaml/payload.json', import.meta.url), 'utf8')) as [
  text: string,
  json: string,
][];

/** Texts that stay texts here, and why. */
const STAY = new Map([
  ...['.inf', '-.inf', '.Inf', '.nan', '.NaN', '{a: .inf}', '[.nan]'].map((text) => [text, 'JSON has none: it fails']),
  ['[&a 1, *a]', 'aliases could make a document of any size of an alert'],
  ['{a: 1, a: 2}', 'a key that comes twice'],
  ['[1]x', 'Go reads the beginning and drops the rest'],
  ['{"a":1}{', 'Go reads the beginning and drops the rest'],
] as [string, string][]);
/** Read otherwise: Go's YAML knows no surrogates, and `...` is the end of nothing. */
const OTHERWISE = new Map([
  ['"\\ud83d\\ude00"', '"🔥"'.replace('🔥', '😀')],
  ['...', 'null'],
]);

const context = await testContext();
const data = buildData(notificationOf(), context);

test.each(cases)('%j is %s', (text, json) => {
  const templates = { ...context.templates, text: () => () => text };
  const built = compileYamlText('x', 'webhook_configs payload', templates)(data);
  const plain = JSON.stringify(text).replace(/[<>&]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`);
  expect(built).toBe(STAY.has(text) ? plain : (OTHERWISE.get(text) ?? json));
});
