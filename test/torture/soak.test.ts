import { describe, expect, it } from 'vitest';
import { growth, type SoakReport } from '../../bench/torture/soak.ts';
import { soakInChild } from '../../bench/torture/soak-child.ts';

it('days of alerts that come and go leave nothing behind, in memory or on the disk', async () => {
  const report = await soakInChild({ alerts: 1_500, days: 5, seed: 1 });
  expect(report.messages).toBeGreaterThan(1_000);
  expect(growth(report)).toEqual([]);
});

describe('the verdict', () => {
  const held = { heap: 20e6, alerts: 1, groups: 0, notifications: 0, silences: 0, timers: 2, store: 100_000 };
  const report = (after: Partial<typeof held>, rows = 0): SoakReport => ({
    alerts: 10,
    messages: 10,
    before: held,
    after: { ...held, ...after },
    rows,
  });

  it('forgives what is less, and some bytes', () => {
    expect(growth(report({ alerts: 0, heap: 21e6, store: 200_000 }))).toEqual([]);
  });

  it('names what grew', () => {
    expect(growth(report({ alerts: 2, silences: 1, heap: 30e6, store: 9_000_000 }, 3))).toEqual([
      'alerts: 1, then 2',
      'silences: 0, then 1',
      'heap: 20000000 bytes, then 30000000',
      'store: 100000 bytes, then 9000000',
      '3 rows are left in the store',
    ]);
  });
});
