import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { CONFIG, TestServer } from './test-server.ts';

/** Texts of alerts are remembered from one read to the next: each read must show what changed in between. */

let clock: FakeClock;
let server: TestServer;

beforeEach(async () => {
  clock = new FakeClock('2026-03-01T08:00:00.000Z');
  server = await TestServer.start({ clock });
});

afterEach(() => server.close());

const first = {
  labels: { alertname: 'DiskFull', team: 'x' },
  annotations: { summary: 'old' },
  startsAt: '2026-03-01T08:00:00Z',
  endsAt: '2026-03-01T08:10:00Z',
  generatorURL: 'http://old/',
};

async function push(alert: object): Promise<void> {
  expect((await server.post('/api/v2/alerts', [alert])).status).toBe(200);
}

async function text(path = '/api/v2/alerts'): Promise<string> {
  return (await server.request(path)).text();
}

function expected({
  summary = 'old',
  end = '08:10:00',
  updated = '08:00:00',
  url = 'http://old/',
  receiver = 'team-X',
}) {
  return (
    `{"annotations":{"summary":"${summary}"},"endsAt":"2026-03-01T${end}.000Z","fingerprint":"cce43a09053295e3",` +
    `"receivers":[{"name":"${receiver}"}],"startsAt":"2026-03-01T08:00:00.000Z",` +
    '"status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},' +
    `"updatedAt":"2026-03-01T${updated}.000Z",${url === '' ? '' : `"generatorURL":"${url}",`}` +
    '"labels":{"alertname":"DiskFull","team":"x"}}'
  );
}

test('annotations, generatorURL and times of a new version', async () => {
  await push(first);
  expect(await text()).toBe(`[${expected({})}]\n`);
  expect(await text()).toBe(`[${expected({})}]\n`);
  await clock.advance(60_000);
  await push({ ...first, endsAt: '2026-03-01T08:11:00Z' });
  expect(await text()).toBe(`[${expected({ end: '08:11:00', updated: '08:01:00' })}]\n`);
  await push({ ...first, endsAt: '2026-03-01T08:11:00Z', annotations: { summary: 'new' } });
  expect(await text()).toBe(`[${expected({ end: '08:11:00', updated: '08:01:00', summary: 'new' })}]\n`);
  await push({ ...first, endsAt: '2026-03-01T08:11:00Z', generatorURL: 'http://new/' });
  expect(await text()).toBe(`[${expected({ end: '08:11:00', updated: '08:01:00', url: 'http://new/' })}]\n`);
  await push({ ...first, endsAt: '2026-03-01T08:11:00Z', generatorURL: '' });
  expect(await text()).toBe(`[${expected({ end: '08:11:00', updated: '08:01:00', url: '' })}]\n`);
});

test('groups show the same alert as alerts do', async () => {
  await push(first);
  await text();
  const group = '"labels":{"alertname":"DiskFull"},"receiver":{"name":"team-X"},"routeLabels":{}';
  expect(await text('/api/v2/alerts/groups')).toBe(`[{"alerts":[${expected({})}],${group}}]\n`);
  await clock.advance(60_000);
  await push({ ...first, annotations: { summary: 'new' } });
  const changed = expected({ summary: 'new', updated: '08:01:00' });
  expect(await text('/api/v2/alerts/groups')).toBe(`[{"alerts":[${changed}],${group}}]\n`);
  expect(await text()).toBe(`[${changed}]\n`);
});

test('receivers after a reload', async () => {
  await push(first);
  await text();
  server.nextConfig = CONFIG.replace('team="y"', 'team="x"');
  expect((await server.request('/-/reload', { method: 'POST' })).status).toBe(200);
  expect(await text()).toBe(`[${expected({ receiver: 'team-Y' })}]\n`);
});

test('a silence begins, ends, and another one begins', async () => {
  await push(first);
  const states: string[] = [];
  const look = async (): Promise<void> => {
    const [alert] = (await server.json('/api/v2/alerts')) as { status: { state: string; silencedBy: string[] } }[];
    states.push(`${alert?.status.state} ${alert?.status.silencedBy.map((id) => (id === given ? 'given' : 'other'))}`);
  };
  const silence = async (endsAt: string): Promise<string> => {
    const matchers = [{ name: 'alertname', value: 'Disk.*', isRegex: true }];
    const body = { matchers, startsAt: '2026-03-01T08:00:00Z', endsAt, createdBy: 'me', comment: '' };
    return ((await (await server.post('/api/v2/silences', body)).json()) as { silenceID: string }).silenceID;
  };
  let given = '';
  await look();
  given = await silence('2026-03-01T08:02:00Z');
  await look();
  await clock.advance(121_000);
  await look();
  given = await silence('2026-03-01T09:00:00Z');
  await look();
  await server.request(`/api/v2/silence/${given}`, { method: 'DELETE' });
  await look();
  expect(states).toEqual(['active ', 'suppressed given', 'active ', 'suppressed given', 'active ']);
});

test('an alert that was given up and comes back has its new annotations', async () => {
  await push(first);
  await text();
  await clock.advance(700_000);
  server.engine.intake.gc(() => false);
  expect(await text()).toBe('[]\n');
  await push({ ...first, endsAt: '2026-03-01T09:00:00Z', annotations: { summary: 'again' } });
  expect(await text()).toContain('"annotations":{"summary":"again"},"endsAt":"2026-03-01T09:00:00.000Z"');
});

test('label names that are numbers stand where their bytes put them', async () => {
  await push({
    ...first,
    labels: { b: 'last', '9': 'nine', '10': 'ten', __proto__x: 'p' },
    annotations: { '2': 'é"' },
  });
  const answer = await text();
  expect(answer).toContain('"labels":{"10":"ten","9":"nine","__proto__x":"p","b":"last"}}');
  expect(answer).toContain('{"annotations":{"2":"é\\""},');
});

test('the silences of a new alert are looked up when it comes, not when it is first read', async () => {
  const body = { startsAt: '2026-03-01T08:00:00Z', endsAt: '2026-03-01T09:00:00Z', createdBy: 'me', comment: '' };
  const matchers = [{ name: 'alertname', value: 'Disk[F]ull', isRegex: true }];
  await server.post('/api/v2/silences', { ...body, matchers });
  await push(first);
  expect(await server.metric('alertmanager_silences_queries_total')).toBe(1);
  expect(await server.metric('alertmanager_silences_query_silences_scanned_total')).toBe(1);
  expect(await text()).toContain('"state":"suppressed"');
  expect(await server.metric('alertmanager_silences_queries_total')).toBe(1);
});
