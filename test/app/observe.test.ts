import { expect, it } from 'vitest';
import { observe } from '../../src/app/observe.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { Harness } from '../support/engine.ts';
import { routeConfig } from '../support/routes.ts';

/** Two groups for each alert: one tells after a second, the other after ten. */
const TWICE = { routes: [routeConfig({ continue: true }), routeConfig({ groupWait: 10_000 })] };

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
  await h.silence('a', 60);
  expect(await count()).toEqual(['{state="unprocessed"} 0', '{state="active"} 2', '{state="suppressed"} 1']);
});

it('events are not counted as firing', async () => {
  const h = await Harness.start();
  await h.push('a', { end: 600 });
  await h.push('blocked', { event: true, end: 600 });
  expect(await counted(h, new Metrics())).toContain('{state="unprocessed"} 1');
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
