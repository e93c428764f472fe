import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SourceWatches } from '../../src/app/source-watches.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { FakeCentral } from '../support/central.ts';
import { certificates } from '../support/certificates.ts';
import { Harness } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { post, rhacsBody } from '../support/rhacs.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const DEPLOY = '01-deploy-email-annotation';
const id = rhacsBody(DEPLOY).alert.id as string;

async function central(): Promise<FakeCentral> {
  const one = await FakeCentral.start();
  open.push(one);
  one.put(id);
  return one;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Time enough for several rounds, with pauses in which their requests would arrive. */
async function quiet(h: Harness): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await h.seconds(5);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('a configuration says which Central is asked, the next one which other, and none ends it', async () => {
  const h = await Harness.start({ clock: new FakeClock('2026-08-21T00:00:00Z') });
  const watch = new SourceWatches(h.engine, { clock: h.clock, logger: nullLogger, metrics: h.metrics });
  open.push({ close: () => watch.stop() });
  const tokenFile = join(mkdtempSync(join(tmpdir(), 'tocsin-watch-')), 'token');
  const config = (one: FakeCentral | undefined) => {
    const shared = { tokenFile, pollInterval: 60_000, caFile: certificates().ca.certFile, insecureSkipVerify: false };
    const options = { central: one && { url: one.url, ...shared } };
    const source = { path: '/', auth: undefined, staleAfter: 86_400_000, options };
    return { ...h.engine.pipeline.config, sources: new Map([['rhacs', source]]) };
  };
  const [first, second] = [await central(), await central()];
  writeFileSync(tokenFile, first.token);
  await post(h, rhacsBody(DEPLOY));

  watch.follow(config(first));
  await h.seconds(5);
  await until(() => first.requests.length === 1);

  watch.follow(config(second));
  second.resolve(id, '2026-08-21T00:00:05Z');
  await h.seconds(5);
  await until(() => h.engine.intake.lasting('rhacs').length === 0);
  await h.seconds(20);
  expect(h.story.at(-1)).toMatch(/: -Privileged Container \(all alerts resolved\)$/);

  watch.follow(config(undefined));
  await quiet(h);
  expect([first.requests.length, second.requests.length]).toEqual([1, 2]);
});

test('stopping ends it, also in the middle of a request', async () => {
  const h = await Harness.start({ clock: new FakeClock('2026-08-21T00:00:00Z') });
  const one = await central();
  one.answer = () => 'hang';
  const watch = new SourceWatches(h.engine, { clock: h.clock, logger: nullLogger, metrics: h.metrics });
  const tokenFile = join(mkdtempSync(join(tmpdir(), 'tocsin-watch-')), 'token');
  writeFileSync(tokenFile, one.token);
  const options = {
    central: { url: one.url, tokenFile, pollInterval: 60_000, insecureSkipVerify: true },
  };
  const source = { path: '/', auth: undefined, staleAfter: undefined, options };
  watch.follow({ ...h.engine.pipeline.config, sources: new Map([['rhacs', source]]) });
  await h.seconds(5);
  await until(() => one.requests.length === 1);
  await watch.stop();
  await quiet(h);
  expect(one.requests).toHaveLength(1);
});
