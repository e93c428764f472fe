import { beforeEach, describe, expect, test } from 'vitest';
import { ZERO_TIME } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { createLogger } from '../../src/log/logger.ts';
import { SilenceError, type SilenceInput } from '../../src/muting/silences.ts';
import { HOUR, SECOND, SilenceHarness, spec, UUID_V4 } from './silence-harness.ts';

let h: SilenceHarness;

beforeEach(() => {
  h = new SilenceHarness();
});

describe('creating', () => {
  test('a silence gets a UUID and mutes at once', async () => {
    const id = await h.set({ annotations: LabelSet.of({ ticket: 'OPS-1' }) });
    expect(id).toMatch(UUID_V4);
    expect(h.silences.get(id)).toMatchObject({
      id,
      startsAt: h.clock.now(),
      endsAt: h.clock.now() + HOUR,
      updatedAt: h.clock.now(),
      createdBy: 'ops',
      comment: 'deploy',
    });
    expect(h.silences.get(id)?.annotations.toJSON()).toEqual({ ticket: 'OPS-1' });
    expect(h.silences.get(id)?.matcherSets.flat().map(String)).toEqual(['foo="bar"']);
    expect([...h.silences.list()].map((silence) => silence.id)).toEqual([id]);
    expect(h.mutes({ foo: 'bar' })).toEqual([id]);
    expect(h.mutes({ foo: 'baz' })).toEqual([]);
  });

  test('a start that is zero or past becomes now', async () => {
    for (const startsAt of [ZERO_TIME, h.clock.now() - HOUR]) {
      const id = await h.set({ startsAt });
      expect(h.silences.get(id)?.startsAt).toBe(h.clock.now());
    }
  });

  test('any set of matchers may match', async () => {
    const id = await h.set({ matcherSets: [[spec('a = 1'), spec('b =~ x.*')], [spec('c != 3')]] });
    expect(h.mutes({ a: '1', b: 'xy', c: '3' })).toEqual([id]);
    expect(h.mutes({ a: '1', c: '3' })).toEqual([]);
    expect(h.mutes({})).toEqual([id]);
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
    const refused = h.set(fields as Partial<SilenceInput>);
    await expect(refused).rejects.toThrow(new SilenceError('invalid', message));
    await expect(refused).rejects.toHaveProperty('code', 'invalid');
    expect(h.store.writes).toEqual([]);
  });

  test('!= never counts as matching everything', async () => {
    await expect(h.set({ matcherSets: [[spec('foo != ')]] })).resolves.toMatch(UUID_V4);
    await expect(h.set({ matcherSets: [[spec('foo !~ x')]] })).resolves.toMatch(UUID_V4);
  });

  test('classic mode refuses UTF-8 names', async () => {
    h.silences = h.create({ mode: 'classic' });
    await expect(h.set({ matcherSets: [[spec('🙂 = x')]] })).rejects.toThrow(
      'invalid silence: invalid label matcher 0 in set 0: invalid label name "🙂"',
    );
  });

  test('names such as __proto__ are names', async () => {
    const id = await h.silences.set(
      h.input({
        matcherSets: [[spec('__proto__ = x'), spec('constructor = ')]],
        annotations: LabelSet.from([['__proto__', 'y']]),
      }),
    );
    expect(h.silences.mutes(LabelSet.from([['__proto__', 'x']]), h.clock.now())).toEqual([id]);
    const again = h.create();
    await again.load();
    expect(again.get(id)?.annotations.get('__proto__')).toBe('y');
  });
});

describe('limits', () => {
  test('the number counts expired silences, and those still being written', async () => {
    h.silences = h.create({ maxSilences: 2 });
    const results = await Promise.allSettled([1, 2, 3].map(() => h.set()));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const [first] = h.silences.list();
    await h.silences.expire(first?.id ?? '');
    await expect(h.set()).rejects.toThrow(
      new SilenceError('invalid', 'exceeded maximum number of silences: 2 (limit: 2)'),
    );
    // An update in place needs no place, one that replaces does.
    const [, second] = [...h.silences.list()];
    await h.set({ id: second?.id ?? '', comment: 'longer' });
    await expect(h.set({ id: second?.id ?? '', matcherSets: [[spec('x = y')]] })).rejects.toThrow(
      'exceeded maximum number of silences: 2 (limit: 2)',
    );
    expect(h.silences.state(h.get(second?.id ?? ''), h.clock.now())).toBe('active');
  });

  test("the size is that of Alertmanager's protobuf message", async () => {
    h = new SilenceHarness({ maxSizeBytes: 172 }, '2026-03-01T08:00:00.123Z');
    const sized = h.input({
      matcherSets: [[spec('alertname = DiskFull'), spec('instance !~ db-.*')]],
      startsAt: Date.parse('2026-03-01T08:30:00Z'),
      endsAt: Date.parse('2026-03-01T10:00:00.5Z'),
      createdBy: 'amélie',
      comment: '',
      annotations: LabelSet.of({ ticket: 'OPS-1', empty: '' }),
    });
    await expect(h.silences.set(sized)).rejects.toThrow(
      new SilenceError('invalid', 'silence exceeded maximum size: 173 bytes (limit: 172 bytes)'),
    );
    await expect(h.silences.set({ ...sized, comment: 'x'.repeat(300) })).rejects.toThrow(
      'silence exceeded maximum size: 476 bytes (limit: 172 bytes)',
    );
    h.silences = h.create({ maxSizeBytes: 173 });
    await expect(h.silences.set(sized)).resolves.toMatch(UUID_V4);
  });
});

describe('time', () => {
  test('a silence mutes from its start until its end, without being looked up again', async () => {
    const id = await h.set({ startsAt: h.clock.now() + SECOND, endsAt: h.clock.now() + 3 * SECOND });
    const labels = LabelSet.of({ foo: 'bar' });
    const now = h.clock.now();
    const story = [0, 1, 2, 3, 4].map((second) => h.silences.mutes(labels, now + second * SECOND).length);
    expect(story).toEqual([0, 1, 1, 0, 0]);
    expect(await scanned()).toBe(1);
    const silence = h.get(id);
    expect([0, 1, 3].map((second) => h.silences.state(silence, now + second * SECOND))).toEqual([
      'pending',
      'active',
      'expired',
    ]);
    // The wall clock went back: what was active then is active again.
    expect(h.silences.mutes(labels, now + SECOND)).toEqual([id]);
  });

  test('expired silences are listed for the retention, then dropped', async () => {
    const id = await h.set();
    const labels = LabelSet.of({ foo: 'bar' });
    expect(h.silences.mutes(labels, h.clock.now())).toEqual([id]);
    h.clock.jump(121 * HOUR - 1);
    await h.silences.gc(h.clock.now());
    expect(h.silences.get(id)).toBeDefined();
    h.clock.jump(1);
    await h.silences.gc(h.clock.now());
    expect(h.silences.get(id)).toBeUndefined();
    expect([...h.silences.list()]).toEqual([]);
    expect(await h.store.load('silences')).toEqual([]);
    // Not even where the clock goes back.
    expect(h.silences.mutes(labels, h.clock.now() - 121 * HOUR)).toEqual([]);
    expect(h.mutes({ foo: 'bar' }, h.clock.now() - 121 * HOUR)).toEqual([]);
  });
});

test('changes are logged when asked for', async () => {
  const lines: string[] = [];
  const logger = createLogger('info', 'json', { write: (line: string) => lines.push(line) });
  h.silences = h.create({ logger, logSilences: true });
  const id = await h.set();
  await h.set({ id, comment: 'x' });
  await h.set({ id, matcherSets: [[spec('a =~ b')]] });
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
  const id = await h.set();
  await h.set();
  await h.set({ startsAt: h.clock.now() + HOUR, endsAt: h.clock.now() + 2 * HOUR });
  await h.silences.expire(id);
  const text = await h.metrics.text();
  expect(text).toContain('alertmanager_silences{state="active"} 1');
  expect(text).toContain('alertmanager_silences{state="pending"} 1');
  expect(text).toContain('alertmanager_silences{state="expired"} 1');
  expect(text).toContain('alertmanager_silences_state_size 3');
});

async function scanned(): Promise<number> {
  const line = /^alertmanager_silences_query_silences_scanned_total (\d+)$/m.exec(await h.metrics.text());
  return Number(line?.[1]);
}
