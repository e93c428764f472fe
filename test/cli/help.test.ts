import { expect, test } from 'vitest';
import { backup } from '../../src/cli/backup.ts';
import { checkConfigCommand } from '../../src/cli/commands.ts';
import { deliveries } from '../../src/cli/deliveries.ts';
import { routes } from '../../src/cli/routes.ts';
import { sendTestCommand } from '../../src/cli/send-test.ts';
import { template } from '../../src/cli/template.ts';
import type { Output } from '../../src/cli/usage.ts';

type Command = (args: readonly string[], out: Output) => number | Promise<number>;

test.each<[string, Command, string[]]>([
  ['backup', backup, ['--help']],
  ['check-config', checkConfigCommand, ['-h']],
  ['deliveries', deliveries, ['list', '--help']],
  ['routes', routes, ['test', '--help']],
  ['send-test', sendTestCommand, ['--help']],
  ['template', template, ['render', '-h']],
])('%s says how it is called', async (name, command, args) => {
  const written = { stdout: '', stderr: '' };
  const code = await command(args, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  expect({ code, stderr: written.stderr }).toEqual({ code: 0, stderr: '' });
  expect(written.stdout).toMatch(new RegExp(`^usage: tocsin ${name} `));
});

test('routes reads the same file as the server where none is named', async () => {
  let text = '';
  const out = { stdout: { write: (part: string) => (text += part) }, stderr: process.stderr };
  expect(await routes([], out)).toBe(0);
  expect(text).toMatch(/^Routing tree:\n.*\bdefault-route {2}receiver: /s);
});
