import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Field, Shape } from '../../src/config/field.ts';
import { receiverKinds } from '../../src/receivers/registry.ts';

const FILE = new URL('../../docs/configuration.md', import.meta.url);
const SECTION = /(<!-- keys:[^\n]*-->\n)(.*?)(<!-- \/keys -->)/s;

function named(key: string, { isHidden, fallback }: Field<unknown>): string {
  const name = isHidden ? `*\`${key}\`*` : `\`${key}\``;
  return fallback === undefined || typeof fallback === 'object' ? name : `${name} (default \`${fallback}\`)`;
}

function names(shape: Shape): string {
  return Object.entries(shape)
    .map(([key, field]) => named(key, field))
    .join(', ');
}

/** The table of docs/configuration.md, as the registry of receivers has it. */
function table(): string {
  const rows = receiverKinds.map(({ key, shape, globals, sendResolvedDefault }) => {
    return `| \`${key}\` | ${sendResolvedDefault} | ${names(shape)} | ${names(globals)} |\n`;
  });
  return `\n| | \`send_resolved\` | keys of an entry | keys of \`global\` |\n|---|---|---|---|\n${rows.join('')}\n`;
}

test('docs/configuration.md has every key of every kind of receiver', () => {
  const text = readFileSync(FILE, 'utf8');
  if (process.env.UPDATE_DOCS)
    writeFileSync(
      FILE,
      text.replace(SECTION, (_all, start, _old, end) => start + table() + end),
    );
  expect(SECTION.exec(readFileSync(FILE, 'utf8'))?.[2]).toBe(table());
});
