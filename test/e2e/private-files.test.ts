import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run, temporaryDirectory } from '../support/process.ts';
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
