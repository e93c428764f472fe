import { beforeEach, describe, expect, test } from 'vitest';
import { ZERO_TIME } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import type { MatcherSpec, MatchType } from '../../src/alert/matcher.ts';
import { createLogger, nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { SilenceError, type SilenceInput, Silences, type SilencesDeps } from '../../src/muting/silences.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { StoreError } from '../../src/store/store.ts';
import { FakeClock } from '../support/fake-clock.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

let clock: FakeClock;
let store: MemoryStore;
let metrics: Metrics;
let silences: Silences;

function create(deps: Partial<SilencesDeps> = {}): Silences {
  return new Silences({
    store,
    clock,
    metrics,
    logger: nullLogger,
    retention: 120 * HOUR,
    maxSilences: 0,
    maxSizeBytes: 0,
    mode: 'fallback',
    logSilences: false,
    ...deps,
  });
}

/** `foo=bar` and so on: name, type and value, separated by spaces. */
function spec(text: string): MatcherSpec {
  const [name = '', type = '=', value = ''] = text.split(' ');
  return { name, type: type as MatchType, value };
}

function input(fields: Partial<SilenceInput> = {}): SilenceInput {
  return {
    matcherSets: [[spec('foo = bar')]],
    startsAt: clock.now(),
    endsAt: clock.now() + HOUR,
    createdBy: 'ops',
    comment: 'deploy',
    annotations: LabelSet.empty,
    ...fields,
  };
}

function mutes(labels: Record<string, string>, now = clock.now()): readonly string[] {
  return silences.mutes(LabelSet.of(labels), now);
}

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore();
  metrics = new Metrics();
  silences = create();
});

describe('creating', () => {
  test('a silence gets a UUID and mutes at once', async () => {
    const id = await silences.set(input({ annotations: LabelSet.of({ ticket: 'OPS-1' }) }));
    expect(id).toMatch(UUID_V4);
    expect(silences.get(id)).toMatchObject({
      id,
      startsAt: clock.now(),
      endsAt: clock.now() + HOUR,
      updatedAt: clock.now(),
      createdBy: 'ops',
      comment: 'deploy',
    });
    expect(silences.get(id)?.annotations.toJSON()).toEqual({ ticket: 'OPS-1' });
    expect(silences.get(id)?.matcherSets.flat().map(String)).toEqual(['foo="bar"']);
    expect([...silences.list()].map((silence) => silence.id)).toEqual([id]);
    expect(mutes({ foo: 'bar' })).toEqual([id]);
    expect(mutes({ foo: 'baz' })).toEqual([]);
  });

  test('a start that is zero or past becomes now', async () => {
    for (const startsAt of [ZERO_TIME, clock.now() - HOUR]) {
      const id = await silences.set(input({ startsAt }));
      expect(silences.get(id)?.startsAt).toBe(clock.now());
    }
  });

  test('any set of matchers may match', async () => {
    const id = await silences.set(input({ matcherSets: [[spec('a = 1'), spec('b =~ x.*')], [spec('c != 3')]] }));
    expect(mutes({ a: '1', b: 'xy', c: '3' })).toEqual([id]);
    expect(mutes({ a: '1', c: '3' })).toEqual([]);
    expect(mutes({})).toEqual([id]);
  });

  test.each<[string, Partial<Record<keyof SilenceInput, unknown>>, string]>([
    ['no time', { startsAt: 5, endsAt: 5 }, 'Failed to create silence: start time must be before end time'],
    ['the past', { startsAt: 5, endsAt: 6 }, "Failed to create silence: end time can't be in the past"],
    ['no set', { matcherSets: [] }, 'invalid silence: at least one matcher set required'],
    ['an empty set', { matcherSets: [[]] }, 'invalid silence: matcher set 0 is empty'],
    [
      'a bad name',
      { matcherSets: [[spec('foo = bar'), spec(' = x')]] },
      'invalid silence: invalid label matcher 1 in set 0: invalid label name ""',
    ],
    [
      'a bad value',
      { matcherSets: [[spec('foo = bar')], [spec('foo = \ud800')]] },
      'invalid silence: invalid label matcher 0 in set 1: invalid label value "\\ud800"',
    ],
    [
      'a bad pattern',
      { matcherSets: [[spec('foo =~ (')]] },
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": ' +
        'error parsing regexp: missing closing ): `(`',
    ],
    [
      'a pattern that only the anchors repair',
      { matcherSets: [[spec('foo !~ )(')]] },
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression ")(": ' +
        'error parsing regexp: unexpected ): `)(`',
    ],
    [
      'matchers that match everything',
      { matcherSets: [[spec('foo = '), spec('bar =~ .*')]] },
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
  ])('%s is refused', async (_, fields, message) => {
    const refused = silences.set(input(fields as Partial<SilenceInput>));
    await expect(refused).rejects.toThrow(new SilenceError('invalid', message));
    await expect(refused).rejects.toHaveProperty('code', 'invalid');
    expect(store.writes).toEqual([]);
  });

  test('!= never counts as matching everything', async () => {
    await expect(silences.set(input({ matcherSets: [[spec('foo != ')]] }))).resolves.toMatch(UUID_V4);
    await expect(silences.set(input({ matcherSets: [[spec('foo !~ x')]] }))).resolves.toMatch(UUID_V4);
  });

  test('classic mode refuses UTF-8 names', async () => {
    silences = create({ mode: 'classic' });
    await expect(silences.set(input({ matcherSets: [[spec('🙂 = x')]] }))).rejects.toThrow(
      'invalid silence: invalid label matcher 0 in set 0: invalid label name "🙂"',
    );
  });

  test('names such as __proto__ are names', async () => {
    const id = await silences.set(
      input({
        matcherSets: [[spec('__proto__ = x'), spec('constructor = ')]],
        annotations: LabelSet.from([['__proto__', 'y']]),
      }),
    );
    expect(silences.mutes(LabelSet.from([['__proto__', 'x']]), clock.now())).toEqual([id]);
    const again = create();
    await again.load();
    expect(again.get(id)?.annotations.get('__proto__')).toBe('y');
  });
});

describe('limits', () => {
  test('the number counts expired silences, and those still being written', async () => {
    silences = create({ maxSilences: 2 });
    const results = await Promise.allSettled([1, 2, 3].map(() => silences.set(input())));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const [first] = silences.list();
    await silences.expire(first?.id ?? '');
    await expect(silences.set(input())).rejects.toThrow(
      new SilenceError('invalid', 'exceeded maximum number of silences: 2 (limit: 2)'),
    );
    // An update in place needs no place, one that replaces does.
    const [, second] = [...silences.list()];
    await silences.set(input({ id: second?.id ?? '', comment: 'longer' }));
    await expect(silences.set(input({ id: second?.id ?? '', matcherSets: [[spec('x = y')]] }))).rejects.toThrow(
      'exceeded maximum number of silences: 2 (limit: 2)',
    );
    expect(silences.state(silences.get(second?.id ?? '') ?? raise(), clock.now())).toBe('active');
  });

  test("the size is that of Alertmanager's protobuf message", async () => {
    clock = new FakeClock('2026-03-01T08:00:00.123Z');
    silences = create({ maxSizeBytes: 172 });
    const sized = input({
      matcherSets: [[spec('alertname = DiskFull'), spec('instance !~ db-.*')]],
      startsAt: Date.parse('2026-03-01T08:30:00Z'),
      endsAt: Date.parse('2026-03-01T10:00:00.5Z'),
      createdBy: 'amélie',
      comment: '',
      annotations: LabelSet.of({ ticket: 'OPS-1', empty: '' }),
    });
    await expect(silences.set(sized)).rejects.toThrow(
      new SilenceError('invalid', 'silence exceeded maximum size: 173 bytes (limit: 172 bytes)'),
    );
    await expect(silences.set({ ...sized, comment: 'x'.repeat(300) })).rejects.toThrow(
      'silence exceeded maximum size: 476 bytes (limit: 172 bytes)',
    );
    silences = create({ maxSizeBytes: 173 });
    await expect(silences.set(sized)).resolves.toMatch(UUID_V4);
  });
});

describe('changing', () => {
  test('an unknown id is not found, whatever it looks like', async () => {
    for (const change of [silences.set(input({ id: 'abc' })), silences.expire('abc')]) {
      await expect(change).rejects.toThrow(new SilenceError('not-found', 'silence not found'));
      await expect(change).rejects.toHaveProperty('code', 'not-found');
    }
  });

  test('an active silence changes in place: comment, author, annotations and end', async () => {
    const id = await silences.set(input());
    const { startsAt } = silences.get(id) ?? raise();
    await clock.advance(10 * SECOND);
    // The start may differ below the second: amtool sends ms.
    const changed = await silences.set(
      input({ id, startsAt: startsAt + 999, endsAt: clock.now() + SECOND, comment: 'c', createdBy: 'me' }),
    );
    expect(changed).toBe(id);
    expect(silences.get(id)).toMatchObject({ comment: 'c', createdBy: 'me', updatedAt: clock.now() });
    expect(mutes({ foo: 'bar' })).toEqual([id]);
    expect(mutes({ foo: 'bar' }, clock.now() + SECOND)).toEqual([]);
    expect([...silences.list()]).toHaveLength(1);
  });

  test.each<[string, (old: SilenceInput) => Partial<SilenceInput>]>([
    ['other matchers', () => ({ matcherSets: [[spec('foo = baz')]] })],
    ['matchers in another order', () => ({ matcherSets: [[spec('b = 2'), spec('a = 1')]] })],
    ['another start', (old) => ({ startsAt: old.startsAt + 2 * SECOND })],
  ])('%s: the active one is expired and a new one created', async (_, fields) => {
    const old = input({ matcherSets: [[spec('a = 1'), spec('b = 2')]] });
    const id = await silences.set(old);
    await clock.advance(10 * SECOND);
    const created = await silences.set({ ...old, ...fields(old), id });
    expect(created).not.toBe(id);
    expect(silences.get(id)).toMatchObject({ endsAt: clock.now(), updatedAt: clock.now() });
    expect(mutes({ a: '1', b: '2' })).not.toContain(id);
    expect(silences.get(created)).toMatchObject({ startsAt: clock.now(), endsAt: old.endsAt });
    expect(store.writes.at(-1)?.map(({ key }) => key)).toEqual([id, created]);
  });

  test('a pending silence changes in place while its start is not in the past', async () => {
    const id = await silences.set(input({ startsAt: clock.now() + HOUR, endsAt: clock.now() + 2 * HOUR }));
    const other = { startsAt: clock.now() + 60 * SECOND, endsAt: clock.now() + 3 * HOUR };
    expect(await silences.set(input({ id, ...other }))).toBe(id);
    expect(silences.get(id)).toMatchObject(other);
    const replaced = await silences.set(input({ id, startsAt: clock.now() - 1 }));
    expect(replaced).not.toBe(id);
    expect(silences.get(id)).toMatchObject({ startsAt: clock.now(), endsAt: clock.now() });
    expect(mutes({ foo: 'bar' })).toEqual([replaced]);
  });

  test('an expired silence is left alone, a new one created', async () => {
    const id = await silences.set(input());
    await silences.expire(id);
    const expired = silences.get(id);
    await clock.advance(SECOND);
    expect(await silences.set(input({ id }))).not.toBe(id);
    expect(silences.get(id)).toBe(expired);
  });

  test('changes of one silence happen one after the other', async () => {
    const id = await silences.set(input());
    const ids = await Promise.all([1, 2].map((n) => silences.set(input({ id, matcherSets: [[spec(`n = ${n}`)]] }))));
    // The second finds the first one's work: the old silence expired already.
    expect(new Set(ids).size).toBe(2);
    const states = [...silences.list()].map((silence) => silences.state(silence, clock.now()));
    expect(states).toEqual(['expired', 'active', 'active']);
    expect(store.writes.map((changes) => changes.length)).toEqual([1, 2, 1]);
  });
});

describe('expiring', () => {
  test('an active silence ends now', async () => {
    const id = await silences.set(input());
    await clock.advance(SECOND);
    await silences.expire(id);
    expect(silences.get(id)).toMatchObject({
      startsAt: clock.now() - SECOND,
      endsAt: clock.now(),
      updatedAt: clock.now(),
    });
    expect(mutes({ foo: 'bar' })).toEqual([]);
  });

  test('a pending silence never was', async () => {
    const id = await silences.set(input({ startsAt: clock.now() + HOUR, endsAt: clock.now() + 2 * HOUR }));
    await silences.expire(id);
    expect(silences.get(id)).toMatchObject({ startsAt: clock.now(), endsAt: clock.now() });
    expect(silences.state(silences.get(id) ?? raise(), clock.now())).toBe('expired');
  });

  test('an expired silence stays as it is', async () => {
    const id = await silences.set(input());
    await silences.expire(id);
    const expired = silences.get(id);
    await clock.advance(SECOND);
    await silences.expire(id);
    expect(silences.get(id)).toBe(expired);
    expect(store.writes).toHaveLength(2);
  });
});

describe('time', () => {
  test('a silence mutes from its start until its end, without being looked up again', async () => {
    const id = await silences.set(input({ startsAt: clock.now() + SECOND, endsAt: clock.now() + 3 * SECOND }));
    const labels = LabelSet.of({ foo: 'bar' });
    const now = clock.now();
    const story = [0, 1, 2, 3, 4].map((second) => silences.mutes(labels, now + second * SECOND).length);
    expect(story).toEqual([0, 1, 1, 0, 0]);
    expect(await scanned()).toBe(1);
    const silence = silences.get(id) ?? raise();
    expect([0, 1, 3].map((second) => silences.state(silence, now + second * SECOND))).toEqual([
      'pending',
      'active',
      'expired',
    ]);
    // The wall clock went back: what was active then is active again.
    expect(silences.mutes(labels, now + SECOND)).toEqual([id]);
  });

  test('expired silences are listed for the retention, then dropped', async () => {
    const id = await silences.set(input());
    const labels = LabelSet.of({ foo: 'bar' });
    expect(silences.mutes(labels, clock.now())).toEqual([id]);
    clock.jump(121 * HOUR - 1);
    await silences.gc(clock.now());
    expect(silences.get(id)).toBeDefined();
    clock.jump(1);
    await silences.gc(clock.now());
    expect(silences.get(id)).toBeUndefined();
    expect([...silences.list()]).toEqual([]);
    expect(await store.load('silences')).toEqual([]);
    // Not even where the clock goes back.
    expect(silences.mutes(labels, clock.now() - 121 * HOUR)).toEqual([]);
    expect(mutes({ foo: 'bar' }, clock.now() - 121 * HOUR)).toEqual([]);
  });
});

describe('the store', () => {
  test('silences survive a restart', async () => {
    const matcherSets = [[spec('a = 1'), spec('b !~ x.*')], [spec('c =~ (y|z)[0-9]')]];
    const id = await silences.set(input({ matcherSets, annotations: LabelSet.of({ k: 'v' }) }));
    const again = create();
    await again.load();
    expect(plain(again.list())).toEqual(plain(silences.list()));
    expect(again.mutes(LabelSet.of({ c: 'y7' }), clock.now())).toEqual([id]);
    expect(await again.set(input({ id, matcherSets, comment: 'again' }))).toBe(id);
  });

  test('a change is durable before it is visible; one that cannot be written has not happened', async () => {
    const id = await silences.set(input());
    const before = silences.get(id);
    store.trouble = 'disk full';
    for (const change of [
      silences.set(input()),
      silences.set(input({ id, comment: 'x' })),
      silences.set(input({ id, matcherSets: [[spec('x = y')]] })),
      silences.expire(id),
    ]) {
      await expect(change).rejects.toThrow(new StoreError('disk full'));
    }
    expect([...silences.list()]).toEqual([before]);
    expect(mutes({ foo: 'bar' })).toEqual([id]);
    clock.jump(1_000 * HOUR);
    await silences.gc(clock.now());
    expect(silences.get(id)).toBe(before);
    expect(await metrics.text()).toContain('alertmanager_silences_gc_errors_total 1');
    store.trouble = undefined;
    await silences.gc(clock.now());
    expect(silences.get(id)).toBeUndefined();
  });

  test('a row that cannot be read is reported and left out', async () => {
    const id = await silences.set(input());
    const [row] = await store.load('silences');
    const bad = { ...(row?.value as object), matcherSets: [[{ name: 'a', type: '=~', value: '(' }]] };
    await store.write([{ table: 'silences', key: 'bad', value: bad }]);
    const lines: string[] = [];
    const logger = createLogger('info', 'json', { write: (line: string) => lines.push(line) });
    const again = create({ logger });
    await again.load();
    expect([...again.list()].map((silence) => silence.id)).toEqual([id]);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 'ERROR',
      msg: 'a stored silence cannot be read and does not act',
      id: 'bad',
      err: 'error parsing regexp: missing closing ): `^(?:()$`',
    });
    expect(await metrics.text()).toContain(
      'alertmanager_silences_matcher_compile_errors_total{stage="load_snapshot"} 1',
    );
  });
});

test('changes are logged when asked for', async () => {
  const lines: string[] = [];
  const logger = createLogger('info', 'json', { write: (line: string) => lines.push(line) });
  silences = create({ logger, logSilences: true });
  const id = await silences.set(input());
  await silences.set(input({ id, comment: 'x' }));
  await silences.set(input({ id, matcherSets: [[spec('a =~ b')]] }));
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(records.map(({ msg }) => msg)).toEqual([
    'create silence',
    'update silence',
    'expire silence',
    'create silence',
  ]);
  expect(records[0]).toMatchObject({
    component: 'silences',
    Id: id,
    CreatedBy: 'ops',
    Comment: 'deploy',
    StartsAt: '2026-03-01T08:00:00Z',
    EndsAt: '2026-03-01T09:00:00Z',
    Matchers: 'foo="bar"',
  });
});

test('gauges count by state', async () => {
  const id = await silences.set(input());
  await silences.set(input());
  await silences.set(input({ startsAt: clock.now() + HOUR, endsAt: clock.now() + 2 * HOUR }));
  await silences.expire(id);
  const text = await metrics.text();
  expect(text).toContain('alertmanager_silences{state="active"} 1');
  expect(text).toContain('alertmanager_silences{state="pending"} 1');
  expect(text).toContain('alertmanager_silences{state="expired"} 1');
  expect(text).toContain('alertmanager_silences_state_size 3');
});

async function scanned(): Promise<number> {
  const line = /^alertmanager_silences_query_silences_scanned_total (\d+)$/m.exec(await metrics.text());
  return Number(line?.[1]);
}

function plain(list: Iterable<unknown>): unknown {
  return JSON.parse(JSON.stringify([...list]));
}

function raise(): never {
  throw new Error('no such silence');
}
