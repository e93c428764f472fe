import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run, TestProcess, temporaryDirectory } from '../support/process.ts';
import { startTocsin, TOCSIN } from '../support/tocsin.ts';
import { mailConfig, postJson } from './support.ts';

test('stores and backs up what nobody else on the machine may read', async () => {
  const directory = temporaryDirectory('private');
  onTestFinished(directory.remove);
  chmodSync(directory.path, 0o755);
  const storage = join(directory.path, 'data');
  const copy = join(directory.path, 'backup.db');
  const tocsin = await startTocsin(mailConfig('127.0.0.1:9'), { storage });
  onTestFinished(async () => {
    await tocsin.stop();
  });
  await postJson(`${tocsin.url}/api/v2/alerts`, [{ labels: { alertname: 'secret' } }]);
  await run(process.execPath, [TOCSIN, 'backup', `--storage.path=${storage}`, copy]);
  const files = readdirSync(storage);
  expect(files).toContain('tocsin.db');
  for (const path of [copy, storage, ...files.map((name) => join(storage, name))]) {
    expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
  }
});

/** Only root may become somebody else. */
test.skipIf(process.getuid?.() !== 0)(
  'an image that runs as any user of group 0 finds the store of another one again',
  async () => {
    const directory = temporaryDirectory('group');
    onTestFinished(directory.remove);
    const storage = join(directory.path, 'data');
    mkdirSync(storage);
    chmodSync(directory.path, 0o755);
    chownSync(storage, 1_001, 0);
    chmodSync(storage, 0o770);
    const as = (uid: number): string[] => ['--reuid', String(uid), '--regid', '0', '--clear-groups', process.execPath];
    const flags = ['--web.listen-address=127.0.0.1:0', `--storage.path=${storage}`];
    for (const uid of [1_001, 1_002]) {
      const tocsin = TestProcess.start('setpriv', [...as(uid), TOCSIN, ...flags]);
      onTestFinished(async () => {
        await tocsin.stop();
      });
      await tocsin.waitForOutput(/Listening on/);
      await tocsin.stop();
      for (const name of readdirSync(storage)) {
        expect([name, statSync(join(storage, name)).mode & 0o777]).toEqual([name, 0o660]);
      }
    }
    for (const name of readdirSync(storage)) chmodSync(join(storage, name), 0o600);
    const refused = await run('setpriv', [...as(1_003), TOCSIN, ...flags]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'give the user that runs Tocsin (uid 1003) write access to its directory and to the files in it',
    );
  },
);
