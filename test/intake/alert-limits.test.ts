import { describe, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { type AlertLimitOptions, NO_ALERT_LIMITS } from '../../src/intake/alert-limits.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness, type HarnessOptions } from '../support/engine.ts';

const DAY = 86_400_000;

function start(limits: Partial<AlertLimitOptions>, options: HarnessOptions = {}): Promise<Harness> {
  return Harness.start({ ...options, engine: { alertLimits: { ...NO_ALERT_LIMITS, ...limits } } });
}

/** Receives alerts named so, `name/instance` each, as one request. @returns what was dropped and rejected. */
async function receive(h: Harness, names: string, source = 'prometheus', endsAt = DAY): Promise<string[]> {
  const inputs = names.split(' ').map((name) => {
    const [alertname = '', instance = ''] = name.split('/');
    return {
      labels: LabelSet.of({ alertname, instance }),
      annotations: LabelSet.empty,
      endsAt: h.clock.now() + endsAt,
    };
  });
  const { dropped, rejected } = await h.engine.receive(inputs, source);
  return [...dropped, ...rejected];
}

const held = (h: Harness): number => [...h.engine.intake.records()].length;

describe('limits', () => {
  test('without any, everything is taken', async () => {
    const h = await start({});
    expect(await receive(h, 'a/1 a/2 b/1', 'prometheus', 9e14)).toEqual([]);
  });

  test('of one alertname: what is dropped is counted and named, and the log has one line for it', async () => {
    const h = await start({ perAlertname: 2 });
    expect(await receive(h, 'a/1 a/2 a/3 b/1 a/4')).toEqual([
      '2 alerts were dropped: the limit of 2 for alertname "a" of source prometheus is reached ' +
        '(--alerts.per-alertname-limit)',
    ]);
    const metrics = await h.metrics.text();
    expect(metrics).toContain('tocsin_alerts_limited_total{source="prometheus",limit="alertname"} 2');
    expect(metrics).toContain('alertmanager_alerts_limited_total 2');
  });

  test('of one alertname: alerts that are held go on', async () => {
    const h = await start({ perAlertname: 2 });
    await receive(h, 'a/1 a/2');
    expect(await receive(h, 'a/1 a/2')).toEqual([]);
  });

  test('of one alertname: what one source sends does not use up the limit of another', async () => {
    const h = await start({ perAlertname: 2 });
    await receive(h, 'a/1 a/2 a/3', 'prometheus', 2e14);
    expect(await receive(h, 'a/4', 'rhacs')).toEqual([]);
    expect(held(h)).toBe(3);
  });

  test('of one source', async () => {
    const h = await start({ perSource: 2 });
    expect(await receive(h, 'a/1 b/1 c/1')).toEqual([
      '1 alert was dropped: the limit of 2 for source prometheus is reached (--alerts.per-source-limit)',
    ]);
    expect(await receive(h, 'c/1', 'rhacs')).toEqual([]);
  });

  test('in all', async () => {
    const h = await start({ active: 2 });
    await receive(h, 'a/1');
    expect(await receive(h, 'b/1 c/1', 'rhacs')).toEqual([
      '1 alert was dropped: the limit of 2 for all alerts is reached (--alerts.active-limit)',
    ]);
  });

  test('an alert that has ended stops counting in every limit at once', async () => {
    const h = await start({ perAlertname: 1, active: 1, perSource: 1 });
    await receive(h, 'a/1');
    await h.seconds(2);
    await receive(h, 'a/1', 'prometheus', 0);
    await h.seconds(20);
    expect(await receive(h, 'a/2')).toEqual([]);
    expect(held(h)).toBe(1);
    expect(await receive(h, 'a/3')).toHaveLength(1);
  });

  test('alerts of before a restart are counted', async () => {
    const store = new MemoryStore();
    const h = await start({ active: 2 }, { store });
    await receive(h, 'a/1 a/2');
    await h.stop();
    const again = await start({ active: 2 }, { store, clock: h.clock });
    expect(await receive(again, 'a/3')).toHaveLength(1);
  });

  test('of how far ahead an alert may end: only what its sender says counts', async () => {
    const h = await start({ endsAt: DAY });
    expect(await receive(h, 'a/1', 'prometheus', DAY + 1)).toEqual([
      'endsAt is more than 24h0m0s ahead (--alerts.ends-at-limit)',
    ]);
    expect(await receive(h, 'a/1', 'prometheus', DAY)).toEqual([]);
    expect(await h.metrics.text()).toContain('tocsin_alerts_limited_total{source="prometheus",limit="ends_at"} 1');
  });
});
