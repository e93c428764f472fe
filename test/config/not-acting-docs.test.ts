import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NOT_ACTING } from '../../src/config/not-acting.ts';
import { integrationSchemas } from '../../src/receivers/schemas.ts';

test('docs/configuration.md lists what does not act, no more and no less', () => {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const section = /^### Accepted, not acting yet\n(.*?)^##/ms.exec(text)?.[1] ?? '';
  const items = section.slice(section.indexOf('\n- '));
  const listed = Array.from(items.matchAll(/`([^`]+)`/g), ([, key]) => key).filter((key) => key !== 'global');
  const lists = integrationSchemas.filter(({ acts }) => !acts).map(({ key }) => key);
  expect(listed.toSorted()).toEqual([...lists, ...NOT_ACTING].toSorted());
});
