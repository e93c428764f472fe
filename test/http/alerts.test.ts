import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/http/options.ts';
import { NO_ALERT_LIMITS } from '../../src/intake/alert-limits.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TestServer } from './test-server.ts';

interface WireAlert {
  readonly labels: Record<string, string>;
  readonly status: { readonly state: string; readonly silencedBy: string[]; readonly inhibitedBy: string[] };
  readonly fingerprint: string;
}

interface WireGroup {
  readonly labels: Record<string, string>;
  readonly receiver: { readonly name: string };
  readonly alerts: WireAlert[];
}

let clock: FakeClock;
let server: TestServer;

beforeEach(async () => {
  clock = new FakeClock('2026-03-01T08:00:00.250Z');
  server = await TestServer.start({ clock });
});

afterEach(() => server.close());

async function push(...labels: Record<string, string>[]): Promise<void> {
  const answer = await server.post(
    '/api/v2/alerts',
    labels.map((set) => ({ labels: set })),
  );
  expect(answer.status).toBe(200);
}

async function silence(name: string, value: string): Promise<string> {
  const answer = await server.post('/api/v2/silences', {
    matchers: [{ name, value, isRegex: false }],
    startsAt: '0001-01-01T00:00:00Z',
    endsAt: '2099-01-01T00:00:00Z',
    createdBy: 'me',
    comment: '',
  });
  return ((await answer.json()) as { silenceID: string }).silenceID;
}

async function names(query: string): Promise<string[]> {
  const alerts = await server.json<WireAlert[]>(`/api/v2/alerts${query}`);
  return alerts.map(({ labels }) => labels.alertname as string).sort();
}

describe('GET /api/v2/alerts', () => {
  test('an alert, byte for byte', async () => {
    await server.post('/api/v2/alerts', [
      {
        labels: { instance: 'db-1', job: 'node', alertname: 'DiskFull', empty: '' },
        annotations: { summary: 'a "quoted" <tag>\n', empty: '' },
        startsAt: '2026-01-01T10:00:00.123456+02:00',
        generatorURL: 'http://prometheus/graph?a=1&b=2',
      },
    ]);
    expect(await (await server.request('/api/v2/alerts')).text()).toBe(
      '[{"annotations":{"empty":"","summary":"a \\"quoted\\" <tag>\\n"},"endsAt":"2026-03-01T08:05:00.250Z",' +
        '"fingerprint":"99b83e786d38fa8a","receivers":[{"name":"team-X"}],"startsAt":"2026-01-01T10:00:00.123+02:00",' +
        '"status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},"updatedAt":"2026-03-01T08:00:00.250Z",' +
        '"generatorURL":"http://prometheus/graph?a=1&b=2",' +
        '"labels":{"alertname":"DiskFull","instance":"db-1","job":"node"}}]\n',
    );
  });

  test('sorted by fingerprint', async () => {
    await push(...Array.from({ length: 50 }, (_, i) => ({ alertname: `a${i}` })));
    const alerts = await server.json<WireAlert[]>('/api/v2/alerts');
    const fingerprints = alerts.map(({ fingerprint }) => fingerprint);
    expect(fingerprints).toHaveLength(50);
    expect(fingerprints).toEqual(fingerprints.toSorted());
  });

  test('label names of prototypes are only names', async () => {
    await server.post(
      '/api/v2/alerts',
      '[{"labels":{"__proto__":"p","constructor":"c"},"annotations":{"toString":"t"}}]',
    );
    const text = await (await server.request('/api/v2/alerts')).text();
    expect(text).toContain('"labels":{"__proto__":"p","constructor":"c"}');
    expect(text).toContain('"annotations":{"toString":"t"}');
  });

  test('states change at once, without a flush', async () => {
    await push(
      { alertname: 'source', severity: 'critical', cluster: 'c' },
      { alertname: 'target', severity: 'warning', cluster: 'c' },
      { alertname: 'other' },
    );
    const id = await silence('alertname', 'other');
    const alerts = await server.json<WireAlert[]>('/api/v2/alerts');
    const byName = Object.fromEntries(alerts.map(({ labels, status }) => [labels.alertname, status]));
    const source = alerts.find(({ labels }) => labels.alertname === 'source');
    expect(byName).toEqual({
      source: { state: 'active', inhibitedBy: [], silencedBy: [], mutedBy: [] },
      target: { state: 'suppressed', inhibitedBy: [source?.fingerprint], silencedBy: [], mutedBy: [] },
      other: { state: 'suppressed', inhibitedBy: [], silencedBy: [id], mutedBy: [] },
    });
  });

  test('filters', async () => {
    await push(
      { alertname: 'source', severity: 'critical', cluster: 'c' },
      { alertname: 'target', severity: 'warning', cluster: 'c', team: 'y' },
      { alertname: 'hushed' },
    );
    await silence('alertname', 'hushed');
    const all = ['hushed', 'source', 'target'];
    expect(await names('')).toEqual(all);
    expect(await names('?active=false')).toEqual(['hushed', 'target']);
    expect(await names('?silenced=false')).toEqual(['source', 'target']);
    expect(await names('?inhibited=false')).toEqual(['hushed', 'source']);
    expect(await names('?unprocessed=false')).toEqual(all);
    expect(await names('?active=nonsense')).toEqual(['hushed', 'target']);
    expect(await names('?active=')).toEqual(all);
    expect(await names('?active=false&active=YES')).toEqual(all);
    expect(await names('?filter=cluster%3Dc&filter=severity!%3Dcritical')).toEqual(['target']);
    expect(await names('?filter=cluster%3D')).toEqual(['hushed']);
    expect(await names('?filter=%zz')).toEqual(all);
    expect(await names('?filter=cluster%3Dc;x')).toEqual(all);
    expect(await names('?receiver=team-.')).toEqual(all);
    expect(await names('?receiver=Y')).toEqual([]);
    expect(await names('?receiver=team-Y')).toEqual(['target']);
    expect(await names('?receiver_matchers=owner%3Dyolanda')).toEqual(['target']);
    expect(await names('?receiver_matchers=name%3D%22team-X%22')).toEqual(['hushed', 'source']);
  });

  test('what is over is not shown; at its very end it still is', async () => {
    await push({ alertname: 'a' });
    await clock.advance(300_000);
    expect(await names('')).toEqual(['a']);
    await clock.advance(1);
    expect(await names('')).toEqual([]);
  });

  test('10,000 alerts arrive whole, and the server answers others meanwhile', async () => {
    const labels = Array.from({ length: 10_000 }, (_, i) => ({
      alertname: `a${i % 100}`,
      pod: `pod-${i}`,
      filler: 'x'.repeat(200),
    }));
    await push(...labels);
    const reading = server.json<WireAlert[]>('/api/v2/alerts');
    const grouped = server.json<WireGroup[]>('/api/v2/alerts/groups');
    expect((await server.request('/-/healthy')).status).toBe(200);
    expect(new Set((await reading).map(({ labels: set }) => set.pod)).size).toBe(10_000);
    expect((await grouped).map(({ alerts }) => alerts.length)).toEqual(Array.from({ length: 100 }, () => 100));
  });

  test('a reader who leaves in the middle does no harm', async () => {
    await push(...Array.from({ length: 5_000 }, (_, i) => ({ alertname: `a${i}`, filler: 'x'.repeat(500) })));
    await new Promise<void>((resolve) => {
      const reading = get(`${server.url}/api/v2/alerts`, (answer) => {
        answer.once('data', () => answer.destroy());
        answer.once('close', resolve);
        answer.on('error', () => {});
      });
      reading.on('error', () => {});
    });
    expect((await names('?filter=alertname%3Da7')).length).toBe(1);
  });
});

describe('GET /api/v2/alerts/groups', () => {
  test('sorted by labels, then receiver; alerts by job, instance and labels', async () => {
    await push(
      { alertname: 'b', instance: '2' },
      { alertname: 'b', instance: '1' },
      { alertname: 'b' },
      { alertname: 'a', team: 'y' },
      { alertname: 'a' },
      { team: 'y' },
    );
    const groups = await server.json<WireGroup[]>('/api/v2/alerts/groups');
    expect(
      groups.map(({ labels, receiver, alerts }) => [
        labels,
        receiver.name,
        alerts.map((alert) => alert.labels.instance),
      ]),
    ).toEqual([
      [{}, 'team-Y', [undefined]],
      [{ alertname: 'a' }, 'team-X', [undefined]],
      [{ alertname: 'a' }, 'team-Y', [undefined]],
      [{ alertname: 'b' }, 'team-X', ['1', '2', undefined]],
    ]);
  });

  test('filters leave out alerts, and groups without any', async () => {
    await push({ alertname: 'a', x: '1' }, { alertname: 'a', x: '2' }, { alertname: 'b', x: '2' });
    const shown = async (query: string): Promise<unknown> =>
      (await server.json<WireGroup[]>(`/api/v2/alerts/groups${query}`)).map(({ alerts }) => alerts.length);
    expect(await shown('')).toEqual([2, 1]);
    expect(await shown('?filter=x%3D1')).toEqual([1]);
    expect(await shown('?receiver=team-Y')).toEqual([]);
    await silence('x', '1');
    expect(await shown('?silenced=false')).toEqual([1, 1]);
    expect(await shown('?active=false')).toEqual([1]);
  });

  test('a group, byte for byte', async () => {
    await push({ alertname: 'a', team: 'y' });
    expect(await (await server.request('/api/v2/alerts/groups')).text()).toBe(
      '[{"alerts":[{"annotations":{},"endsAt":"2026-03-01T08:05:00.250Z","fingerprint":"aa42c45ceb5c18ab","receivers":[{"name":"team-Y"}],' +
        '"startsAt":"2026-03-01T08:00:00.250Z","status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},' +
        '"updatedAt":"2026-03-01T08:00:00.250Z","labels":{"alertname":"a","team":"y"}}],' +
        '"labels":{"alertname":"a"},"receiver":{"name":"team-Y"},"routeLabels":{}}]\n',
    );
  });
});

describe('muted groups and alerts in several groups', () => {
  const config = `
route:
  receiver: one
  group_by: [alertname]
  routes:
  - matchers: [a="1"]
    receiver: two
    continue: true
    mute_time_intervals: [always]
  - matchers: [a="1"]
    receiver: one
receivers: [{ name: one }, { name: two }]
time_intervals:
- name: always
  time_intervals: [{}]
`;

  test('mutedBy is what mutes the group at the time of the request; receivers are those of all groups', async () => {
    await server.close();
    server = await TestServer.start({ clock, config });
    await push({ a: '1' });
    const groups = (query = ''): Promise<unknown> => server.json(`/api/v2/alerts/groups${query}`);
    const receivers = [{ name: 'one' }, { name: 'two' }];
    // Before the first flush, too.
    expect(await groups()).toMatchObject([
      { receiver: { name: 'one' }, alerts: [{ receivers, status: { state: 'active', mutedBy: [] } }] },
      { receiver: { name: 'two' }, alerts: [{ receivers, status: { state: 'suppressed', mutedBy: ['always'] } }] },
    ]);
    expect(await groups('?muted=false')).toMatchObject([{ receiver: { name: 'one' }, alerts: [{ receivers }] }]);
    expect(await server.json('/api/v2/alerts')).toMatchObject([
      { receivers: [{ name: 'two' }, { name: 'one' }], status: { mutedBy: [] } },
    ]);
  });

  test('what mutes a group comes and goes without a flush', async () => {
    await server.close();
    const night = `
time_intervals:
- name: night
  time_intervals: [{ times: [{ start_time: '09:00', end_time: '10:00' }] }]
- name: office
  time_intervals: [{ times: [{ start_time: '07:00', end_time: '09:00' }] }]
`;
    const route = `route: { receiver: r, group_wait: 1s, group_interval: 12h, routes: [
  { receiver: r, mute_time_intervals: [night], active_time_intervals: [office] }] }
receivers: [{ name: r }]`;
    server = await TestServer.start({ clock, config: route + night });
    await server.post('/api/v2/alerts', [{ labels: { a: '1' }, endsAt: '2026-03-02T08:00:00Z' }]);
    const mutedBy = async (): Promise<unknown> =>
      (await server.json<{ alerts: { status: { mutedBy: string[] } }[] }[]>('/api/v2/alerts/groups'))[0]?.alerts[0]
        ?.status.mutedBy;
    expect(await mutedBy()).toEqual([]);
    await clock.advance(3_600_000);
    expect(await mutedBy()).toEqual(['office', 'night']);
    expect(await server.json('/api/v2/alerts/groups?muted=false')).toEqual([]);
    await clock.advance(3_600_000);
    expect(await mutedBy()).toEqual(['office']);
  });
});

describe('POST /api/v2/alerts', () => {
  test('good alerts are taken, bad ones named and counted', async () => {
    const answer = await server.post('/api/v2/alerts', [{ labels: { alertname: 'good' } }, { labels: { '': 'x' } }]);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toBe('"invalid label set: invalid name \\"\\""\n');
    expect(await names('')).toEqual(['good']);
    expect(await server.metric('alertmanager_alerts_invalid_total{version="v2"}')).toBe(1);
  });

  test('503 with Retry-After when the store cannot write', async () => {
    server.store.trouble = 'disk full';
    const answer = await server.post('/api/v2/alerts', [{ labels: { alertname: 'a' } }]);
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
      503,
      '5',
      'disk full; try again later',
    ]);
  });

  test('a body that is too long, declared or not, is 413', async () => {
    const body = `[${' '.repeat(11 * 1024 * 1024)}]`;
    const expected = { code: 413, message: 'request body exceeds 10485760 bytes' };
    expect(await (await server.post('/api/v2/alerts', body)).json()).toEqual(expected);
    const undeclared = await server.request('/api/v2/alerts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect([undeclared.status, await undeclared.json()]).toEqual([413, expected]);
  });

  test('what a limit keeps out is 429 with the limit, and the rest is taken', async () => {
    await server.close();
    server = await TestServer.start({
      engine: { alertLimits: { ...NO_ALERT_LIMITS, perAlertname: 1, endsAt: 1_000 } },
    });
    const alert = (alertname: string, i: number, endsAt?: string) => ({ labels: { alertname, i: `${i}` }, endsAt });
    const answer = await server.post('/api/v2/alerts', [alert('a', 1), alert('a', 2), alert('b', 1)]);
    const dropped =
      '1 alert was dropped: the limit of 1 for alertname "a" of source prometheus is reached ' +
      '(--alerts.per-alertname-limit)';
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([429, '60', dropped]);
    expect(await server.json<unknown[]>('/api/v2/alerts')).toHaveLength(2);
    const mixed = await server.post('/api/v2/alerts', [alert('a', 3), alert('c', 1, '9999-01-01T00:00:00Z')]);
    expect([mixed.status, await mixed.json()]).toEqual([
      400,
      `endsAt is more than 1s ahead (--alerts.ends-at-limit)\n${dropped}`,
    ]);
    expect(server.log.filter((line) => line.includes('msg="Alerts dropped"'))).toHaveLength(2);
  });

  test('a body that would take too long to parse is 413', async () => {
    const answer = await server.post('/api/v2/alerts', '['.repeat(5_000_000));
    expect([answer.status, await answer.json()]).toEqual([
      413,
      { code: 413, message: 'the body is JSON that would take too long to parse: values nested deeper than 500' },
    ]);
  });

  test('too many alerts in one request are 413', async () => {
    await server.close();
    server = await TestServer.start({
      http: {
        limits: {
          ...DEFAULT_LIMITS,
          bodyBytes: 1e6,
          alertsPerRequest: 2,
          headersTimeout: 1_000,
          requestTimeout: 1_000,
        },
      },
    });
    const answer = await server.post(
      '/api/v2/alerts',
      [1, 2, 3].map((i) => ({ labels: { i: `${i}` } })),
    );
    expect([answer.status, await answer.json()]).toEqual([
      413,
      { code: 413, message: 'too many alerts in one request: 3 (limit: 2)' },
    ]);
  });

  test('100,000 labels in one alert', async () => {
    const labels = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, i) => [`l${String(i).padStart(6, '0')}`, 'x']),
    );
    expect((await server.post('/api/v2/alerts', [{ labels }])).status).toBe(200);
    const [alert] = await server.json<WireAlert[]>('/api/v2/alerts');
    expect(Object.keys(alert?.labels ?? {})).toHaveLength(100_000);
  });
});
