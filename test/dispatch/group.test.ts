import { expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { groupId } from '../../src/dispatch/group.ts';
import type { Route } from '../../src/routing/route.ts';

const route = (...groupBy: readonly string[]): Route => ({ id: '{}', groupBy: new Set(groupBy) }) as unknown as Route;

it('no label can put its alert into the group of another', () => {
  const ids = [
    { a: 'x', b: 'y' },
    { a: 'x\u0000b\u0000y' },
    { a: 'x1,1:by' },
    { a: 'x', b: '' },
    { a: 'xy' },
    { b: 'xy' },
  ].map((labels) => groupId(route('a', 'b'), LabelSet.of(labels)));
  expect(new Set(ids).size).toBe(ids.length);
});

it('labels that the route does not group by make no difference', () => {
  const whole = LabelSet.of({ a: 'x', other: 'z' });
  expect(groupId(route('a'), whole)).toBe(groupId(route('a'), LabelSet.of({ a: 'x' })));
  expect(groupId({ ...route(), groupBy: undefined }, whole)).not.toBe(groupId(route('a'), whole));
});
