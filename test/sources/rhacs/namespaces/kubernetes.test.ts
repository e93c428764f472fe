import { writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Directory } from '../../../../src/directory/directory.ts';
import { temporaryDirectory } from '../../../support/process.ts';
import { TestWorld } from './support.ts';

const WARNING = 'warn rhacs: Reading namespace annotations failed; using the last known values: ';

/** The part of a Kubernetes API server that knows namespaces. Lists say what they are told to; watches stay open. */
class FakeApi {
  /** Requests in order, as `list` or `watch FROM`. */
  readonly requests: string[] = [];
  readonly watches: ServerResponse[] = [];
  list: (url: URL) => { status?: number; body: unknown } = () => ({
    body: list('10', namespace('u-1', 'a@example.org')),
  });
  /** Status of the next watches. */
  watchStatus = 200;
  token: string | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      this.token = request.headers.authorization;
      if (url.searchParams.get('watch')) {
        this.requests.push(`watch ${url.searchParams.get('resourceVersion')}`);
        response.writeHead(this.watchStatus, { 'Content-Type': 'application/json' });
        response.flushHeaders();
        if (this.watchStatus === 200) this.watches.push(response);
        else response.end(JSON.stringify({ kind: 'Status', code: this.watchStatus, message: 'too old' }));
        return;
      }
      this.requests.push(`list${url.searchParams.get('continue') ? ` after ${url.searchParams.get('continue')}` : ''}`);
      const { status = 200, body } = this.list(url);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Tells the newest watch. */
  tell(...events: readonly unknown[]): void {
    this.watches.at(-1)?.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

const namespace = (uid: string, email: string | undefined, over: object = {}) => ({
  metadata: {
    uid,
    name: `ns-${uid}`,
    resourceVersion: '11',
    annotations: email === undefined ? {} : { email },
    ...over,
  },
});
const list = (resourceVersion: string, ...items: unknown[]) => ({ metadata: { resourceVersion }, items });

let api: FakeApi;
let world: TestWorld;
let folder: ReturnType<typeof temporaryDirectory>;
let subject: Directory;

function directory(cluster = 'prod'): Directory {
  const server = { url: api.url, tokenFile: join(folder.path, 'token'), caFile: undefined, insecureSkipVerify: false };
  const options = { namespaceAnnotations: { from: 'kubernetes', server, cluster } };
  const made = new Directory({
    teams: [],
    sources: new Map([['rhacs', { path: '', auth: undefined, staleAfter: undefined, options }]]),
  });
  made.wants('email');
  return made;
}

const byId = (id: string) =>
  subject.namespaceAnnotation('rhacs', { id, name: '', cluster: '', clusterId: '' }, 'email');
const byName = (name: string, cluster: string) =>
  subject.namespaceAnnotation('rhacs', { id: '', name, cluster, clusterId: 'c-1' }, 'email');

beforeEach(async () => {
  world = new TestWorld();
  folder = temporaryDirectory('kubernetes');
  writeFileSync(join(folder.path, 'token'), 'sesame');
  api = new FakeApi();
  await api.start();
  subject = directory();
});
afterEach(async () => {
  subject.stop();
  await api.close();
  folder.remove();
});

async function started(): Promise<void> {
  await subject.start(world);
  await world.until(() => api.watches.length === 1);
}

describe('namespaces from a Kubernetes API server', () => {
  test('are listed before the start is over, found by uid, and by name in the named cluster only', async () => {
    await started();
    expect(api.token).toBe('Bearer sesame');
    expect(api.requests).toEqual(['list', 'watch 10']);
    expect(byId('u-1')).toBe('a@example.org');
    expect(byName('ns-u-1', 'prod')).toBe('a@example.org');
    expect(byName('ns-u-1', 'stage')).toBeUndefined();
    expect(world.logged).toEqual([]);
  });

  test('of an unnamed cluster are found by uid alone: other clusters have the same names', async () => {
    subject = directory('');
    await started();
    expect(byId('u-1')).toBe('a@example.org');
    expect(byName('ns-u-1', 'prod')).toBeUndefined();
    expect(byName('ns-u-1', '')).toBeUndefined();
  });

  test('are listed page by page', async () => {
    api.list = (url) =>
      url.searchParams.get('continue') === 'p2'
        ? { body: list('12', namespace('u-2', 'b@example.org')) }
        : { body: { ...list('12', namespace('u-1', 'a@example.org')), metadata: { continue: 'p2' } } };
    await started();
    expect(api.requests).toEqual(['list', 'list after p2', 'watch 12']);
    expect([byId('u-1'), byId('u-2')]).toEqual(['a@example.org', 'b@example.org']);
  });

  test('that has one more page without end: what was known stays', async () => {
    await started();
    api.list = () => ({ body: { metadata: { continue: 'more' }, items: [] } });
    api.watchStatus = 410;
    api.watches[0]?.end();
    await world.until(() => world.logged.length > 0, 100);
    expect(world.logged).toEqual([`${WARNING}there are more than 400 pages of namespaces`]);
    expect(byId('u-1')).toBe('a@example.org');
  });

  test('follow what the watch sends, in whatever pieces', async () => {
    await started();
    api.tell(
      { type: 'ADDED', object: namespace('u-2', 'b@example.org') },
      { type: 'MODIFIED', object: namespace('u-1', 'c@example.org') },
    );
    await world.until(() => byId('u-1') === 'c@example.org');
    expect(byId('u-2')).toBe('b@example.org');
    const event = `${JSON.stringify({ type: 'DELETED', object: namespace('u-2', undefined) })}\n`;
    api.watches[0]?.write(event.slice(0, 20));
    await world.until(() => byId('u-1') === 'c@example.org');
    api.watches[0]?.write(event.slice(20));
    await world.until(() => byId('u-2') === undefined);
    api.tell({ type: 'MODIFIED', object: namespace('u-1', undefined) });
    await world.until(() => byId('u-1') === undefined);
  });

  test('a watch that ends is resumed where it was, without a word', async () => {
    await started();
    api.tell({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '77' } } });
    api.watches[0]?.end();
    await world.until(() => api.watches.length === 2, 100);
    expect(api.requests).toEqual(['list', 'watch 10', 'watch 77']);
    expect(world.logged).toEqual([]);
  });

  test('a watch whose line is cut is resumed where it was; meanwhile the last known serves', async () => {
    await started();
    api.tell({ type: 'MODIFIED', object: namespace('u-1', 'b@example.org', { resourceVersion: '15' }) });
    await world.until(() => byId('u-1') === 'b@example.org');
    api.watches[0]?.destroy();
    await world.until(() => world.logged.length === 1);
    expect(world.logged).toEqual([`${WARNING}the server closed the connection`]);
    expect(byId('u-1')).toBe('b@example.org');
    await world.clock.advance(5_000);
    await world.until(() => world.logged.length === 2);
    expect(api.requests).toEqual(['list', 'watch 10', 'watch 15']);
    expect(world.logged[1]).toBe('info rhacs: Namespace annotations are current again');
  });

  test.each([
    ['an event', () => api.tell({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old' } })],
    [
      'a status',
      () => {
        api.watchStatus = 410;
        api.watches[0]?.end();
      },
    ],
  ])('a watch that is too old (%s) is followed by a new list', async (_, tooOld) => {
    await started();
    api.list = () => {
      api.watchStatus = 200;
      return { body: list('90', namespace('u-9', 'z@example.org')) };
    };
    tooOld();
    await world.until(() => byId('u-9') === 'z@example.org', 100);
    await world.until(() => api.watches.length === 2);
    expect(byId('u-1')).toBeUndefined();
    expect(api.requests.slice(-2)).toEqual(['list', 'watch 90']);
    expect(world.logged).toEqual([]);
  });

  test('a server that finds every watch too old is not asked in a circle', async () => {
    api.watchStatus = 410;
    await subject.start(world);
    await world.until(() => world.logged.length === 1);
    expect(api.requests).toEqual(['list', 'watch 10', 'list', 'watch 10']);
    await world.clock.advance(9_000);
    expect(api.requests).toHaveLength(4);
    expect(world.logged).toEqual([expect.stringContaining(`${WARNING}status 410: `)]);
  });

  test('a watch that may not be is asked for less and less often', async () => {
    api.watchStatus = 403;
    await subject.start(world);
    await world.until(() => world.logged.length === 1);
    let failures = 1;
    for (const wait of [5_000, 10_000, 20_000]) {
      const before = api.requests.length;
      await world.clock.advance(wait - 1);
      expect(api.requests).toHaveLength(before);
      await world.clock.advance(1);
      failures++;
      await world.until(async () => (await world.failures()) === failures);
      expect(api.requests).toHaveLength(before + 1);
    }
  });

  test('a watch that is silent for longer than the server promised is dead', async () => {
    await started();
    await world.clock.advance(329_999);
    expect(world.logged).toEqual([]);
    await world.clock.advance(1);
    await world.until(() => world.logged.length === 1);
    expect(world.logged).toEqual([`${WARNING}no answer within 330 s`]);
  });

  test.each([
    ['nonsense\n', 'the watch sent something that is no event'],
    ['{"type":"ERROR","object":{"code":500,"message":"etcd is gone"}}\n', 'the watch failed: etcd is gone'],
    ['x'.repeat(4 * 1024 * 1024 + 1), 'a line of the answer is larger than 4194304 bytes'],
  ])('a watch that sends %.20j...', async (text, words) => {
    await started();
    api.watches[0]?.write(text);
    await world.until(() => world.logged.length === 1);
    expect(world.logged).toEqual([WARNING + words]);
    expect(byId('u-1')).toBe('a@example.org');
  });

  test('stop ends the watch', async () => {
    await started();
    const ended = new Promise((resolve) => api.watches[0]?.once('close', resolve));
    subject.stop();
    await ended;
    await world.clock.advance(3_600_000);
    expect(api.requests).toHaveLength(2);
    expect(world.logged).toEqual([]);
  });
});
