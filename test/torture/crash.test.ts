import { describe, expect, it } from 'vitest';
import { crash } from '../../bench/torture/crash.ts';
import { type DeliveredMail, type Evidence, isKept, judge } from '../../bench/torture/verdict.ts';

it('killed under load and under attack, Tocsin delivers all that it acknowledged, and what it sends twice is recognisable', async () => {
  const report = await crash({ kills: 3, seed: 4, seconds: 12 });
  expect(report.kills).toBeGreaterThan(0);
  expect(report.acknowledged).toBeGreaterThan(0);
  expect(report).toMatchObject({
    lost: [],
    doubledOtherId: 0,
    doubledNeedlessly: 0,
    hidden: 0,
    invented: [],
    faults: [],
    exitCode: 0,
  });
  expect(report.attacks).toBeGreaterThan(0);
  expect(isKept(report)).toBe(true);
});

describe('the verdict', () => {
  const mail = (messageId: string, told: string, at = 0): DeliveredMail => ({ messageId, told: told.split(','), at });
  const verdict = (mails: readonly DeliveredMail[], over: Partial<Evidence> = {}) =>
    judge({
      posted: new Set(['firing a', 'firing b', 'resolved a', 'firing c']),
      acknowledged: new Set(['firing a', 'resolved a', 'firing b']),
      mails,
      kills: [],
      ...over,
    });

  it('passes if everything acknowledged was notified, whatever else was', () => {
    const all = verdict([mail('1', 'firing a'), mail('2', 'firing b,resolved a'), mail('3', 'firing c')]);
    expect(all).toEqual({
      posted: 4,
      acknowledged: 3,
      delivered: 3,
      lost: [],
      mails: 3,
      doubledSameId: 0,
      doubledOtherId: 0,
      doubledNeedlessly: 0,
      hidden: 0,
      invented: [],
    });
    expect(isKept(all)).toBe(true);
  });

  it('names what is lost: an end too', () => {
    const lost = verdict([mail('1', 'firing a'), mail('2', 'firing c')]);
    expect(lost.lost).toEqual(['resolved a', 'firing b']);
    expect(isKept(lost)).toBe(false);
  });

  const told = [mail('1', 'firing a,firing b'), mail('2', 'firing b,resolved a')];

  it('forgives a copy with the same Message-ID after a kill, and no other', () => {
    const copy = (id: string) => [...told, mail(id, 'firing b,firing a', 10)];
    const forgiven = verdict(copy('1'), { kills: [5] });
    expect(forgiven).toMatchObject({ doubledSameId: 1, doubledOtherId: 0, doubledNeedlessly: 0 });
    expect(isKept(forgiven)).toBe(true);
    expect(verdict(copy('1'), { kills: [20] })).toMatchObject({ doubledSameId: 1, doubledNeedlessly: 1 });
    const other = verdict(copy('3'), { kills: [5] });
    expect(other).toMatchObject({ doubledSameId: 0, doubledOtherId: 1 });
    expect(isKept(other)).toBe(false);
  });

  it('finds news that hide behind an earlier Message-ID, and words that nobody said', () => {
    const hidden = verdict([...told, mail('2', 'firing c')]);
    expect(hidden.hidden).toBe(1);
    expect(isKept(hidden)).toBe(false);
    const invented = verdict([...told, mail('3', 'firing x')]);
    expect(invented.invented).toEqual(['firing x']);
    expect(isKept(invented)).toBe(false);
  });
});
