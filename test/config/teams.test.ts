import { describe, expect, test } from 'vitest';
import { load, problemsOf } from './support.ts';

const REST = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

describe('teams', () => {
  test('have addresses and matchers', () => {
    const { teams } = load(`${REST}teams:
  payments: {email: [pay@example.org, pay-lead@example.org], matchers: ['namespace=~"pay.*"', 'severity="high"']}
  web: {email: [web@example.org]}
`);
    expect(teams.map(({ matchers, ...team }) => ({ ...team, matchers: matchers.map(String) }))).toEqual([
      {
        name: 'payments',
        targets: new Map([['email', ['pay@example.org', 'pay-lead@example.org']]]),
        matchers: ['namespace=~"pay.*"', 'severity="high"'],
      },
      { name: 'web', targets: new Map([['email', ['web@example.org']]]), matchers: [] },
    ]);
    expect(load(REST).teams).toEqual([]);
  });

  test('have a time zone of their own', () => {
    const { teams } = load(`${REST}teams: {tokyo: {email: [a@example.org], time_zone: Asia/Tokyo}}\n`);
    expect(teams[0]?.timeZone).toBe('Asia/Tokyo');
  });

  test.each([
    ['{t: {email: [a@example.org], time_zone: CST}}', ['teams.t.time_zone: expected a time zone of the IANA database']],
    ['{t: {mail: [a@b]}}', ['teams.t: expected at least one address under email', 'teams.t.mail: unknown key: mail']],
    ['{t: {email: []}}', ['teams.t: expected at least one address under email']],
    ['{t: {email: a@example.org}}', ['expected at least one address', 'teams.t.email: expected a list, found text']],
    ['{t: {email: [ops]}}', ['teams.t.email[0]: expected an email address such as ops@example.org, found "ops"']],
    ["{t: {email: ['Ops <ops@example.org>']}}", ['teams.t.email[0]: expected an email address such as']],
    ["{t: {email: ['a@example.org, b@example.org']}}", ['teams.t.email[0]: expected an email address such as']],
    ...['a..b@c', '.a@b', 'a@-b', 'a@b.', 'a@b..c', 'a@b/c'].map((bad): [string, string[]] => [
      `{t: {email: [${JSON.stringify(bad)}]}}`,
      [`teams.t.email[0]: expected an email address such as ops@example.org, found ${JSON.stringify(bad)}`],
    ]),
    ["{'a@b': {email: [a@b]}}", ['teams."a@b": the name of a team cannot hold "@"']],
    ['{t: {email: [a@b], matchers: []}}', ['teams.t.matchers: an empty list would match every alert']],
    ['{t: {email: [a@b], matchers: [bad]}}', ['teams.t.matchers[0]: ']],
  ])('%s', (yaml, expected) => {
    const problems = problemsOf(`${REST}teams: ${yaml}\n`);
    expect(problems.toSorted()).toEqual(expected.map((text) => expect.stringContaining(text)));
  });
});
