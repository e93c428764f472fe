import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/cli/command.ts';
import { sendTest } from '../../src/cli/send-test.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';

let dir: string;
let smtp: TestSmtpServer;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'tocsin-send-test-'));
  smtp = await TestSmtpServer.start();
});
afterEach(() => {
  smtp.recover();
  smtp.mails.length = 0;
});
afterAll(async () => {
  await smtp.close();
  rmSync(dir, { recursive: true });
});

function config(smarthost = smtp.smarthost): string {
  const file = path.join(dir, 'tocsin.yml');
  writeFileSync(
    file,
    `
global: { smtp_smarthost: '${smarthost}', smtp_from: tocsin@example.org, smtp_require_tls: false }
route: { receiver: soc }
receivers:
- name: soc
  email_configs: [{ to: a@example.org }, { to: b@example.org }]
- name: unrouted
  email_configs: [{ to: c@example.org }]
- name: owners
  email_configs: [{ to: '{{ commonLabels.owner }}@example.org' }]
- name: nobody
`,
  );
  return file;
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof texts) => ({
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const code = await runCommand(sendTest, args, { stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, ...texts };
}

describe('tocsin send-test', () => {
  test('prints what the server said, an integration a line', async () => {
    const { code, stdout, stderr } = await run('--receiver', 'soc', '--config.file', config());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // Both go out at once.
    expect(stdout.replace(/MAIL[12]/g, 'MAIL')).toBe(
      'soc/email[0]: 250 2.0.0 Ok: queued as MAIL\nsoc/email[1]: 250 2.0.0 Ok: queued as MAIL\n',
    );
    expect(smtp.mails.flatMap(({ to }) => to).sort()).toEqual(['a@example.org', 'b@example.org']);
  });

  test('goes through a receiver that no route uses, and looks like what is asked for', async () => {
    const { code } = await run('--receiver=unrouted', '--source=rhacs', `--config.file=${config()}`);
    expect(code).toBe(0);
    expect(smtp.mails[0]?.parsed.subject).toMatch(/^\[TEST\] \[FIRING:1\] Medium: Deployment tocsin-test /);
  });

  test('has the labels that it is given, so that a templated recipient works', async () => {
    const labels = ['--label', 'owner=bob', '--label=severity=critical'];
    expect(await run('--receiver=owners', ...labels, `--config.file=${config()}`)).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(smtp.mails[0]?.to).toEqual(['bob@example.org']);
    expect(await run('--receiver=owners', '--label=owner', `--config.file=${config()}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('invalid value for --label: expected NAME=VALUE, found "owner"'),
    });
    const without = await run('--receiver=owners', `--config.file=${config()}`);
    expect([without.code, without.stdout]).toEqual([1, expect.stringMatching(/^owners\/email\[0\]: FAILED: /)]);
  });

  test('links lead to --web.external-url', async () => {
    const url = '--web.external-url=https://tocsin.example.org/t/';
    await run('--receiver=unrouted', `--config.file=${config()}`, url);
    expect(smtp.mails[0]?.parsed.text).toContain('\nhttps://tocsin.example.org/t\n');
  });

  test('says where it failed, in the server’s words', async () => {
    smtp.fail('MAIL', '550 5.7.1 Sender rejected');
    expect(await run('--receiver=unrouted', `--config.file=${config()}`)).toEqual({
      code: 1,
      stdout: 'unrouted/email[0]: FAILED: send MAIL command: 550 5.7.1 Sender rejected\n',
      stderr: '',
    });
  });

  test('says that there is no server', async () => {
    const gone = await TestSmtpServer.start();
    const { smarthost } = gone;
    await gone.close();
    const { code, stdout } = await run('--receiver=unrouted', `--config.file=${config(smarthost)}`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^unrouted\/email\[0\]: FAILED: establish connection to server: .*ECONNREFUSED/);
  });

  test('names the key and the file of a password that is not there', async () => {
    const file = config();
    const login = `smtp_auth_username: u, smtp_auth_password_file: none.pw, smtp_from`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('smtp_from', login));
    const { code, stdout } = await run('--receiver=unrouted', `--config.file=${file}`);
    expect([code, stdout]).toEqual([
      1,
      'unrouted/email[0]: FAILED: could not read password or secret: auth_password_file: none.pw: no such file\n',
    ]);
  });

  test.each([
    [[], 'tocsin send-test: --receiver is missing; see tocsin send-test --help\n'],
    [
      ['--receiver=soc', '--source=nagios'],
      'send-test: invalid value for --source: expected one of prometheus, rhacs, alauda, roxctl, calico, found "nagios"; see',
    ],
    [['--receiver=soc', '--to=x'], "tocsin send-test: unknown long flag '--to'"],
  ])('%j', async (args, text) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(text);
  });

  test.each([
    ['sok', 'tocsin send-test: FILE has no receiver "sok"; it has "soc", "unrouted", "owners", "nobody"\n'],
    ['nobody', 'tocsin send-test: receiver "nobody" has no integrations\n'],
  ])('receiver %s', async (receiver, text) => {
    const file = config();
    expect(await run(`--receiver=${receiver}`, `--config.file=${file}`)).toEqual({
      code: 1,
      stdout: '',
      stderr: text.replace('FILE', file),
    });
  });

  test('reports what is wrong with the file', async () => {
    const file = config();
    writeFileSync(file, 'route: {}\n');
    const { code, stderr } = await run('--receiver=soc', `--config.file=${file}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('root route must specify a default receiver')]);
  });
});
