import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { buildRouteTree, groupLabels } from '../../src/routing/route.ts';
import { routeConfig } from '../support/routes.ts';

const names = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor');
const labelSets = fc
  .array(fc.tuple(names, fc.constantFrom('1', '2', '')), { maxLength: 6 })
  .map((entries) => LabelSet.from(entries.filter(([, value]) => value !== '')));

it('puts two alerts into one group exactly when they agree in every label of group_by, absence included', () => {
  fc.assert(
    fc.property(fc.uniqueArray(names), labelSets, labelSets, (groupBy, one, other) => {
      const route = buildRouteTree(routeConfig({ receiver: 'r', groupBy }));
      const agree = groupBy.every((name) => one.get(name) === other.get(name));
      expect(groupLabels(route, one).equals(groupLabels(route, other))).toBe(agree);
    }),
  );
});

it('groups by all labels with "...", so that a group is one label set', () => {
  const route = buildRouteTree(routeConfig({ receiver: 'r', groupBy: ['...'] }));
  fc.assert(
    fc.property(labelSets, labelSets, (one, other) => {
      expect(groupLabels(route, one).equals(groupLabels(route, other))).toBe(one.equals(other));
    }),
  );
});
