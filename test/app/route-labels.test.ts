import { expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { RouteLabels } from '../../src/app/route-labels.ts';
import { buildRouteTree } from '../../src/routing/route.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import { testContext } from '../receivers/support/context.ts';
import { alertWith } from '../receivers/support/notification.ts';
import { routeConfig } from '../support/routes.ts';

async function rendered(labels: Readonly<Record<string, string>>) {
  const context = { ...(await testContext()), templates: await createTemplates({ userGlobs: [] }) };
  const root = buildRouteTree({ ...routeConfig({ receiver: 'r' }), labels: new Map(Object.entries(labels)) });
  const groupLabels = LabelSet.of({ alertname: 'DiskFull' });
  const set = new RouteLabels(root, context).render({ groupKey: '{}', groupLabels, now: 0 }, [alertWith({})]);
  return { labels: set.toJSON(), logged: context.logged };
}

test('route labels are templates of either language and use one another', async () => {
  const { labels, logged } = await rendered({
    team: '{{ .GroupLabels.alertname }} team',
    title: '{{ routeLabels "team" | toUpper }}, {{ routeLabels "other" }}',
    other: '{{routeLabels.team}} in Handlebars',
    none: '[{{ routeLabels "nope" }}{{ .RouteLabels.nope }}]',
    raw: '{{ .RouteLabels.team }}',
    reason: '{{ .NotificationReason }}',
  });
  expect(labels).toEqual({
    team: 'DiskFull team',
    title: 'DISKFULL TEAM, DiskFull team in Handlebars',
    other: 'DiskFull team in Handlebars',
    none: '[]',
    raw: '{{ .GroupLabels.alertname }} team',
    reason: 'unknown',
  });
  expect(logged).toEqual([]);
});

test('one that needs itself, or fails, is left out and logged', async () => {
  const { labels, logged } = await rendered({
    a: '{{ routeLabels "b" }}',
    b: '{{ routeLabels "a" }}',
    bad: '{{ index .Alerts 9 }}',
    good: 'x',
  });
  expect(labels).toEqual({ good: 'x' });
  expect(logged.map(([level, message, { label }]) => [level, message, label])).toEqual([
    ['error', 'Route label left out', 'a'],
    ['error', 'Route label left out', 'b'],
    ['error', 'Route label left out', 'bad'],
  ]);
  expect(String(logged[0]?.[2].err)).toContain('route label cycle detected: a -> b -> a');
});
