import { describe, expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { buildRouteTree, groupLabels, matchRoutes, walkRoutes } from '../../src/routing/route.ts';
import { routeConfig } from '../support/routes.ts';

const receivers = (root: ReturnType<typeof buildRouteTree>, labels: Record<string, string>): string[] =>
  matchRoutes(root, LabelSet.of(labels)).map(({ receiver }) => receiver);

describe('matchRoutes', () => {
  const root = buildRouteTree(
    routeConfig(
      { receiver: 'default' },
      routeConfig(
        { receiver: 'team-a', match: { team: 'a' } },
        routeConfig({ receiver: 'a-critical', match: { severity: 'critical' } }),
        routeConfig({ receiver: 'a-db', match: { 'service=~': 'db.*' }, continue: true }),
        routeConfig({ receiver: 'a-prod', match: { env: 'prod' } }),
      ),
      routeConfig({ receiver: 'audit', match: { 'audit!=': '' }, continue: true }),
      routeConfig({ receiver: 'team-b', match: { team: 'b' } }),
      routeConfig({ receiver: 'no-team', match: { team: '' } }),
    ),
  );

  it.each([
    [{ x: '1', team: 'z' }, ['default']],
    [{ team: 'a' }, ['team-a']],
    [{ team: 'a', severity: 'critical', service: 'db1' }, ['a-critical']],
    [{ team: 'a', service: 'db1' }, ['a-db']],
    [{ team: 'a', service: 'db1', env: 'prod' }, ['a-db', 'a-prod']],
    [{ team: 'b', audit: 'yes' }, ['audit', 'team-b']],
    [{ audit: 'yes', team: 'z' }, ['audit']],
    [{ alertname: 'x' }, ['no-team']],
  ])('%j goes to %j', (labels, expected) => {
    expect(receivers(root, labels)).toEqual(expected);
  });

  it('keeps the order of the file between children found by value and the others', () => {
    const tree = buildRouteTree(
      routeConfig(
        { receiver: 'root' },
        routeConfig({ receiver: 'one', match: { a: '1' }, continue: true }),
        routeConfig({ receiver: 'two', match: { 'b=~': '.+' }, continue: true }),
        routeConfig({ receiver: 'three', match: { c: '3' }, continue: true }),
        routeConfig({ receiver: 'four', match: { a: '1', 'b!=': '' } }),
        routeConfig({ receiver: 'five' }),
      ),
    );
    expect(receivers(tree, { a: '1', b: '2', c: '3' })).toEqual(['one', 'two', 'three', 'four']);
    expect(receivers(tree, { b: '2' })).toEqual(['two', 'five']);
  });
});

describe('buildRouteTree', () => {
  const root = buildRouteTree(
    routeConfig(
      {
        receiver: 'r',
        groupBy: ['job'],
        repeatInterval: 1_000,
        labels: new Map([
          ['tier', '1'],
          ['owner', 'x'],
        ]),
      },
      routeConfig(
        {
          match: { foo: 'bar' },
          groupBy: [],
          groupWait: 0,
          labels: new Map([['tier', '2']]),
          muteTimeIntervals: ['night'],
        },
        routeConfig({ match: { 'x=~': 'a.*' } }),
      ),
      routeConfig({ match: { foo: 'bar' }, groupBy: ['...'] }),
    ),
  );
  const [top, first, leaf, second] = [...walkRoutes(root)];

  it('names routes as Alertmanager does', () => {
    expect([...walkRoutes(root)].map(({ id }) => id)).toEqual([
      '{}',
      '{}/{foo="bar"}/0',
      '{}/{foo="bar"}/0/{x=~"a.*"}/0',
      '{}/{foo="bar"}/1',
    ]);
    expect(leaf?.key).toBe('{}/{foo="bar"}/{x=~"a.*"}');
    expect(first?.key).toBe(second?.key);
  });

  it('inherits what is not said, and an explicit empty group_by is said', () => {
    expect(top).toMatchObject({ groupWait: 30_000, groupInterval: 300_000, repeatInterval: 1_000 });
    expect(leaf).toMatchObject({ receiver: 'r', groupWait: 0, groupInterval: 300_000, repeatInterval: 1_000 });
    expect(first?.groupBy).toEqual(new Set());
    expect(leaf?.groupBy).toEqual(new Set());
    expect(second?.groupBy).toBeUndefined();
    expect(Object.fromEntries(leaf?.labels ?? [])).toEqual({ tier: '2', owner: 'x' });
    expect(leaf?.muteTimeIntervals).toEqual([]);
  });

  it('takes group labels from the alert, leaving out what it lacks', () => {
    const labels = LabelSet.of({ job: 'node', instance: 'db-1' });
    const by = buildRouteTree(routeConfig({ receiver: 'r', groupBy: ['job', 'cluster'] }));
    expect(groupLabels(by, labels).toString()).toBe('{job="node"}');
    if (second) expect(groupLabels(second, labels)).toBe(labels);
    if (first) expect(groupLabels(first, labels).size).toBe(0);
  });
});
