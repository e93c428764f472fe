import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Pair, startPair } from './pair.ts';
import { configOf, type Outcome, outcomeDifferences, play } from './scenario.ts';
import { INTERVALS, SCENARIOS } from './scenarios.ts';

/** Seconds of the whole script: the last tick that a scenario waits for, and some more. */
const LASTS = 12;

let pair: Pair;
let start: number;
let outcomes: readonly [Outcome, Outcome][];

beforeAll(async () => {
  const answers = new Map(SCENARIOS.map(({ name, answers }) => [`/${name}`, answers]));
  pair = await startPair(configOf(SCENARIOS, INTERVALS), (path, count) => answers.get(path)?.[count - 1] ?? 200);
  start = Date.now() + 300;
  outcomes = await Promise.all(SCENARIOS.map((scenario) => play(scenario, pair, start, start + LASTS * 1_000)));
});

afterAll(() => pair?.stop());

describe('notifications and what the API says meanwhile', () => {
  test.for(SCENARIOS.map((scenario, i) => ({ ...scenario, i })))('$name', ({ i, ...scenario }) => {
    const outcome = outcomes[i] as [Outcome, Outcome];
    const count = [...outcome[0].notifications.values()].flat().length;
    expect({ count, differences: outcomeDifferences(scenario, outcome, start) }).toEqual({
      count: scenario.notifications,
      differences: [],
    });
  });

  test('the headers of a notification', () => {
    const [reference, candidate] = pair.sides.map(({ hook }) => hook.notifications[0]?.headers ?? {});
    expect(reference?.['user-agent']).toMatch(/^Alertmanager\/0\./);
    expect(candidate?.['user-agent']).toMatch(/^Alertmanager\/0\./);
    expect(candidate?.['content-type']).toBe(reference?.['content-type']);
  });
});
