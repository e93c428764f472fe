import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import { AlertRecord } from '../../src/alert/alert-record.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { matchesAll } from '../../src/alert/matcher.ts';
import { parseMatchers } from '../../src/alert/parse-matchers.ts';
import type { InhibitRuleConfig } from '../../src/config/types.ts';
import { Inhibitor } from '../../src/muting/inhibitor.ts';

const NOW = 1_000_000;

function rule(source: string, target: string, equal: readonly string[] = []): InhibitRuleConfig {
  const matchers = (text: string) => parseMatchers(text, 'utf8').matchers;
  return { name: '', sourceMatchers: matchers(source), targetMatchers: matchers(target), equal };
}

function record(labels: Record<string, string>, endsAt = NOW + 1): AlertRecord {
  const set = LabelSet.of(labels);
  return new AlertRecord(alert(set, endsAt));
}

function alert(labels: LabelSet, endsAt: number): Alert {
  const times = { startsAt: 0, endsAt, updatedAt: 0, timeout: false, stale: false, event: false };
  const texts = { generatorURL: '', source: 'prometheus', startsAtText: '', endsAtText: '' };
  return { labels, annotations: LabelSet.empty, ...times, ...texts, details: undefined };
}

function inhibitor(rules: readonly InhibitRuleConfig[], ...records: AlertRecord[]): Inhibitor {
  const created = new Inhibitor(rules);
  for (const each of records) created.add(each);
  return created;
}

/** Gives the alert another end, as intake does. */
function resolve(muter: Inhibitor, source: AlertRecord, endsAt = NOW): void {
  const previous = source.alert;
  source.alert = { ...previous, endsAt };
  muter.updated(source, previous);
}

describe('a rule', () => {
  const severity = rule('severity=critical', 'severity=warning', ['cluster']);

  test('mutes the targets of a firing source, named by its fingerprint', () => {
    const source = record({ severity: 'critical', cluster: 'a' });
    const { labels } = record({ severity: 'warning', cluster: 'a' });
    expect(inhibitor([severity], source).mutes(labels, NOW)).toEqual([source.fingerprint]);
    expect(inhibitor([severity]).mutes(labels, NOW)).toEqual([]);
    expect(inhibitor([], source).mutes(labels, NOW)).toEqual([]);
  });

  test('asks for equal labels; absent and empty are equal', () => {
    const both = rule('a=source', 'a=target', ['x', 'y']);
    const cases: [Record<string, string>, Record<string, string>, boolean][] = [
      [{ x: '1', y: '2' }, { x: '1', y: '2' }, true],
      [{ x: '1', y: '2' }, { x: '1', y: '3' }, false],
      [{ x: '1' }, { x: '1' }, true],
      [{ x: '1' }, { x: '1', y: '' }, true],
      [{ x: '1' }, { x: '1', y: '2' }, false],
      [{}, {}, true],
      // What is written into values cannot move from one label to the next.
      [{ x: '12', y: '3' }, { x: '1', y: '23' }, false],
      [{ x: '1', y: '0:' }, { x: '10:', y: '' }, false],
      [{ x: '1:1' }, { y: '1:1' }, false],
    ];
    for (const [source, target, expected] of cases) {
      const muted = inhibitor([both], record({ a: 'source', ...source })).mutes(
        LabelSet.of({ a: 'target', ...target }),
        NOW,
      );
      expect([source, target, muted.length > 0]).toEqual([source, target, expected]);
    }
  });

  test('a resolved source stops muting at once, and mutes again when it fires again', () => {
    const source = record({ severity: 'critical' });
    const { labels } = record({ severity: 'warning' });
    const muter = inhibitor([severity], source);
    expect(muter.mutes(labels, NOW)).toHaveLength(1);
    expect(muter.mutes(labels, NOW + 1)).toEqual([]);
    resolve(muter, source);
    expect(muter.mutes(labels, NOW)).toEqual([]);
    resolve(muter, source, NOW + 5);
    expect(muter.mutes(labels, NOW)).toHaveLength(1);
  });

  test('any live source counts, whichever ends first', () => {
    const sources = [1, 2, 3].map((n) => record({ severity: 'critical', n: `${n}` }, NOW + n));
    const { labels } = record({ severity: 'warning' });
    const muter = inhibitor([severity], ...sources);
    const by = [0, 1, 2, 3].map((later) => muter.mutes(labels, NOW + later)[0]);
    expect(by.map((fingerprint) => sources.findIndex((source) => source.fingerprint === fingerprint) >= 0)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(by[2]).toBe(sources[2]?.fingerprint);
  });

  test('a removed source is forgotten', () => {
    const [first, second] = [record({ severity: 'critical', n: '1' }), record({ severity: 'critical', n: '2' })];
    const { labels } = record({ severity: 'warning' });
    const muter = inhibitor([severity], first, second);
    muter.remove(first);
    expect(muter.mutes(labels, NOW)).toEqual([second.fingerprint]);
    muter.remove(second);
    muter.remove(second);
    expect(muter.mutes(labels, NOW)).toEqual([]);
    muter.add(first);
    expect(muter.mutes(labels, NOW)).toEqual([first.fingerprint]);
  });

  test('resolved alerts are targets too, by their labels alone', () => {
    const target = record({ severity: 'warning' }, NOW - 1);
    expect(inhibitor([severity], record({ severity: 'critical' })).mutes(target.labels, NOW)).toHaveLength(1);
  });
});

describe('the both-sides rule', () => {
  test('no alert mutes itself, nor do two alike mute each other', () => {
    const self = rule('team=a', 'team=a');
    const [one, two] = [record({ team: 'a', n: '1' }), record({ team: 'a', n: '2' })];
    const muter = inhibitor([self], one, two);
    expect(muter.mutes(one.labels, NOW)).toEqual([]);
    expect(muter.mutes(two.labels, NOW)).toEqual([]);
  });

  test('a target that is a source is muted only by sources that are no targets', () => {
    const overlapping = rule('s=1', 't=1');
    const bothSides = record({ s: '1', t: '1', n: '1' });
    const sourceOnly = record({ s: '1', n: '2' });
    const targetOnly = record({ t: '1', n: '3' });
    const muter = inhibitor([overlapping], bothSides);
    expect(muter.mutes(targetOnly.labels, NOW)).toEqual([bothSides.fingerprint]);
    expect(muter.mutes(bothSides.labels, NOW)).toEqual([]);
    expect(muter.mutes(LabelSet.of({ s: '1', t: '1', n: '4' }), NOW)).toEqual([]);
    muter.add(sourceOnly);
    expect(muter.mutes(bothSides.labels, NOW)).toEqual([sourceOnly.fingerprint]);
  });
});

test('the first rule that mutes names the source', () => {
  const [a, b] = [record({ s: 'a' }), record({ s: 'b' })];
  const muter = inhibitor([rule('s=a', 't=1'), rule('s=b', 't=1')], b, a);
  expect(muter.mutes(LabelSet.of({ t: '1' }), NOW)).toEqual([a.fingerprint]);
  resolve(muter, a);
  expect(muter.mutes(LabelSet.of({ t: '1' }), NOW)).toEqual([b.fingerprint]);
});

test('a rule without matchers mutes nothing', () => {
  const source = record({ a: '1' });
  expect(inhibitor([rule('', '')], source).mutes(LabelSet.of({ b: '1' }), NOW)).toEqual([]);
});

test('a rule without source matchers: every alert is a source', () => {
  const source = record({ a: '1' });
  const muter = inhibitor([rule('', 't=1')], source);
  expect(muter.mutes(LabelSet.of({ t: '1' }), NOW)).toEqual([source.fingerprint]);
});

test('names such as __proto__ are names', () => {
  const odd = rule('__proto__=x', 'constructor=y', ['toString']);
  const source = LabelSet.from([['__proto__', 'x']]);
  const muter = inhibitor([odd], new AlertRecord(alert(source, NOW + 1)));
  expect(muter.mutes(LabelSet.of({ constructor: 'y' }), NOW)).toEqual([source.fingerprint]);
  expect(muter.mutes(LabelSet.of({ constructor: 'y', toString: 'z' }), NOW)).toEqual([]);
});

describe('many resolved sources', () => {
  const one = rule('s=1', 't=1');
  const target = LabelSet.of({ t: '1' });

  test('are gone through once, not once per target', () => {
    let looks = 0;
    const records = Array.from({ length: 1_000 }, (_, i) => {
      const source = record({ s: '1', i: `${i}` }, NOW);
      const watched = Object.defineProperty({ ...source.alert }, 'endsAt', {
        get() {
          looks++;
          return NOW;
        },
      });
      return new AlertRecord(watched);
    });
    const muter = inhibitor([one], ...records);
    for (let i = 0; i < 1_000; i++) expect(muter.mutes(LabelSet.of({ t: '1', i: `${i}` }), NOW)).toEqual([]);
    expect(looks).toBe(1_000);
    expect(muter.mutes(target, NOW + 1)).toEqual([]);
    expect(looks).toBe(1_000);
  });

  test('do not hide a new one, nor one that fires again a moment later', () => {
    const records = Array.from({ length: 1_000 }, (_, i) => record({ s: '1', i: `${i}` }, NOW));
    const muter = inhibitor([one], ...records);
    expect(muter.mutes(target, NOW)).toEqual([]);
    const fresh = record({ s: '1', i: 'new' }, NOW + 1);
    muter.add(fresh);
    expect(muter.mutes(target, NOW)).toEqual([fresh.fingerprint]);
    muter.remove(fresh);
    expect(muter.mutes(target, NOW)).toEqual([]);
    const again = records[500] as AlertRecord;
    resolve(muter, again, NOW + 100);
    expect(muter.mutes(target, NOW + 1)).toEqual([again.fingerprint]);
    expect(muter.mutes(target, NOW + 100)).toEqual([]);
  });

  test('are looked at again when the clock was set back', () => {
    const source = record({ s: '1' }, NOW);
    const muter = inhibitor([one], source);
    expect(muter.mutes(target, NOW)).toEqual([]);
    expect(muter.mutes(target, NOW - 1)).toEqual([source.fingerprint]);
    resolve(muter, source, NOW - 2);
    expect(muter.mutes(target, NOW - 1)).toEqual([]);
    resolve(muter, source, NOW);
    expect(muter.mutes(target, NOW - 1)).toEqual([source.fingerprint]);
  });

  test('agree with going through all of them, whichever way ends and the clock move', () => {
    const step = fc.tuple(fc.nat(3), fc.constantFrom('ends', 'goes', 'comes'), fc.nat(20), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const all = [0, 1, 2, 3].map((i) => record({ s: '1', i: `${i}` }, 0));
        const held = new Set<AlertRecord>();
        const muter = inhibitor([one]);
        for (const [i, what, end, now] of steps) {
          const source = all[i] as AlertRecord;
          if (what === 'comes' && !held.has(source)) {
            source.alert = { ...source.alert, endsAt: end };
            held.add(source);
            muter.add(source);
          } else if (what === 'goes' && held.delete(source)) muter.remove(source);
          else if (held.has(source)) resolve(muter, source, end);
          const live = [...held].some(({ alert: { endsAt } }) => endsAt > now);
          expect(muter.mutes(target, now)).toHaveLength(live ? 1 : 0);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

test('agrees with going through all sources', () => {
  const value = fc.constantFrom('1', '2');
  const labels = fc.dictionary(fc.constantFrom('s', 't', 'x', 'y'), value, { maxKeys: 4 });
  const matchers = fc.constantFrom('s=1', 't=1', 's=~"1|2"', 't!=2', 's=1,t=1', '');
  const rules = fc.array(
    fc.tuple(matchers, matchers, fc.subarray(['x', 'y'])).map(([s, t, equal]) => rule(s, t, equal)),
    { minLength: 1, maxLength: 3 },
  );
  const sources = fc.uniqueArray(fc.tuple(labels, fc.boolean()), {
    maxLength: 12,
    selector: ([names]) => LabelSet.of(names).fingerprint,
  });
  fc.assert(
    fc.property(rules, sources, labels, (list, given, names) => {
      const records = given.map(([each, firing]) => record(each, firing ? NOW + 1 : NOW));
      const muter = inhibitor(list, ...records);
      const target = LabelSet.of(names);
      const inhibits = (source: AlertRecord, { sourceMatchers, targetMatchers, equal }: InhibitRuleConfig): boolean =>
        source.alert.endsAt > NOW &&
        matchesAll(targetMatchers, target) &&
        matchesAll(sourceMatchers, source.labels) &&
        equal.every((name) => (source.labels.get(name) ?? '') === (target.get(name) ?? '')) &&
        !(matchesAll(sourceMatchers, target) && matchesAll(targetMatchers, source.labels));
      const first = list.find((each) => records.some((source) => inhibits(source, each)));
      const expected = first ? records.filter((source) => inhibits(source, first)) : [];
      const muted = muter.mutes(target, NOW);
      expect(muted).toHaveLength(expected.length > 0 ? 1 : 0);
      if (muted.length > 0) expect(expected.map(({ fingerprint }) => fingerprint)).toContain(muted[0]);
    }),
    { numRuns: 1_000 },
  );
});
