import { describe, expect, it } from 'vitest';
import type { OccurrenceInfo } from '../../../src/alert/alert.ts';
import { rhacs } from '../../../src/sources/rhacs/rhacs.ts';
import { context, DAY, fixture, NOW, only } from '../context.ts';

const ID = '1e34370c-c8dc-4c4f-bc08-e938e189a190';
const of = (alert: object): OccurrenceInfo | undefined =>
  only(rhacs, { alert: { id: ID, policy: { name: 'P' }, deployment: { name: 'd' }, ...alert } }, context(DAY))
    .occurrence;
const revision = (alert: object): string | undefined => of(alert)?.revision;
const latest = (alert: object): number | undefined => of(alert)?.latest;
const at = (time: string) => ({ time: `2026-08-20T${time}Z` });
const ms = (time: string): number => Date.parse(`2026-08-20T${time}Z`);

describe('an occurrence', () => {
  it('has the id of RHACS, and the pace that the file sets', () => {
    expect(of({})).toMatchObject({ id: ID, updateInterval: 1_800_000 });
    const ctx = context(DAY, { updateInterval: 5 });
    expect(only(rhacs, fixture('03-runtime-processes'), ctx).occurrence).toMatchObject({ updateInterval: 5 });
  });

  it.each(['17-audit-message', '18-networkpolicy-message', '19-test-button'])('is none for %s', (name) => {
    expect(only(rhacs, fixture(name), context(DAY)).occurrence).toBeUndefined();
  });
});

describe('the revision', () => {
  const processes = (count: number) => ({
    processViolation: { message: `${count}`, processes: Array.from({ length: count }, (_, i) => ({ id: `${i}` })) },
  });

  it.each<[string, object, object]>([
    ['violations', { violations: [{ message: 'a' }] }, { violations: [{ message: 'a' }, { message: 'b' }] }],
    ['processes', processes(1), processes(2)],
    ['enforcement', {}, { enforcement: { action: 'KILL_POD_ENFORCEMENT' } }],
    ['state', {}, { state: 'ATTEMPTED' }],
    ['id', {}, { id: '2e34370c-c8dc-4c4f-bc08-e938e189a190' }],
    ['time of an attempt', { state: 'ATTEMPTED', ...at('01:00:00') }, { state: 'ATTEMPTED', ...at('02:00:00') }],
    [
      'violations that are too many to be kept',
      { violations: Array(300).fill({ message: 'x'.repeat(5_000) }) },
      { violations: Array(301).fill({ message: 'x'.repeat(5_000) }) },
    ],
  ])('changes with the %s', (_what, a, b) => {
    expect(revision(a)).not.toBe(revision(b));
  });

  it.each<[string, object, object]>([
    ['times of the alert', at('01:00:00'), { ...at('02:00:00'), firstOccurred: '2026-08-20T00:00:00Z' }],
    ['policy', {}, { policy: { name: 'P', description: 'new' } }],
    ['end of the deployment', {}, { deployment: { name: 'd', inactive: true } }],
    ['words about processes', processes(1), { processViolation: { ...processes(1).processViolation, message: 'x' } }],
    ['id of an image check', { lifecycleStage: 'BUILD' }, { lifecycleStage: 'BUILD', id: ID.replace('1', '2') }],
  ])('does not change with the %s', (_what, a, b) => {
    expect(revision(a)).toBe(revision(b));
  });
});

describe('how far it goes', () => {
  it('is the time of the newest item', () => {
    const violations = [at('03:00:00'), { fileAccess: { timestamp: '2026-08-20T05:00:00Z' } }, null, at('04:00:00')];
    expect(latest({ ...at('09:00:00'), violations })).toBe(ms('05:00:00'));
    const processes = [{ signal: at('06:00:00') }, { signal: at('07:00:00') }, {}, 'x'];
    expect(latest({ ...at('09:00:00'), violations, processViolation: { processes } })).toBe(ms('07:00:00'));
  });

  it('is its own time where nothing in it has one, and where an item is ahead of it', () => {
    expect(latest({ ...at('09:00:00'), violations: [{ message: 'm' }] })).toBe(ms('09:00:00'));
    expect(latest({ ...at('09:00:00'), violations: [at('23:00:00')] })).toBe(ms('09:00:00'));
  });

  it('is never in the future', () => {
    expect(latest({ time: '2030-01-01T00:00:00Z' })).toBe(NOW);
    expect(latest({})).toBe(NOW);
  });
});
