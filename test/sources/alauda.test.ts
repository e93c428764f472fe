import { expect, it } from 'vitest';
import { alauda } from '../../src/sources/alauda/alauda.ts';
import { rhacs } from '../../src/sources/rhacs/rhacs.ts';
import { context, DAY, fixture, only } from './context.ts';

const ctx = context(DAY, { centralUrl: 'https://acs.example.org' });
const alertOf = (name: string) => only(alauda, fixture(name), ctx);

it('reads what RHACS sends, as its own', () => {
  const ours = alertOf('01-deploy-email-annotation');
  const theirs = only(rhacs, fixture('01-deploy-email-annotation'), ctx);
  expect(ours.labels.toJSON()).toEqual({ ...theirs.labels.toJSON(), source: 'alauda' });
  expect(ours.annotations).toEqual(theirs.annotations);
  expect(ours.generatorURL).toMatch(/^https:\/\/acs\.example\.org\/main\/violations\/[0-9a-f-]{36}$/);
  expect(ours.staleAfter).toBe(DAY);
});

it.each([
  ['17-audit-message', 'Alauda Container Security audit: PATCH /v1/alerts/{id}/resolve'],
  ['18-networkpolicy-message', 'Alauda Container Security network policy'],
])('names itself in %s', (name, alertname) => {
  expect(alertOf(name).labels.get('alertname')).toBe(alertname);
});

it('names itself in a test', () => {
  expect(alertOf('19-test-button').annotations.get('summary')).toBe('Test message from Alauda Container Security');
});
