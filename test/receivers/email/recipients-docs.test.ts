import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { load } from '../../config/support.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const blocks = Array.from(read('docs/recipients.md').matchAll(/```yaml\n(.*?)```/gs), ([, yaml]) => yaml as string);

describe('the examples in docs/recipients.md', () => {
  test('recipients and teams', () => {
    const [example = ''] = blocks;
    const config = load(
      `global: {smtp_smarthost: 'a:25', smtp_from: a@example.org}\nroute: {receiver: security}\n${example}`,
    );
    expect(config.warnings).toEqual([]);
    expect(config.teams.map(({ name }) => name)).toEqual(['payments', 'platform']);
    expect(config.receivers[0]?.integrations[0]?.config).toMatchObject({
      recipients: { annotation: 'email', default: ['soc@example.org'], allowed: ['example.org'] },
    });
  });

  test.each([
    ['central', 1],
    ['kubernetes', 2],
    ['static', 3],
  ])('namespace_annotations from %s', (from, index) => {
    const example = blocks[index] ?? '';
    const sources = example.startsWith('sources:') ? example : `sources:\n  rhacs:\n${example}`;
    const config = load(`route: {receiver: r}\nreceivers: [{name: r}]\n${sources}`);
    expect(config.sources.get('rhacs')?.options).toMatchObject({ namespaceAnnotations: { from } });
  });
});

test('what config/rhacs.yml holds behind # can be taken in', () => {
  const [, rest = ''] = read('config/rhacs.yml').split(/^(?=global:)/m);
  const taken = rest.replace(/^# (?=(?:sources|teams):| {2})/gm, '').replace(/^(\s+)# (?=recipients:)/gm, '$1');
  const config = load(taken);
  expect(config.sources.get('rhacs')?.options).toMatchObject({ namespaceAnnotations: { from: 'central' } });
  expect(config.teams.map(({ name }) => name)).toEqual(['platform']);
  expect(config.receivers[0]?.integrations[0]?.config).toMatchObject({
    recipients: { annotation: 'email', allowed: ['example.org'] },
  });
});
