import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestProcess, temporaryDirectory } from '../support/process.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { TOCSIN } from '../support/tocsin.ts';
import { mailConfig, mailsOf, postJson } from './support.ts';

test('killed between the POST and the email, started again: the email comes, once', async () => {
  const smtp = await TestSmtpServer.start();
  onTestFinished(() => smtp.close());
  const directory = temporaryDirectory('restart');
  onTestFinished(directory.remove);
  const config = join(directory.path, 'config.yml');
  writeFileSync(config, mailConfig(smtp.smarthost).replace('group_wait: 0s', 'group_wait: 2s'));
  const start = async (): Promise<{ process: TestProcess; url: string }> => {
    const process = TestProcess.start(globalThis.process.execPath, [
      TOCSIN,
      `--config.file=${config}`,
      `--storage.path=${join(directory.path, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ]);
    onTestFinished(async () => {
      await process.stop('SIGKILL');
    });
    const [, address = ''] = await process.waitForOutput(/Listening on"? address=(\S+)/);
    return { process, url: `http://${address}/api/v2/alerts` };
  };

  const first = await start();
  const told = await postJson(first.url, [{ labels: { alertname: 'Told' }, annotations: { summary: 'once' } }]);
  expect(told.status).toBe(200);
  expect(await first.process.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  expect(smtp.mails).toHaveLength(0);

  const second = await start();
  await mailsOf(smtp, second, 1);
  await postJson(second.url, [{ labels: { alertname: 'Second' }, startsAt: '2026-01-01T00:00:00Z' }]);
  await mailsOf(smtp, second, 2);
  // In good order this time: a kill between a mail and its entry in the log would rightly tell it again.
  expect(await second.process.stop()).toEqual({ code: 0, signal: null });

  const third = await start();
  await postJson(third.url, [{ labels: { alertname: 'Third' } }]);
  const mails = await mailsOf(smtp, third, 3);
  expect(mails.map(({ parsed }) => parsed.subject)).toEqual([
    '[FIRING:1] Told: once',
    '[FIRING:1] Second',
    '[FIRING:1] Third',
  ]);
});
