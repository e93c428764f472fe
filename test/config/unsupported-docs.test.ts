import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { UNSUPPORTED } from '../../src/config/unsupported.ts';

test('docs/configuration.md lists what is accepted but not supported, no more and no less', () => {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const section = /^### Accepted but not supported yet\n(.*?)^##/ms.exec(text)?.[1] ?? '';
  const items = section.slice(section.indexOf('\n- '));
  const listed = Array.from(items.matchAll(/`([^`]+)`/g), ([, key]) => key).filter((key) => key !== 'global');
  expect(listed.toSorted()).toEqual([...UNSUPPORTED].toSorted());
});
