import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, TestProcess, temporaryDirectory } from '../support/process.ts';

const DEMO = fileURLToPath(new URL('../../src/demo/demo.ts', import.meta.url));
const LIMIT = 40_000;

describe('the demo', () => {
  const temporary = temporaryDirectory('demo-test');
  const env = { TMPDIR: temporary.path, NO_COLOR: '1' };
  /** Takes the demo's usual ports, if nobody else has them: it must do with others. */
  const squatters = [8025, 9093].map((port) =>
    createServer()
      .on('error', () => {})
      .listen(port, '127.0.0.1'),
  );

  beforeAll(() => {
    for (const squatter of squatters) squatter.unref();
  });
  afterAll(() => {
    for (const squatter of squatters) squatter.close();
    temporary.remove();
  });

  test('--once delivers what its two stories must, says so, and leaves nothing behind', {
    timeout: LIMIT,
  }, async () => {
    const { code, stdout, stderr } = await run(process.execPath, [DEMO, '--once'], { env, limit: LIMIT });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const [, table = ''] = stdout.split(/^Delivered: 8 emails\n\n/m);
    expect(table.replaceAll(/^( +\d+) +\d+\.\d KB/gm, '$1  SIZE')).toBe(
      [
        '  #  Size     Recipients                                 Subject',
        '  1  SIZE  security@example.org                       [TEST] Tocsin can reach you through receiver security',
        "  2  SIZE  security@example.org                       [FIRING:1] Critical: Deployment node-net-tool (in cluster stage-us-2) violates 'Iptables or nftables Executed in Privileged Container' Policy",
        "  3  SIZE  security@example.org                       [FIRING:1] Medium: Deployment checkout-api (in cluster prod-eu-1) violates 'Privileged Container' Policy",
        '  4  SIZE  security@example.org                       [FIRING:2] 2 medium: Privileged Container in cluster prod-eu-1, namespace shop',
        '  5  SIZE  network@example.org, security@example.org  [FIRING:2] Calico: default.test denied packets from 192.168.132.71 and 1 other',
        '  6  SIZE  network@example.org, security@example.org  [FIRING:3] Calico: default.test denied packets from 192.168.132.71 and 2 others',
        '  7  SIZE  network@example.org, security@example.org  [FIRING:3] Calico: default.test denied packets from 192.168.132.71 and 2 others',
        '  8  SIZE  network@example.org, security@example.org  [RESOLVED] Calico: default.test denied packets from 192.168.132.71 and 2 others',
        '',
      ].join('\n'),
    );
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  test('Ctrl-C ends it at any time', async () => {
    const demo = TestProcess.start(process.execPath, [DEMO], { env });
    const [, page = ''] = await demo.waitForOutput(/Read the emails {5}(\S+)/);
    await demo.waitForOutput(/Email 1: /);
    expect(await (await fetch(page)).text()).toContain('<b>[TEST] Tocsin can reach you through receiver security</b>');
    expect(await demo.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  test('an argument that it does not know', async () => {
    const { code, stderr } = await run(process.execPath, [DEMO, '--twice'], { env });
    expect(stderr).toBe('demo: unknown argument --twice\n\n');
    expect(code).toBe(1);
  });
});
