import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { TestServer } from './test-server.ts';

let clock: FakeClock;
let server: TestServer;

beforeEach(async () => {
  clock = new FakeClock('2026-03-01T08:00:00Z');
  server = await TestServer.start({ clock });
});

afterEach(() => server.close());

const BODY = {
  matchers: [
    { name: 'a', value: 'b.*', isRegex: true, isEqual: false },
    { name: 'c', value: 'd', isRegex: false },
  ],
  startsAt: '2026-03-01T08:00:00Z',
  endsAt: '2026-03-01T09:00:00.5Z',
  createdBy: 'me',
  comment: 'why',
};

async function create(change: object = {}): Promise<string> {
  const answer = await server.post('/api/v2/silences', { ...BODY, ...change });
  expect(answer.status).toBe(200);
  const { silenceID } = (await answer.json()) as { silenceID: string };
  return silenceID;
}

async function comments(query = ''): Promise<string[]> {
  return (await server.json<{ comment: string }[]>(`/api/v2/silences${query}`)).map(({ comment }) => comment);
}

test('a silence, byte for byte', async () => {
  const id = await create({ annotations: { ticket: 'T-1' } });
  const expected =
    `{"id":"${id}","status":{"state":"active"},"updatedAt":"2026-03-01T08:00:00.000Z","annotations":{"ticket":"T-1"},` +
    '"comment":"why","createdBy":"me","endsAt":"2026-03-01T09:00:00.500Z","matchers":' +
    '[{"isEqual":false,"isRegex":true,"name":"a","value":"b.*"},{"isEqual":true,"isRegex":false,"name":"c","value":"d"}],' +
    '"startsAt":"2026-03-01T08:00:00.000Z"}';
  expect(await (await server.request(`/api/v2/silence/${id}`)).text()).toBe(`${expected}\n`);
  expect(await (await server.request('/api/v2/silences')).text()).toBe(`[${expected}]\n`);
});

test('without annotations there is no such member', async () => {
  expect(await server.json(`/api/v2/silence/${await create()}`)).not.toHaveProperty('annotations');
});

test('active by end, pending by start, expired by end backwards; states can be left out', async () => {
  const at = (minute: string): string => `2026-03-01T08:${minute}:00Z`;
  await create({ comment: 'expired 1', endsAt: at('01') });
  await create({ comment: 'expired 2', endsAt: at('02') });
  await create({ comment: 'active 30', endsAt: at('30') });
  await create({ comment: 'active 20', endsAt: at('20') });
  await create({ comment: 'pending 50', startsAt: at('50') });
  await create({ comment: 'pending 40', startsAt: at('40') });
  clock.jump(5 * 60_000);
  const all = ['active 20', 'active 30', 'pending 40', 'pending 50', 'expired 2', 'expired 1'];
  expect(await comments()).toEqual(all);
  expect(await comments('?expired=false')).toEqual(all.slice(0, 4));
  expect(await comments('?active=0&pending=no')).toEqual(all.slice(4));
});

test('filter asks for matchers, not for labels', async () => {
  await create({ comment: 'x' });
  expect(await comments('?filter=c%3Dd')).toEqual(['x']);
  expect(await comments('?filter=c%3Dd&filter=a!~%22b.*%22')).toEqual(['x']);
  expect(await comments('?filter=c%3D~d')).toEqual([]);
  expect(await comments('?filter=a!%3Db')).toEqual([]);
});

test('the whole life of one: changed in place, replaced, expired, expired again', async () => {
  const id = await create();
  expect(await create({ id, comment: 'better' })).toBe(id);
  expect(await comments()).toEqual(['better']);
  const other = await create({ id, matchers: [BODY.matchers[1]], comment: 'other' });
  expect(other).not.toBe(id);
  expect(await server.json(`/api/v2/silence/${id}`)).toMatchObject({ status: { state: 'expired' } });
  for (let i = 0; i < 2; i++) {
    const answer = await server.request(`/api/v2/silence/${other}`, { method: 'DELETE' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  }
  expect(await comments('?expired=false')).toEqual([]);
});

test('property names in any case, as Go reads them', async () => {
  const answer = await server.post('/api/v2/silences', {
    Matchers: [{ NAME: 'a', Value: 'b', IsRegex: false }],
    StartsAt: BODY.startsAt,
    ENDSAT: BODY.endsAt,
    createdby: 'me',
    Comment: 'any case',
  });
  expect(answer.status).toBe(200);
  expect(await comments()).toEqual(['any case']);
});

test('503 with Retry-After when the store cannot write; nothing has changed', async () => {
  const id = await create();
  server.store.trouble = 'disk full';
  for (const answer of [
    await server.post('/api/v2/silences', BODY),
    await server.request(`/api/v2/silence/${id}`, { method: 'DELETE' }),
  ]) {
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
      503,
      '5',
      'disk full; try again later',
    ]);
  }
  expect(await server.json(`/api/v2/silence/${id}`)).toMatchObject({ status: { state: 'active' } });
});
