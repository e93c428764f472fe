import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { createMatcher, type Matcher, type MatchType, matchesAll } from '../../src/alert/matcher.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import type { Silence } from '../../src/muting/silence.ts';
import { type SilenceEntry, SilenceMemory } from '../../src/muting/silence-memory.ts';
import { SilencePreparation } from '../../src/muting/silence-preparation.ts';

function silence(id: string, ...matcherSets: Matcher[][]): Silence {
  const times = { startsAt: 0, endsAt: 1, updatedAt: 0 };
  return { id, matcherSets, ...times, createdBy: '', comment: '', annotations: LabelSet.empty };
}

function ids(entries: readonly SilenceEntry[]): string[] {
  return entries.filter(({ removed }) => !removed).map((entry) => entry.silence.id);
}

/** Silences that share a matcher and differ in another. */
function addMany(memory: SilenceMemory, count: number): void {
  const alertname = createMatcher('=', 'alertname', 'DiskFull');
  for (let i = 0; i < count; i++) {
    memory.add(silence(`words ${i}`, [createMatcher('=~', 'instance', `db-${i}|web-${i}`), alertname]));
    memory.add(silence(`class ${i}`, [alertname, createMatcher('=~', 'instance', `x${i}-[0-9]+`)]));
    memory.add(silence(`inside ${i}`, [createMatcher('=~', 'job', `.*job${i}q.*`)]));
    memory.add(silence(`any case ${i}`, [createMatcher('=~', 'job', `(?i)[a-z]+-job${i}r-[0-9]+`)]));
  }
}

async function scanned(metrics: Metrics): Promise<number> {
  const line = /^alertmanager_silences_query_silences_scanned_total (\d+)$/m.exec(await metrics.text());
  return Number(line?.[1]);
}

const name = fc.constantFrom('a', 'b', '__proto__');
const value = fc.constantFrom(
  '',
  'x',
  'xy',
  'xyz',
  'web-1',
  'web-22',
  'db',
  'WEB-1',
  'task ΟΔΟΣ',
  'ta\u017f\u212a-ΟΔΟΣΧ',
  'xyxyxyz',
);
const pattern = fc.constantFrom(
  '',
  'x',
  'x.*',
  'x|db',
  'web-[0-9]',
  '(web|db).*',
  '.*y.*',
  '[^x]*',
  '(?i)X.*',
  'xy?z?',
  '.*web.*',
  '(?i).*task.*|.*WEB.*',
  '.*ΟΔΟΣ.*',
  '[a-z]+web|.*xyx.*',
  '(?i)web-[12]',
  '.*(yxy|b-2).*',
);
const matcher = fc
  .tuple(name, fc.constantFrom<MatchType>('=', '!=', '=~', '!~'), value, pattern)
  .map(([label, type, text, regexp]) => createMatcher(type, label, type === '=' || type === '!=' ? text : regexp));
const sets = fc.array(fc.array(matcher, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 });
const labels = fc
  .array(
    fc.tuple(
      name,
      value.filter((text) => text !== ''),
    ),
    { maxLength: 3 },
  )
  .map(LabelSet.from);

type Step = { readonly add: Matcher[][][] } | { readonly remove: number } | { readonly ask: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ add: fc.array(sets, { minLength: 1, maxLength: 40 }) }),
  fc.record({ remove: fc.nat() }),
  fc.record({ ask: fc.nat() }),
);

describe('what matches', () => {
  test('is what going through all silences finds, at any time', () => {
    fc.assert(
      fc.property(
        fc.array(labels, { minLength: 1, maxLength: 5 }),
        fc.array(step, { maxLength: 12 }),
        (alerts, steps) => {
          const memory = new SilenceMemory(new Metrics());
          let held: SilenceEntry[] = [];
          let next = 0;
          for (const each of [...steps, ...alerts.map((_, ask) => ({ ask }))]) {
            if ('add' in each) for (const list of each.add) held.push(memory.add(silence(`${next++}`, ...list)));
            else if ('remove' in each) {
              const gone = held.filter(({ sequence }) => sequence % 3 === each.remove % 3);
              memory.remove(gone);
              held = held.filter((entry) => !gone.includes(entry));
            } else {
              const alert = alerts[each.ask % alerts.length] as LabelSet;
              const expected = held.filter(({ matcherSets }) => matcherSets.some((set) => matchesAll(set, alert)));
              expect(ids(memory.matching(alert))).toEqual(ids(expected));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what it costs', () => {
  test('a new alert is tested against the silences that may match only', async () => {
    const metrics = new Metrics();
    const memory = new SilenceMemory(metrics);
    addMany(memory, 1_000);
    const alert = LabelSet.of({ alertname: 'DiskFull', instance: 'web-77' });
    expect(ids(memory.matching(alert))).toEqual(['words 77']);
    // The first silences of all still stand under the common alertname.
    expect(await scanned(metrics)).toBeLessThan(5);
  });

  test('so is a known one when there are many new silences', async () => {
    const metrics = new Metrics();
    const memory = new SilenceMemory(metrics);
    const alert = LabelSet.of({ alertname: 'DiskFull', instance: 'web-77' });
    memory.add(silence('first', [createMatcher('=', 'alertname', 'DiskFull')]));
    expect(ids(memory.matching(alert))).toEqual(['first']);
    addMany(memory, 1_000);
    expect(ids(memory.matching(alert))).toEqual(['first', 'words 77']);
    expect(await scanned(metrics)).toBeLessThan(6);
  });

  test('a known alert costs nothing, and one test per new silence', async () => {
    const metrics = new Metrics();
    const memory = new SilenceMemory(metrics);
    for (let i = 0; i < 100; i++) memory.add(silence(`${i}`, [createMatcher('!=', 'a', `${i}`)]));
    const alert = LabelSet.of({ a: '5' });
    expect(memory.matching(alert)).toHaveLength(99);
    expect(await scanned(metrics)).toBe(100);
    memory.matching(alert);
    expect(await scanned(metrics)).toBe(100);
    memory.add(silence('new', [createMatcher('=', 'a', '5')]));
    expect(ids(memory.matching(alert)).at(-1)).toBe('new');
    expect(await scanned(metrics)).toBe(101);
  });
});

test('new alerts are looked up later, in turns, where many silences must be tested one by one', async () => {
  const metrics = new Metrics();
  const memory = new SilenceMemory(metrics);
  const preparation = new SilencePreparation(memory);
  preparation.add(LabelSet.of({ a: 'x1' }));
  expect(await scanned(metrics)).toBe(0);
  for (let i = 0; i < 101; i++) memory.add(silence(`${i}`, [createMatcher('=~', 'a', `[a-z]+[0-9]{${i + 1}}`)]));
  for (let i = 0; i < 50; i++) preparation.add(LabelSet.of({ a: 'x1', b: `${i}` }));
  expect(await scanned(metrics)).toBe(0);
  await vi.waitFor(async () => expect(await scanned(metrics)).toBe(50 * 101));
  expect(ids(memory.matching(LabelSet.of({ a: 'x1' })))).toEqual(['0']);
});
