import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/command.ts';
import { routes } from '../../src/cli/routes.ts';
import { run, temporaryDirectory } from '../support/process.ts';

const directory = temporaryDirectory('routes');
afterAll(() => directory.remove());

const DEEP = join(directory.path, 'deep.yml');
writeFileSync(
  DEEP,
  `
route:
  receiver: root
  routes:
  - matchers: ['team="a"']
    continue: true
    routes:
    - matchers: ['severity=~"warning|critical"', 'site!=""']
      receiver: a-now
      continue: true
      routes:
      - matchers: [night="yes"]
        receiver: sleeper
    - matchers: ['severity!="info"']
      receiver: a-later
  - matchers: ['team=~"a|b"', 'say="line\\nbreak \\"quoted\\" \\\\ 🙂"']
    receiver: talk
  - match_re: {team: 'a|b'}
    receiver: both
    continue: true
  - receiver: everything
    routes:
    - matchers: [__proto__="constructor"]
      receiver: prototype
receivers: [{name: root}, {name: a-now}, {name: sleeper}, {name: a-later}, {name: talk}, {name: both}, {name: everything},
  {name: prototype}]
`,
);

const FIXTURES = 'test/fixtures/alertmanager/config';
const FILES = [
  DEEP,
  `${FIXTURES}/cli.routing.yml`,
  `${FIXTURES}/cli.routing-reverted.yml`,
  `${FIXTURES}/conf.good.yml`,
  'config/tocsin.yml',
  'config/rhacs.yml',
  'config/calico.yml',
];

async function tocsin(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({ write: (text: string) => (written[stream] += text) });
  const code = await runCommand(routes, args, { stdout: into('stdout'), stderr: into('stderr') });
  return { code, ...written };
}

async function amtool(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  const { code, stdout } = await run('amtool', ['config', 'routes', ...args]);
  // 0.25 draws with no-break spaces where 0.34 has spaces.
  return { code, stdout: stdout.replaceAll('\u00a0', ' ') };
}

describe('routes show', () => {
  it.each(FILES)('draws %s as amtool does', async (file) => {
    const { stderr, ...ours } = await tocsin('show', `--config.file=${file}`);
    expect(stderr).toBe('');
    expect(ours).toEqual(await amtool('show', `--config.file=${file}`));
  });

  it('is what "routes" alone does', async () => {
    expect(await tocsin('--config.file', `${FIXTURES}/cli.routing-reverted.yml`)).toEqual({
      code: 0,
      stdout: `Routing tree:
.
└── default-route  receiver: default
    ├── {test="2"}  continue: true  receiver: test2
    └── {test=~"^(?:^[12]$)$"}  continue: true  receiver: test1

`,
      stderr: '',
    });
  });
});

describe('routes test', () => {
  it.each([
    [DEEP],
    [DEEP, 'team=a'],
    [DEEP, 'team=a', 'severity=critical'],
    [DEEP, 'team=a', 'severity=critical', 'site=x'],
    [DEEP, 'team=a', 'severity=critical', 'site=x', 'night=yes'],
    [DEEP, 'team=a', 'severity=info', 'site='],
    [DEEP, 'team=b', 'say="line\\nbreak \\"quoted\\" \\\\ 🙂"'],
    [DEEP, 'team=c', 'team=b'],
    [DEEP, '__proto__=constructor'],
    [`${FIXTURES}/cli.routing.yml`, 'test=1'],
    [`${FIXTURES}/cli.routing.yml`, 'test=2'],
    [`${FIXTURES}/cli.routing-reverted.yml`, 'test=2'],
    [`${FIXTURES}/conf.good.yml`, 'service=foo2', 'severity=critical'],
    [`${FIXTURES}/conf.good.yml`, 'service=database', 'owner=team-Y', 'owner2=team-X'],
    ['config/rhacs.yml', 'namespace=dev-shop', 'severity=low'],
  ])('finds the receivers that amtool finds: %s %s %s %s', async (file, ...labels) => {
    for (const more of [[], ['--tree'], ['--verify.receivers=both,everything'], ['--tree', '--verify.receivers=x']]) {
      const { stderr, ...ours } = await tocsin('test', `--config.file=${file}`, ...more, ...labels);
      expect(stderr).toBe('');
      expect(ours).toEqual(await amtool('test', `--config.file=${file}`, ...more, ...labels));
    }
  });

  it('says when the receivers are not the expected ones', async () => {
    const args = ['test', '--config.file=config/tocsin.yml', 'severity=critical'];
    expect(await tocsin(...args, '--verify.receivers=on-call')).toEqual({ code: 0, stdout: 'on-call\n', stderr: '' });
    expect(await tocsin(...args, '--verify.receivers=operations')).toEqual({
      code: 1,
      stdout: 'on-call\nWARNING: Expected receivers did not match resolved receivers.\n',
      stderr: '',
    });
  });

  it('reads matchers and labels in the mode that --enable-feature chooses', async () => {
    const file = join(directory.path, 'utf8.yml');
    writeFileSync(
      file,
      `route: {receiver: r, routes: [{matchers: ['"größe.🙂"=groß'], receiver: s}]}\nreceivers: [{name: r}, {name: s}]\n`,
    );
    const args = ['test', `--config.file=${file}`, 'größe.🙂=groß'];
    expect(await tocsin(...args)).toEqual({ code: 0, stdout: 's\n', stderr: '' });
    expect((await tocsin(...args, '--enable-feature=classic-mode')).stderr).toContain(
      'failed to parse labels: bad matcher format: größe.🙂=groß; see',
    );
  });
});

it.each([
  [['test', '{a=b}'], 'failed to parse labels: unexpected open or close brace: {a=b}'],
  [['test', 'a=~b'], 'labels are name=value pairs, "a=~b" is none'],
  [['show', 'a=b'], 'show takes no labels; test does'],
  [['tell'], 'expected show, test, found "tell"'],
  [['--enable-feature=x'], "invalid value for --enable-feature: unknown option 'x' for --enable-feature"],
])('a mistake is one line: %s', async (args, message) => {
  const { code, stdout, stderr } = await tocsin('--config.file=config/tocsin.yml', ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(`tocsin routes: ${message}; see tocsin routes --help\n`);
});

it('needs a file that can be read and used', async () => {
  expect(await tocsin('--config.file=none.yml')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'tocsin: none.yml: no such file\n',
  });
});
