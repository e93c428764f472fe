import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Directory } from '../../../../src/directory/directory.ts';
import type { ApiServer } from '../../../../src/sources/rhacs/api-client.ts';
import { certificates } from '../../../support/certificates.ts';
import { type Answer, TestHttpServer } from '../../../support/http-server.ts';
import { temporaryDirectory } from '../../../support/process.ts';
import { TestWorld } from './support.ts';

const MINUTE = 60_000;
const REF = { id: '', name: 'shop', cluster: '', clusterId: 'c-1' };
const WARNING = 'warn rhacs: Reading namespace annotations failed; using the last known values: ';

let central: TestHttpServer;
let world: TestWorld;
let folder: ReturnType<typeof temporaryDirectory>;
let open: Directory[];
let answer: Answer;

/** A namespace as Central shows it. */
const entry = (email: string, over: Record<string, unknown> = {}) => ({
  metadata: {
    id: 'u-1',
    name: 'shop',
    clusterId: 'c-1',
    clusterName: 'prod',
    labels: {},
    creationTime: null,
    priority: '0',
    annotations: { email, 'example.org/other': 'x' },
    ...over,
  },
  numDeployments: 3,
  numSecrets: 0,
  numNetworkPolicies: 0,
});
const namespaces = (...all: unknown[]): Answer => ({ status: 200, body: JSON.stringify({ namespaces: all }) });

beforeEach(async () => {
  world = new TestWorld();
  folder = temporaryDirectory('central');
  writeFileSync(join(folder.path, 'token'), 'sesame\n');
  answer = namespaces(entry('ns@example.org'));
  central = await TestHttpServer.start(() => answer);
  open = [];
});
afterEach(async () => {
  for (const directory of open) directory.stop();
  await central.close();
  folder.remove();
});

function directory(over: Partial<ApiServer> = {}): Directory {
  const server = {
    url: central.url('').replace(/\/$/, ''),
    tokenFile: join(folder.path, 'token'),
    caFile: undefined,
    insecureSkipVerify: false,
    ...over,
  };
  const source = (options: unknown) => ({ path: '', auth: undefined, staleAfter: undefined, options });
  const made = new Directory({
    teams: [],
    sources: new Map([
      ['rhacs', source({ namespaceAnnotations: { from: 'central', server } })],
      ['prometheus', source(undefined)],
    ]),
  });
  made.wants('email');
  open.push(made);
  return made;
}

const email = (from: Directory): string | undefined => from.namespaceAnnotation('rhacs', REF, 'email');

describe('namespaces from Central', () => {
  test('are there once the start is over, asked for with the token', async () => {
    const subject = directory();
    await subject.start(world);
    expect(email(subject)).toBe('ns@example.org');
    expect(subject.namespaceAnnotation('rhacs', REF, 'example.org/other')).toBeUndefined();
    expect(subject.namespaceAnnotation('prometheus', REF, 'email')).toBeUndefined();
    const [request] = central.requests;
    expect(request?.url).toBe(
      '/v1/namespaces?query.pagination.limit=1000&query.pagination.offset=0' +
        '&query.pagination.sortOption.field=Namespace+ID',
    );
    expect(request?.headers.authorization).toBe('Bearer sesame');
    expect(await world.sample('tocsin_namespaces{source="rhacs"}')).toBe('1');
    expect(await world.sample('tocsin_namespace_refreshes_total{source="rhacs",outcome="success"}')).toBe('1');
    expect(await world.sample('tocsin_namespace_last_refresh_timestamp_seconds{source="rhacs"}')).toBe('1772352000');
  });

  test('are read again every five minutes, with the token as it is then', async () => {
    const subject = directory();
    await subject.start(world);
    answer = namespaces(entry('new@example.org'));
    writeFileSync(join(folder.path, 'token'), 'rotated');
    await world.clock.advance(5 * MINUTE - 1);
    expect(central.requests).toHaveLength(1);
    await world.clock.advance(1);
    await world.until(() => email(subject) === 'new@example.org');
    expect(central.requests[1]?.headers.authorization).toBe('Bearer rotated');
  });

  test('are read page by page, with an overlap against changes in between', async () => {
    const page = (from: number, count: number): Answer =>
      namespaces(
        ...Array.from({ length: count }, (_, i) =>
          entry(`n${from + i}@example.org`, { id: `u${from + i}`, name: `n${from + i}` }),
        ),
      );
    central.answer = ({ url }) => (url.includes('offset=0&') ? page(0, 1_000) : page(980, 50));
    const subject = directory();
    await subject.start(world);
    expect(central.requests.map(({ url }) => /offset=(\d+)/.exec(url)?.[1])).toEqual(['0', '980']);
    expect(await world.sample('tocsin_namespaces{source="rhacs"}')).toBe('1030');
    expect(subject.namespaceAnnotation('rhacs', { ...REF, name: 'n1029' }, 'email')).toBe('n1029@example.org');
  });

  test.each<[string, Answer, string]>([
    [
      'refuses',
      { status: 401, body: '{"code":16,\n"message":"credentials not found"}' },
      'status 401: {"code":16, "message":"credentials not found"}',
    ],
    ['has trouble', 503, 'status 503: '],
    ['is something else', { status: 200, body: '<html>' }, 'the answer is not JSON'],
    ['answers with other JSON', { status: 200, body: '{"namespaces":null}' }, 'the answer holds no list of namespaces'],
    ['cuts the line', 'drop', 'the server closed the connection'],
  ])('that %s: the last known serves, and it is asked again sooner', async (_, failing, words) => {
    const subject = directory();
    await subject.start(world);
    answer = failing;
    await world.clock.advance(5 * MINUTE);
    await world.until(() => world.logged.length > 0);
    expect(world.logged).toEqual([WARNING + words]);
    expect(email(subject)).toBe('ns@example.org');
    expect(await world.sample('tocsin_namespace_refreshes_total{source="rhacs",outcome="failure"}')).toBe('1');
    answer = namespaces(entry('new@example.org'));
    await world.clock.advance(5_000);
    await world.until(() => email(subject) === 'new@example.org');
    expect(world.logged.slice(1)).toEqual(['info rhacs: Namespace annotations are current again']);
  });

  test('a failure that lasts is logged once, and asked about less and less often', async () => {
    answer = 500;
    const subject = directory();
    await subject.start(world);
    for (const [wait, count] of [
      [5_000, 2],
      [10_000, 3],
      [20_000, 4],
    ] as const) {
      await world.clock.advance(wait - 1);
      expect(central.requests).toHaveLength(count - 1);
      await world.clock.advance(1);
      await world.until(async () => (await world.failures()) === count);
    }
    expect(world.logged).toEqual([`${WARNING}status 500: `]);
  });

  test('that never answers: the start waits a moment and no longer, and the request ends at last', async () => {
    answer = 'hang';
    const subject = directory();
    let started = false;
    const start = subject.start(world).then(() => {
      started = true;
    });
    await world.until(() => central.requests.length === 1);
    await world.clock.advance(2_999);
    expect(started).toBe(false);
    await world.clock.advance(1);
    await start;
    expect(email(subject)).toBeUndefined();
    await world.clock.advance(27_000);
    await world.until(() => world.logged.length > 0);
    expect(world.logged).toEqual([`${WARNING}no answer within 30 s`]);
  });

  test('a token that cannot be read is a failure that names the file', async () => {
    await directory({ tokenFile: join(folder.path, 'gone') }).start(world);
    expect(world.logged).toEqual([expect.stringContaining(join(folder.path, 'gone'))]);
    expect(central.requests).toEqual([]);
  });

  test('over TLS: trusted by ca_file, or not at all, or unseen', async () => {
    const { good, ca } = certificates();
    const secure = await TestHttpServer.start(() => answer, { cert: good.cert, key: good.key });
    const url = secure.url('').replace(/\/$/, '');
    await directory({ url, caFile: ca.certFile }).start(world);
    await directory({ url, insecureSkipVerify: true }).start(world);
    expect(world.logged).toEqual([]);
    await directory({ url }).start(world);
    expect(world.logged).toEqual([
      `${WARNING}the server's certificate is not trusted (ca_file names the CA to trust): unable to verify the first certificate`,
    ]);
    await secure.close();
  });

  test('nobody asks where no receiver wants an annotation', async () => {
    const subject = new Directory({ teams: [], sources: new Map() });
    await subject.start(world);
    expect(central.requests).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });
});

describe('a reload', () => {
  test('with the same settings goes on with what is known, and asks no sooner', async () => {
    const before = directory();
    await before.start(world);
    answer = 500;
    const after = directory();
    await after.start(world, before);
    before.stop();
    expect(email(after)).toBe('ns@example.org');
    expect(central.requests).toHaveLength(1);
    answer = namespaces(entry('new@example.org'));
    await world.clock.advance(5 * MINUTE);
    await world.until(() => email(after) === 'new@example.org');
    after.stop();
    await world.clock.advance(60 * MINUTE);
    expect(central.requests).toHaveLength(2);
  });

  test('with other settings, or other annotations, asks anew; what was known serves flushes under way', async () => {
    const before = directory();
    await before.start(world);
    const after = directory({ insecureSkipVerify: true });
    await after.start(world, before);
    before.stop();
    const third = directory({ insecureSkipVerify: true });
    third.wants('owner');
    await third.start(world, after);
    after.stop();
    expect(central.requests).toHaveLength(3);
    expect(email(before)).toBe('ns@example.org');
    await world.clock.advance(5 * MINUTE);
    await world.until(() => central.requests.length === 4);
    third.stop();
    await world.clock.advance(60 * MINUTE);
    expect(central.requests).toHaveLength(4);
  });
});
