import { describe, expect, test } from 'vitest';
import { differences } from './compare.ts';

const options = { added: true };

describe('the comparison sees', () => {
  test.for<[string, unknown, unknown, string]>([
    ['another value', { a: [1, 'x'] }, { a: [1, 'y'] }, 'silences.a[1]: Alertmanager "x", here "y"'],
    ['a missing key', { a: 1, b: 2 }, { a: 1 }, 'keys of silences: Alertmanager ["a","b"], here ["a"]'],
    ['a key too many', { a: 1 }, { a: 1, b: 2 }, 'keys of silences: Alertmanager ["a"], here ["a","b"]'],
    [
      'keys in another order',
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      'keys of silences: Alertmanager ["a","b"], here ["b","a"]',
    ],
    ['an item too many', [1], [1, 2], 'silences: Alertmanager [1], here [1,2]'],
    ['a list instead of null', null, [], 'silences: Alertmanager null, here []'],
    ['another type', '1', 1, 'silences: Alertmanager "1", here 1'],
    [
      'a time that is too far off',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:01.001Z',
      'silences: Alertmanager "2026-01-01T00:00:00Z", here "2026-01-01T00:00:01.001Z"',
    ],
    [
      'an id that is none',
      '85745659-ebb0-4924-ac2b-65e26b83ecf0',
      '1',
      'silences: Alertmanager "85745659-ebb0-4924-ac2b-65e26b83ecf0", here "1"',
    ],
  ])('%s', ([, reference, candidate, line]) => {
    expect(differences(reference, candidate, 'silences', options)).toEqual([line]);
  });

  test('that a field which newer versions have is missing', () => {
    expect(differences([{ name: 'x' }], [{ name: 'x' }], 'receivers', options)).toEqual(['receivers[0] has no labels']);
    expect(differences([{ name: 'x' }], [{ name: 'x', labels: {} }], 'receivers', options)).toEqual([]);
    expect(differences([{ name: 'x' }], [{ name: 'x' }], 'receivers', { added: false })).toEqual([]);
  });
});

test('the comparison forgives what cannot be equal', () => {
  const reference = {
    id: '85745659-ebb0-4924-ac2b-65e26b83ecf0',
    at: '2026-01-01T00:00:00Z',
    message: 'method PATCH is not allowed, but [GET,DELETE] are',
    own: 1,
  };
  const candidate = {
    id: '0c703d55-0261-49dc-8e16-d7ec8c5a8c92',
    at: '2026-01-01T00:00:00.9Z',
    message: 'method PATCH is not allowed, but [DELETE,GET] are',
    own: 2,
  };
  expect(differences(reference, candidate, 'x', { ...options, ignore: ['x.own'] })).toEqual([]);
});
