import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from './compare.ts';
import { CACHE_CONTROL, CHANGED_ANSWERS, NO_CORS, OWN_HEADERS } from './known-differences.ts';
import { type ApiAnswer, ask, isSelfTest, type Pair, startPair } from './pair.ts';
import { MALFORMED, type NamedRequest, READS } from './requests.ts';

/** What each program says of itself. */
const IGNORE = [
  'status.uptime',
  'status.config.original',
  ...['version', 'revision', 'branch', 'buildUser', 'buildDate', 'goVersion'].map((key) => `status.versionInfo.${key}`),
];

describe('answers to malformed requests', () => compareAnswers(MALFORMED));
describe('answers to reads', () => compareAnswers(READS));

test('every known difference is about a request that is made', () => {
  const names = [...MALFORMED, ...READS].map(({ name }) => name);
  expect(names.length).toBe(new Set(names).size);
  expect(
    [...Object.keys(CHANGED_ANSWERS), ...Object.keys(OWN_HEADERS)].filter((name) => !names.includes(name)),
  ).toEqual([]);
});

function compareAnswers(requests: readonly NamedRequest[]): void {
  const answers: [reference: ApiAnswer, candidate: ApiAnswer][] = [];
  let pair: Pair;

  beforeAll(async () => {
    pair = await startPair((hook) => ({
      route: { receiver: 'default', group_by: ['alertname'], group_wait: '1h' },
      receivers: [{ name: 'default', webhook_configs: [{ url: hook }] }, { name: 'unused' }],
    }));
    for (const request of requests) {
      answers.push(await Promise.all([ask(pair.sides[0], request), ask(pair.sides[1], request)]));
    }
  });

  afterAll(async () => {
    await pair?.stop();
    if (process.env.CONFORMANCE_PRINT !== undefined) print(requests, answers);
  });

  test.for(requests.map((request, i) => ({ ...request, i })))('$name', ({ i, ...request }) => {
    const [reference, candidate] = answers[i] as [ApiAnswer, ApiAnswer];
    if (CHANGED_ANSWERS[request.name]) checkChanged(request.name, reference, candidate);
    else checkEqual(request, reference, candidate);
  });
}

function checkChanged(name: string, reference: ApiAnswer, candidate: ApiAnswer): void {
  if (isSelfTest) return;
  const expected = { status: CHANGED_ANSWERS[name]?.status, body: CHANGED_ANSWERS[name]?.body };
  expect({ status: candidate.status, body: candidate.body }).toEqual(expected);
  expect({ status: reference.status, body: reference.body }).not.toEqual(expected);
}

function checkEqual(request: NamedRequest, reference: ApiAnswer, candidate: ApiAnswer): void {
  const options = { added: !isSelfTest, ignore: IGNORE };
  expect(differences(reference.body, candidate.body, rootOf(request), options)).toEqual([]);
  const headers = isSelfTest ? {} : expectedHeaders(request);
  expect({ status: candidate.status, headers: candidate.headers }).toEqual({
    status: reference.status,
    headers: { ...reference.headers, ...headers },
  });
}

/** Those that are known to differ from the reference's. */
function expectedHeaders({ name, path }: NamedRequest): Readonly<Record<string, string | null>> {
  const isApi = path.startsWith('/api/v2/');
  return { ...(isApi && { 'cache-control': CACHE_CONTROL, ...NO_CORS }), ...OWN_HEADERS[name]?.headers };
}

/** The word of the request's path under /api/v2 by which known differences are named. */
function rootOf({ path }: NamedRequest): string {
  const [, root = ''] = /^\/api\/v2\/(alerts\/groups|\w+)/.exec(path) ?? [];
  return root === 'alerts/groups' ? 'groups' : root;
}

/** `CONFORMANCE_PRINT=1` shows what Alertmanager says, for whoever adds a request. */
function print(requests: readonly NamedRequest[], answers: readonly [ApiAnswer, ApiAnswer][]): void {
  requests.forEach(({ name }, i) => {
    const { status, body, headers } = (answers[i] as [ApiAnswer, ApiAnswer])[0];
    process.stdout.write(`${name}: ${status} ${JSON.stringify(headers)}\n    ${JSON.stringify(body)}\n`);
  });
}
