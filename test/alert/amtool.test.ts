import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createMatcher } from '../../src/alert/matcher.ts';

const PATTERNS = [
  ...[
    'web',
    'web|db',
    'web-.*',
    '.*-1',
    '.*b-.*',
    'web-.+',
    '(web|db)-(1|2)',
    '^(?:web.*)$',
    'web-[0-9]+',
    '(?i)WEB.*',
  ],
  ...['web-\\d', 'w.b', '[^a]+', 'a)|(b', '(?s).*', '\\Qweb-1\\E', '\\pL+', 'x(?i)?', 'web-1?', 'a*', '[[:alpha:]]+-.'],
];
const VALUES = [
  '',
  'web',
  'db',
  'web-',
  'web-1',
  'web-12',
  'db-2',
  'WEB-1',
  'é',
  'xb',
  'a',
  'my-web-1',
  'x',
  'web-1\nx',
];

test('regular expressions match what they match in Alertmanager', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amtool-'));
  try {
    const routes = PATTERNS.map((pattern, i) => ({
      receiver: `r${i}`,
      continue: true,
      matchers: [createMatcher('=~', 'x', pattern).toString()],
    }));
    const receivers = [{ name: 'none' }, ...PATTERNS.map((_, i) => ({ name: `r${i}` }))];
    const file = join(folder, 'alertmanager.yml');
    await writeFile(file, JSON.stringify({ route: { receiver: 'none', routes }, receivers }));
    for (const value of VALUES) {
      const labels = value === '' ? ['y=z'] : [`x=${JSON.stringify(value)}`];
      const { stdout } = await promisify(execFile)('amtool', [
        'config',
        'routes',
        'test',
        '--config.file',
        file,
        ...labels,
      ]);
      const ours = PATTERNS.flatMap((pattern, i) =>
        createMatcher('=~', 'x', pattern).matchesValue(value) ? [`r${i}`] : [],
      );
      expect([value, stdout.trim()]).toEqual([value, ours.join(',') || 'none']);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
