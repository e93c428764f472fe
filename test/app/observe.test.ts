import { expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { createMatcher } from '../../src/alert/matcher.ts';
import { observe } from '../../src/app/observe.ts';
import type { RouteConfig } from '../../src/config/types.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { Harness } from '../support/engine.ts';

const child = (fields: Partial<RouteConfig>): RouteConfig => ({
  receiver: undefined,
  groupBy: undefined,
  groupWait: undefined,
  groupInterval: undefined,
  repeatInterval: undefined,
  matchers: [],
  continue: false,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  labels: new Map(),
  routes: [],
  ...fields,
});

/** Two groups for each alert: one tells after a second, the other after ten. */
const TWICE = { routes: [child({ continue: true }), child({ groupWait: 10_000 })] };

/** The series of alertmanager_alerts, without their common name. */
async function counted(h: Harness, metrics: Metrics): Promise<string[]> {
  observe(metrics, h.engine, h.clock);
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith('alertmanager_alerts{')).map((line) => line.slice(19));
}

it('alerts are counted once each, with the highest state that they have in a group', async () => {
  const h = await Harness.start({ route: TWICE });
  const count = () => counted(h, new Metrics());
  expect(await count()).toEqual(['{state="unprocessed"} 0', '{state="active"} 0', '{state="suppressed"} 0']);
  await h.push('a b c', { end: 600 });
  await h.push('over', { end: 0 });
  expect(await count()).toEqual(['{state="unprocessed"} 3', '{state="active"} 0', '{state="suppressed"} 0']);
  await h.seconds(2);
  expect(await count()).toEqual(['{state="unprocessed"} 0', '{state="active"} 3', '{state="suppressed"} 0']);
  await h.engine.silences.set({
    matcherSets: [[createMatcher('=', 'alertname', 'a')]],
    startsAt: h.clock.now(),
    endsAt: h.clock.now() + 60_000,
    createdBy: 'me',
    comment: '',
    annotations: LabelSet.empty,
  });
  expect(await count()).toEqual(['{state="unprocessed"} 0', '{state="active"} 2', '{state="suppressed"} 1']);
});

it('alerts that one group holds, many of them', async () => {
  const h = await Harness.start();
  await h.push(Array.from({ length: 1_200 }, (_, i) => `a${i}`).join(' '), { end: 600 });
  await h.seconds(2);
  expect(await counted(h, new Metrics())).toContain('{state="active"} 1200');
});

it('with group keys an alert counts in each of its groups', async () => {
  const h = await Harness.start({ route: TWICE });
  await h.push('a b', { end: 600 });
  await h.seconds(2);
  expect(await counted(h, new Metrics({ groupKeys: true }))).toEqual([
    '{state="active",group_key="{}/{}:{}"} 2',
    '{state="unprocessed",group_key="{}/{}:{}"} 2',
  ]);
});
