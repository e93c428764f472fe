import { expect, test, vi } from 'vitest';
import { backup } from '../../src/cli/backup.ts';
import { checkConfig } from '../../src/cli/check-config.ts';
import { type Command, runCommand } from '../../src/cli/command.ts';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { deliveries } from '../../src/cli/deliveries.ts';
import { routes } from '../../src/cli/routes.ts';
import { sendTest } from '../../src/cli/send-test.ts';
import { template } from '../../src/cli/template.ts';

test.each<[string, Command, string[]]>([
  ['backup', backup, ['--help']],
  ['check-config', checkConfig, ['-h']],
  ['deliveries', deliveries, ['list', '--help']],
  ['routes', routes, ['test', '--help']],
  ['send-test', sendTest, ['--help']],
  ['template', template, ['render', '-h']],
])('%s says how it is called', async (name, command, args) => {
  const written = { stdout: '', stderr: '' };
  const code = await runCommand(command, args, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  expect({ code, stderr: written.stderr }).toEqual({ code: 0, stderr: '' });
  expect(written.stdout).toMatch(new RegExp(`^usage: tocsin ${name} `));
});

const COMMANDS =
  'the commands are check-config, routes, template, send-test, deliveries, backup, health; see tocsin --help';

test.each([
  ['frobnicate', `there is no command 'frobnicate'; ${COMMANDS}`],
  ['chek-config', `there is no command 'chek-config'; did you mean "check-config"?; ${COMMANDS}`],
  ['constructor', `there is no command 'constructor'; ${COMMANDS}`],
  ['tocsin.yml', "unexpected argument 'tocsin.yml': flags look like --name=value; see tocsin --help"],
  ['./tocsin', "unexpected argument './tocsin': flags look like --name=value; see tocsin --help"],
])('%s is no command', async (word, message) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await runCommandLine([word, '--log.level=info'])).toBe(1);
    expect(write.mock.calls).toEqual([[`tocsin: ${message}\n`]]);
  } finally {
    write.mockRestore();
  }
});

test('routes reads the same file as the server where none is named', async () => {
  let text = '';
  const out = { stdout: { write: (part: string) => (text += part) }, stderr: process.stderr };
  expect(await runCommand(routes, [], out)).toBe(0);
  expect(text).toMatch(/^Routing tree:\n.*\bdefault-route {2}receiver: /s);
});
