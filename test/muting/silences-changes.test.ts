import { beforeEach, describe, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { createLogger } from '../../src/log/logger.ts';
import { SilenceError, type SilenceInput } from '../../src/muting/silences.ts';
import { StoreError } from '../../src/store/store.ts';
import { HOUR, SECOND, SilenceHarness, spec } from './silence-harness.ts';

let h: SilenceHarness;

beforeEach(() => {
  h = new SilenceHarness();
});

describe('changing', () => {
  test('an unknown id is not found, whatever it looks like', async () => {
    for (const change of [h.set({ id: 'abc' }), h.silences.expire('abc')]) {
      await expect(change).rejects.toThrow(new SilenceError('not-found', 'silence not found'));
      await expect(change).rejects.toHaveProperty('code', 'not-found');
    }
  });

  test('an active silence changes in place: comment, author, annotations and end', async () => {
    const id = await h.set();
    const { startsAt } = h.get(id);
    await h.clock.advance(10 * SECOND);
    // The start may differ below the second: amtool sends ms.
    const changed = await h.silences.set(
      h.input({ id, startsAt: startsAt + 999, endsAt: h.clock.now() + SECOND, comment: 'c', createdBy: 'me' }),
    );
    expect(changed).toBe(id);
    expect(h.silences.get(id)).toMatchObject({ comment: 'c', createdBy: 'me', updatedAt: h.clock.now() });
    expect(h.mutes({ foo: 'bar' })).toEqual([id]);
    expect(h.mutes({ foo: 'bar' }, h.clock.now() + SECOND)).toEqual([]);
    expect([...h.silences.list()]).toHaveLength(1);
  });

  test.each<[string, (old: SilenceInput) => Partial<SilenceInput>]>([
    ['other matchers', () => ({ matcherSets: [[spec('foo = baz')]] })],
    ['matchers in another order', () => ({ matcherSets: [[spec('b = 2'), spec('a = 1')]] })],
    ['another start', (old) => ({ startsAt: old.startsAt + 2 * SECOND })],
  ])('%s: the active one is expired and a new one created', async (_, fields) => {
    const old = h.input({ matcherSets: [[spec('a = 1'), spec('b = 2')]] });
    const id = await h.silences.set(old);
    await h.clock.advance(10 * SECOND);
    const created = await h.silences.set({ ...old, ...fields(old), id });
    expect(created).not.toBe(id);
    expect(h.silences.get(id)).toMatchObject({ endsAt: h.clock.now(), updatedAt: h.clock.now() });
    expect(h.mutes({ a: '1', b: '2' })).not.toContain(id);
    expect(h.silences.get(created)).toMatchObject({ startsAt: h.clock.now(), endsAt: old.endsAt });
    expect(h.store.writes.at(-1)?.map(({ key }) => key)).toEqual([id, created]);
  });

  test('a pending silence changes in place while its start is not in the past', async () => {
    const id = await h.set({ startsAt: h.clock.now() + HOUR, endsAt: h.clock.now() + 2 * HOUR });
    const other = { startsAt: h.clock.now() + 60 * SECOND, endsAt: h.clock.now() + 3 * HOUR };
    expect(await h.set({ id, ...other })).toBe(id);
    expect(h.silences.get(id)).toMatchObject(other);
    const replaced = await h.set({ id, startsAt: h.clock.now() - 1 });
    expect(replaced).not.toBe(id);
    expect(h.silences.get(id)).toMatchObject({ startsAt: h.clock.now(), endsAt: h.clock.now() });
    expect(h.mutes({ foo: 'bar' })).toEqual([replaced]);
  });

  test('an expired silence is left alone, a new one created', async () => {
    const id = await h.set();
    await h.silences.expire(id);
    const expired = h.silences.get(id);
    await h.clock.advance(SECOND);
    expect(await h.set({ id })).not.toBe(id);
    expect(h.silences.get(id)).toBe(expired);
  });

  test('changes of one silence happen one after the other', async () => {
    const id = await h.set();
    const ids = await Promise.all([1, 2].map((n) => h.set({ id, matcherSets: [[spec(`n = ${n}`)]] })));
    // The second finds the first one's work: the old silence expired already.
    expect(new Set(ids).size).toBe(2);
    const states = [...h.silences.list()].map((silence) => h.silences.state(silence, h.clock.now()));
    expect(states).toEqual(['expired', 'active', 'active']);
    expect(h.store.writes.map((changes) => changes.length)).toEqual([1, 2, 1]);
  });
});

describe('expiring', () => {
  test('an active silence ends now', async () => {
    const id = await h.set();
    await h.clock.advance(SECOND);
    await h.silences.expire(id);
    expect(h.silences.get(id)).toMatchObject({
      startsAt: h.clock.now() - SECOND,
      endsAt: h.clock.now(),
      updatedAt: h.clock.now(),
    });
    expect(h.mutes({ foo: 'bar' })).toEqual([]);
  });

  test('a pending silence never was', async () => {
    const id = await h.set({ startsAt: h.clock.now() + HOUR, endsAt: h.clock.now() + 2 * HOUR });
    await h.silences.expire(id);
    expect(h.silences.get(id)).toMatchObject({ startsAt: h.clock.now(), endsAt: h.clock.now() });
    expect(h.silences.state(h.get(id), h.clock.now())).toBe('expired');
  });

  test('an expired silence stays as it is', async () => {
    const id = await h.set();
    await h.silences.expire(id);
    const expired = h.silences.get(id);
    await h.clock.advance(SECOND);
    await h.silences.expire(id);
    expect(h.silences.get(id)).toBe(expired);
    expect(h.store.writes).toHaveLength(2);
  });
});

describe('the store', () => {
  test('silences survive a restart', async () => {
    const matcherSets = [[spec('a = 1'), spec('b !~ x.*')], [spec('c =~ (y|z)[0-9]')]];
    const id = await h.set({ matcherSets, annotations: LabelSet.of({ k: 'v' }) });
    const again = h.create();
    await again.load();
    expect(plain(again.list())).toEqual(plain(h.silences.list()));
    expect(again.mutes(LabelSet.of({ c: 'y7' }), h.clock.now())).toEqual([id]);
    expect(await again.set(h.input({ id, matcherSets, comment: 'again' }))).toBe(id);
  });

  test('a change is durable before it is visible; one that cannot be written has not happened', async () => {
    const id = await h.set();
    const before = h.silences.get(id);
    h.store.trouble = 'disk full';
    for (const change of [
      h.set(),
      h.set({ id, comment: 'x' }),
      h.set({ id, matcherSets: [[spec('x = y')]] }),
      h.silences.expire(id),
    ]) {
      await expect(change).rejects.toThrow(new StoreError('disk full'));
    }
    expect([...h.silences.list()]).toEqual([before]);
    expect(h.mutes({ foo: 'bar' })).toEqual([id]);
    h.clock.jump(1_000 * HOUR);
    await h.silences.gc(h.clock.now());
    expect(h.silences.get(id)).toBe(before);
    expect(await h.metrics.text()).toContain('alertmanager_silences_gc_errors_total 1');
    h.store.trouble = undefined;
    await h.silences.gc(h.clock.now());
    expect(h.silences.get(id)).toBeUndefined();
  });

  test('a row that cannot be read is reported and left out', async () => {
    const id = await h.set();
    const [row] = await h.store.load('silences');
    const bad = { ...(row?.value as object), matcherSets: [[{ name: 'a', type: '=~', value: '(' }]] };
    await h.store.write([{ table: 'silences', key: 'bad', value: bad }]);
    const lines: string[] = [];
    const logger = createLogger('info', 'json', { write: (line: string) => lines.push(line) });
    const again = h.create({ logger });
    await again.load();
    expect([...again.list()].map((silence) => silence.id)).toEqual([id]);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 'ERROR',
      msg: 'a stored silence cannot be read and does not act',
      id: 'bad',
      err: 'error parsing regexp: missing closing ): `^(?:()$`',
    });
    expect(await h.metrics.text()).toContain(
      'alertmanager_silences_matcher_compile_errors_total{stage="load_snapshot"} 1',
    );
  });
});

function plain(list: Iterable<unknown>): unknown {
  return JSON.parse(JSON.stringify([...list]));
}
