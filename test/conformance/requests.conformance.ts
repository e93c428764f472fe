import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from './compare.ts';
import { CACHE_CONTROL, CHANGED_ANSWERS } from './known-differences.ts';
import { type ApiAnswer, ask, isSelfTest, type Pair, startPair } from './pair.ts';
import { MALFORMED, type NamedRequest, READS } from './requests.ts';

const REQUESTS = [...MALFORMED, ...READS];
/** What each program says of itself. */
const IGNORE = [
  'status.uptime',
  'status.config.original',
  ...['version', 'revision', 'branch', 'buildUser', 'buildDate', 'goVersion'].map((key) => `status.versionInfo.${key}`),
];

let pair: Pair;
let answers: readonly [ApiAnswer, ApiAnswer][];

beforeAll(async () => {
  pair = await startPair((hook) => ({
    route: { receiver: 'default', group_by: ['alertname'], group_wait: '1h' },
    receivers: [{ name: 'default', webhook_configs: [{ url: hook }] }, { name: 'unused' }],
  }));
  answers = [];
  for (const request of REQUESTS) {
    answers = [...answers, await Promise.all([ask(pair.sides[0], request), ask(pair.sides[1], request)])];
  }
});

afterAll(() => pair?.stop());

/** The first word of the request's path under /api/v2, by which known differences are named. */
function rootOf({ path }: NamedRequest): string {
  const [, root = ''] = /^\/api\/v2\/(alerts\/groups|\w+)/.exec(path) ?? [];
  return root === 'alerts/groups' ? 'groups' : root;
}

describe('answers', () => {
  test.for(REQUESTS.map((request, i) => ({ ...request, i })))('$name', ({ i, ...request }) => {
    const [reference, candidate] = answers[i] as [ApiAnswer, ApiAnswer];
    const changed = CHANGED_ANSWERS[request.name];
    if (changed && isSelfTest) return;
    if (changed) {
      expect({ status: candidate.status, body: candidate.body }).toEqual({
        status: changed.status,
        body: changed.body,
      });
      expect({ status: reference.status, body: reference.body }).not.toEqual({
        status: changed.status,
        body: changed.body,
      });
      return;
    }
    const options = { added: !isSelfTest, ignore: IGNORE };
    expect(differences(reference.body, candidate.body, rootOf(request), options)).toEqual([]);
    const isApi = request.path.startsWith('/api/v2/');
    const headers = isApi && !isSelfTest ? { ...reference.headers, 'cache-control': CACHE_CONTROL } : reference.headers;
    expect({ status: candidate.status, headers: candidate.headers }).toEqual({ status: reference.status, headers });
  });

  test('every known difference is about a request that is made', () => {
    const names = REQUESTS.map(({ name }) => name);
    expect(names.length).toBe(new Set(names).size);
    expect(Object.keys(CHANGED_ANSWERS).filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** `CONFORMANCE_PRINT=1` shows what Alertmanager says, for whoever adds a request. */
afterAll(() => {
  if (process.env.CONFORMANCE_PRINT === undefined) return;
  REQUESTS.forEach(({ name }, i) => {
    const { status, body, headers } = (answers[i] as [ApiAnswer, ApiAnswer])[0];
    process.stdout.write(`${name}: ${status} ${JSON.stringify(headers)}\n    ${JSON.stringify(body)}\n`);
  });
});
