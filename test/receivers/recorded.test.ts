import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../src/app/engine.ts';
import { pipelineOf, readConfig } from '../../src/app/load.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { prometheus } from '../../src/sources/prometheus/prometheus.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { SteadyClock } from '../../src/time/steady-clock.ts';
import { certificates } from '../support/certificates.ts';
import { engineOptions } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type Exchange, Recorder, type SeenRequest } from '../support/recorder.ts';
import { describeSignature } from '../support/sigv4.ts';

/** What Alertmanager 0.35 sent to each service, recorded (test/fixtures/receivers): the same configuration sends the same. */
const FIXTURES = join(import.meta.dirname, '../fixtures/receivers');
const FOLDERS = readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);
/** Of the fixture's configuration. */
const AWS_SECRET = 'sekret-aws';

let recorder: Recorder;
let clock: FakeClock;
let engine: Engine;

beforeEach(async () => {
  recorder = await Recorder.start();
  clock = new FakeClock('2026-01-02T03:10:00Z');
});

afterEach(async () => {
  const stopped = engine.stop(0);
  await clock.advance(0);
  await stopped;
  await recorder.close();
});

describe.each(FOLDERS)('%s', (folder) => {
  test('one alert that fires', async () => {
    await start(folder);
    await post(await fixture(folder, 'one-alerts'));
    await expectExchanges(await exchanges(folder, 'one'));
  });

  test('two alerts that fire and resolve', async () => {
    const { firing, resolved } = await fixture<{ firing: unknown; resolved: unknown }>(folder, 'alerts');
    await start(folder);
    await post(firing);
    await expectExchanges(await exchanges(folder, 'firing'));
    await post(resolved);
    await expectExchanges(await exchanges(folder, 'resolved'));
  });

  test('four alerts of which one resolves', async () => {
    const alerts = await fixture<{ first: unknown; then: unknown }>(folder, 'mixed-alerts');
    await start(folder);
    const mixed = await exchanges(folder, 'mixed');
    await post(alerts.first);
    await firstNotification(await exchanges(folder, 'firing'));
    await post(alerts.then);
    await expectExchanges(mixed);
  });
});

async function start(folder: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-recorded-'));
  const file = join(directory, 'config.yml');
  const text = await readFile(join(FIXTURES, folder, 'config.yml'), 'utf8');
  await writeFile(file, text.replaceAll('PORT', String(recorder.port)));
  await writeFile(join(directory, 'ca.pem'), certificates().ca.cert);
  const metrics = new Metrics();
  const config = await readConfig(file, { mode: 'fallback', retention: 3_600_000 });
  const pipeline = await pipelineOf(config, {
    mode: 'fallback',
    externalURL: 'http://am.example.org',
    version: '0.1.0',
    alertmanagerVersion: '0.35.0',
    clock,
    logger: nullLogger,
    metrics,
  });
  engine = await Engine.start(
    pipeline,
    { clock: new SteadyClock(clock), logger: nullLogger, metrics, store: new MemoryStore() },
    engineOptions(),
  );
}

async function post(body: unknown): Promise<void> {
  const config = { path: '', auth: undefined, staleAfter: undefined, options: undefined };
  const { alerts } = prometheus.parse(body, { config, now: clock.now(), query: {} });
  await engine.receive(alerts, 'prometheus');
}

/** Lets the group's next flush send, and compares what came with the recording. */
async function expectExchanges(expected: readonly Exchange[]): Promise<void> {
  recorder.play(expected);
  await clock.advance(2_000);
  await recorder.waitForRequests(expected.length);
  expect(recorder.requests.map((request, i) => comparable(request, expected[i]))).toEqual(
    expected.map(({ answer: _answer, ...request }) => request),
  );
  await clock.advance(0);
}

/** The headers that the recording kept, and no text of the body beside its parsed form. */
function comparable({ text, headers, ...request }: SeenRequest, expected: Exchange | undefined): unknown {
  const seen = headers.authorization?.startsWith('AWS4')
    ? {
        ...headers,
        authorization: describeSignature({ ...request, path: request.url, headers, body: text }, AWS_SECRET),
      }
    : headers;
  const kept = Object.keys(expected?.headers ?? {}).map((name) => [name, seen[name]] as const);
  return { ...request, headers: Object.fromEntries(kept) };
}

/** The notification before the recorded one, answered the same way. */
async function firstNotification(like: readonly Exchange[]): Promise<void> {
  recorder.play(like);
  await clock.advance(2_000);
  await recorder.waitForRequests(like.length);
  await clock.advance(0);
}

async function exchanges(folder: string, name: string): Promise<readonly Exchange[]> {
  return await fixture<Exchange[]>(folder, name);
}

async function fixture<T = unknown>(folder: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(FIXTURES, folder, `${name}.json`), 'utf8')) as T;
}
