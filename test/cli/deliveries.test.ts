import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { runCommand } from '../../src/cli/command.ts';
import { deliveries } from '../../src/cli/deliveries.ts';
import { type LogKey, logKey } from '../../src/notify/log-key.ts';
import { TestServer } from '../http/test-server.ts';

/** Of an integration that the configuration does not have any more: it has no index. */
const SOC = { receiverName: 'soc', kind: 'email', identity: 'gone' };
const PENDING = {
  alerts: ['d240efc3896bf266'],
  since: Date.parse('2026-03-01T07:00:00Z'),
  error: 'send RCPT command: 550 5.1.1 <x@example.org> no such user',
  failures: 3,
  retryAt: Date.parse('2026-03-01T08:10:00Z'),
};

let server: TestServer;
let groupKey: string;
let key: LogKey;
beforeEach(async () => {
  server = await TestServer.start();
  await server.engine.receive([{ labels: LabelSet.of({ alertname: 'a' }), annotations: LabelSet.empty }], 'prometheus');
  groupKey = [...server.engine.dispatcher.groups()][0]?.key ?? '';
  key = logKey(groupKey, SOC, '');
  const entry = { firing: [], resolved: {}, timestamp: 0, sent: 0, firstSentAt: 0, pending: PENDING };
  await server.engine.log.put(key, entry, 3_600_000);
});
afterEach(() => server.close());

async function tocsin(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      texts[name] += text;
    },
  });
  const code = await runCommand(deliveries, args, { stdout: sink('stdout'), stderr: sink('stderr') });
  return { code, ...texts };
}

describe('tocsin deliveries', () => {
  it('escapes what a mail server says, so that it cannot act on the terminal', async () => {
    const error = '550 \u001b[2J\u009b31m\u202egnihton\u2028forged';
    await server.engine.log.put(
      key,
      { firing: [], resolved: {}, timestamp: 0, sent: 0, firstSentAt: 0, pending: { ...PENDING, error } },
      3_600_000,
    );
    const { stdout } = await tocsin('list', '--url', server.url);
    expect(stdout).not.toMatch(/(?!\n)[\p{C}\p{Zl}]/u);
    expect(stdout).toContain('\\u202egnihton');
    const id = stdout.split('\n')[1]?.split(/ {2,}/)[0] ?? '';
    const shown = await tocsin('show', id, '--url', server.url);
    expect(shown.stdout).not.toMatch(/(?!\n)[\p{C}\p{Zl}]/u);
    expect((JSON.parse(shown.stdout) as { error: string }).error).toBe(error);
  });

  it('lists, shows and retries what was set aside', async () => {
    const list = await tocsin('list', '--url', server.url);
    expect(list.stderr).toBe('');
    const [head, row = ''] = list.stdout.split('\n');
    expect(head).toMatch(/^ID\s+State\s+Since\s+Failures\s+Receiver\s+Last answer$/);
    const [id = '', ...rest] = row.split(/ {2,}/);
    expect(rest).toEqual(['set aside', '2026-03-01T07:00:00Z', '3', 'soc/email', PENDING.error]);

    const shown = await tocsin('show', id, '--url', server.url);
    expect(JSON.parse(shown.stdout)).toEqual({
      id,
      state: 'set aside',
      receiver: 'soc',
      integration: 'email',
      audience: '',
      groupKey,
      alerts: 1,
      failures: 3,
      error: PENDING.error,
      since: '2026-03-01T07:00:00.000Z',
      retryAt: '2026-03-01T08:10:00.000Z',
    });

    expect((await tocsin('retry', id, '--url', server.url)).code).toBe(0);
    expect(server.engine.log.get(key)?.pending?.retryAt).toBe(0);
  });

  it('says that nothing waits', async () => {
    const empty = await TestServer.start();
    try {
      expect((await tocsin('list', '--url', empty.url)).stdout).toBe('No pending deliveries.\n');
    } finally {
      await empty.close();
    }
  });

  it('names what is wrong', async () => {
    const unknown = await tocsin('retry', '000000000000', '--url', server.url);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('answered 404: no such delivery: it may have succeeded');
    const nobody = await tocsin('list', '--url', 'http://127.0.0.1:1');
    expect(nobody.stderr).toMatch(/^tocsin deliveries: no answer from http:\/\/127\.0\.0\.1:1: .*; see --url\n$/);
    expect((await tocsin('lst')).stderr).toBe(
      'tocsin deliveries: expected list, show, retry, found "lst"; did you mean "list"?; see tocsin deliveries --help\n',
    );
    expect((await tocsin('list', '--alertmanager.url=http://x')).stderr).toBe(
      "tocsin deliveries: unknown long flag '--alertmanager.url', did you mean '--url'?; see tocsin deliveries --help\n",
    );
    expect((await tocsin('show')).stderr).toContain('show needs the ID of a delivery');
    expect((await tocsin('list', '--url=x')).stderr).toContain('invalid value for --url: not a URL: "x"');
  });
});
