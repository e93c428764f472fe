import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { run, TestProcess, temporaryDirectory } from '../support/process.ts';
import { TOCSIN } from '../support/tocsin.ts';

const directory = temporaryDirectory('start-up');
const path = (name: string): string => join(directory.path, name);
const squatter = createServer();
let taken: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  taken = `127.0.0.1:${(squatter.address() as { port: number }).port}`;
  writeFileSync(path('good.yml'), 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
  writeFileSync(path('bad.yml'), 'route:\n  receiver: x\n receivers: [');
  writeFileSync(path('undefined.yml'), 'route:\n  receiver: oncal\nreceivers:\n- name: oncall\n');
  writeFileSync(path('several.yml'), 'receivers: [{name: r}]\nrout: {receiver: r}\n');
  writeFileSync(path('file'), '');
  mkdirSync(path('folder'));
});

afterAll(() => {
  squatter.close();
  directory.remove();
});

/** Starts with a good file, an own storage and a free port, except for what is given; gives the lines it complained with. */
async function complaint(flags: Readonly<Record<string, string>>): Promise<{ code: number | null; lines: string[] }> {
  const all = {
    'config.file': path('good.yml'),
    'storage.path': path('data'),
    'web.listen-address': '127.0.0.1:0',
    ...flags,
  };
  const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  const { code, stdout, stderr } = await run(process.execPath, [TOCSIN, ...args]);
  const lines = (stdout + stderr).trimEnd().split('\n');
  return {
    code,
    lines: lines.filter((line) => !/level=INFO/.test(line)).map((line) => line.replace(/^time=\S+ /, '')),
  };
}

const error = (message: string): string => `level=ERROR msg="tocsin exited with error" err=${JSON.stringify(message)}`;

const MISTAKES: [what: string, flags: () => Record<string, string>, line: () => string][] = [
  [
    'a port that is taken',
    () => ({ 'web.listen-address': taken }),
    () =>
      error(
        `cannot listen on ${taken}: address already in use; is another Tocsin or Alertmanager running? Choose another address with --web.listen-address`,
      ),
  ],
  [
    'a file that is missing',
    () => ({ 'config.file': path('no.yml') }),
    () => `${error(`${path('no.yml')}: no such file`)} hint="name the file with --config.file"`,
  ],
  [
    'a folder where a file is expected',
    () => ({ 'config.file': path('folder') }),
    () => `${error(`${path('folder')}: is a directory, not a file`)} hint="name the file with --config.file"`,
  ],
  [
    'bad YAML',
    () => ({ 'config.file': path('bad.yml') }),
    () => error(`${path('bad.yml')}:3:2: not valid YAML: bad indentation of a mapping entry`),
  ],
  [
    'a receiver that is not there',
    () => ({ 'config.file': path('undefined.yml') }),
    () =>
      error(
        `${path('undefined.yml')}:2:13: route.receiver: undefined receiver "oncal" used in route (the file has "oncall")`,
      ),
  ],
  [
    'several mistakes in a file',
    () => ({ 'config.file': path('several.yml') }),
    () =>
      `${error(
        `${path('several.yml')}:1:1: no routes provided; add route: with a receiver\n${path('several.yml')}:2:1: rout: unknown key: rout (did you mean route?)`,
      )} hint="tocsin check-config ${path('several.yml')} shows them one per line"`,
  ],
  [
    'a storage path below a file',
    () => ({ 'storage.path': path('file/data') }),
    () =>
      error(
        `cannot create the storage directory ${path('file/data')}: ENOTDIR: not a directory, mkdir '${path('file/data')}'; see --storage.path`,
      ),
  ],
  [
    'a storage path where nothing can be created',
    () => ({ 'storage.path': '/proc/tocsin/data' }),
    () =>
      error(
        "cannot create the storage directory /proc/tocsin/data: ENOENT: no such file or directory, mkdir '/proc/tocsin'; see --storage.path",
      ),
  ],
  [
    'a listen address that is none',
    () => ({ 'web.listen-address': 'foo:bar' }),
    () =>
      error(
        '--web.listen-address: invalid listen address "foo:bar": expected HOST:PORT with a number of at most 65535, e.g. 127.0.0.1:9093 or :9093',
      ),
  ],
  [
    'a web configuration file that is missing',
    () => ({ 'web.config.file': path('no-web.yml') }),
    () => error(`--web.config.file: ${path('no-web.yml')}: no such file`),
  ],
  [
    'an external URL that is none',
    () => ({ 'web.external-url': 'tocsin' }),
    () => error(`--web.external-url: "tocsin": invalid "" scheme, only 'http' and 'https' are supported`),
  ],
  [
    'a flag that is misspelt',
    () => ({ 'web.listen-adress': ':9093' }),
    () => "tocsin: unknown long flag '--web.listen-adress', did you mean '--web.listen-address'?; see tocsin --help",
  ],
];

test.each(MISTAKES)('%s: one line that says so, and exit code 1', async (_what, flags, line) => {
  expect(await complaint(flags())).toEqual({ code: 1, lines: [line()] });
});

test('SIGTERM to npm start ends Tocsin itself, not only npm', async () => {
  const directory = temporaryDirectory('npm-start');
  onTestFinished(directory.remove);
  const flags = ['--web.listen-address=127.0.0.1:0', `--storage.path=${directory.path}/data`];
  const npm = TestProcess.start('npm', ['start', '--', ...flags]);
  onTestFinished(async () => {
    await npm.stop('SIGKILL');
  });
  const [, address] = await npm.waitForOutput(/Listening on" address=(\S+)/);
  await npm.stop();
  await expect
    .poll(() =>
      fetch(`http://${address}/-/healthy`).then(
        () => 'alive',
        () => 'gone',
      ),
    )
    .toBe('gone');
});
