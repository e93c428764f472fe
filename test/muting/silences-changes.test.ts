import { beforeEach, describe, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import type { MatcherSpec } from '../../src/alert/matcher.ts';
import { createLogger } from '../../src/log/logger.ts';
import { SilenceError, type SilenceInput } from '../../src/muting/silences.ts';
import { StoreError } from '../../src/store/store.ts';
import { HOUR, SECOND, SilenceHarness, spec, UUID_V4 } from './silence-harness.ts';

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

  test('a silence whose matchers are no longer accepted is listed as expired, and said to be', async () => {
    const id = await h.set();
    const [row] = await h.store.load('silences');
    const put = (key: string, matcherSets: unknown): Promise<void> =>
      h.store.write([{ table: 'silences', key, value: { ...(row?.value as object), matcherSets } }]);
    await put('bad', [[{ name: 'a', type: '=~', value: '(' }]]);
    await put('large', [[{ name: 'foo', type: '!~', value: '(a?){1000}'.repeat(3) }]]);
    await put('none', null);
    const lines: string[] = [];
    const logger = createLogger('info', 'json', { write: (line: string) => lines.push(line) });
    const again = h.create({ logger });
    await again.load();
    expect([...again.list()].map((silence) => [silence.id, again.state(silence, h.clock.now())])).toEqual([
      [id, 'active'],
      ['bad', 'expired'],
      ['large', 'expired'],
    ]);
    expect(again.mutes(LabelSet.of({ foo: 'bar' }), h.clock.now())).toEqual([id]);
    expect(again.get('bad')?.matcherSets.join()).toBe('a=~"("');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        level: 'ERROR',
        msg: 'A stored silence is no longer valid and is treated as expired',
        id: 'bad',
        err: 'error parsing regexp: missing closing ): `^(?:()$`',
      },
      { id: 'large', err: expect.stringContaining('expression too large') },
      { level: 'ERROR', msg: 'A stored silence cannot be read', id: 'none' },
    ]);
    expect(await h.metrics.text()).toContain(
      'alertmanager_silences_matcher_compile_errors_total{stage="load_snapshot"} 2',
    );
  });

  test('a silence that is over is listed without its matchers being compiled', async () => {
    const id = await h.set({ matcherSets: [[spec('foo =~ b[a]r')]] });
    h.clock.jump(2 * HOUR);
    const again = h.create();
    await again.load();
    expect(again.get(id)?.matcherSets.join()).toBe('foo=~"b[a]r"');
    expect(again.get(id)?.endsAt).toBe(h.get(id).endsAt);
    expect(again.get(id)?.matcherSets[0]?.[0]?.instructions).toBe(0);
    expect(again.mutes(LabelSet.of({ foo: 'bar' }), h.clock.now())).toEqual([]);
  });
});

describe('the size of regular expressions', () => {
  const large = (name: string): MatcherSpec => ({ name, type: '=~', value: `${'(a?){1000}b?'.repeat(2)}c` });

  test('is bounded in one silence, over all its matchers', async () => {
    await expect(h.set({ matcherSets: [[large('a')], [large('b')]] })).rejects.toThrow(
      "invalid silence: invalid label matcher 0 in set 1: the silence's regular expressions are too large",
    );
  });

  test('counts lists of words, and a silence has a bounded number of matchers', async () => {
    const words = Array.from({ length: 11_000 }, (_, i) => `w${i}`).join('|');
    await expect(h.set({ matcherSets: [[{ name: 'a', type: '=~', value: words }]] })).rejects.toThrow('too large');
    const matchers = Array.from({ length: 1_001 }, (_, i): MatcherSpec => ({ name: `l${i}`, type: '=', value: 'x' }));
    await expect(h.set({ matcherSets: [matchers] })).rejects.toThrow('a silence may have 1000 matchers');
    expect(await h.set({ matcherSets: [matchers.slice(1)] })).toMatch(UUID_V4);
  });

  test('is bounded over all silences that are not over', async () => {
    for (let i = 0; i < 124; i++) await h.set({ matcherSets: [[large(`l${i}`)]] });
    await expect(h.set({ matcherSets: [[large('x')]] })).rejects.toThrow('expire some of them first');
    expect(await h.set({ matcherSets: [[spec('x =~ words|only')]] })).toMatch(UUID_V4);
    await h.silences.expire([...h.silences.list()][0]?.id ?? '');
    expect(await h.set({ matcherSets: [[large('x')]] })).toMatch(UUID_V4);
  });
});

function plain(list: Iterable<unknown>): unknown {
  return JSON.parse(JSON.stringify([...list]));
}
