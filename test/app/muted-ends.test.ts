import { describe, expect, it } from 'vitest';
import { createMatcher } from '../../src/alert/matcher.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { createTimeInterval } from '../../src/time/interval.ts';
import { Harness } from '../support/engine.ts';

const DAY = 86_400;
const quick = { groupInterval: 10_000, repeatInterval: 3_600_000 };
const route = { route: quick };

describe('the end of an alert that was notified as firing, and that is muted when it ends', () => {
  it('is notified when the silence is over, though its sender does not repeat it', async () => {
    const h = await Harness.start(route);
    await h.push('a', { end: DAY });
    await h.seconds(2);
    await h.silence('a', 100);
    await h.seconds(10);
    await h.push('a', { end: 0 });
    await h.seconds(88);
    expect(h.story).toEqual(['1: a (first notification)']);
    await h.seconds(20);
    expect(h.story).toEqual(['1: a (first notification)', '111: -a (all alerts resolved)']);
    await h.seconds(DAY);
    expect(h.story).toHaveLength(2);
    expect(h.engine.intake.size).toBe(0);
  });

  it('is notified when the silence is over, however long that is', async () => {
    const h = await Harness.start({ ...route, engine: { maintenanceInterval: 600_000 } });
    await h.push('a', { end: DAY });
    await h.seconds(2);
    await h.silence('a', 20 * DAY);
    await h.push('a', { end: 0 });
    await h.seconds(20 * DAY + 20);
    expect(h.story).toEqual(['1: a (first notification)', `${20 * DAY + 11}: -a (all alerts resolved)`]);
  });

  it('is notified when the silence is over after a restart', async () => {
    const store = new MemoryStore();
    const before = await Harness.start({ ...route, store });
    await before.push('a', { end: DAY });
    await before.seconds(2);
    await before.silence('a', 100);
    await before.push('a', { end: 0 });
    await before.seconds(30);
    await before.stop();
    const after = await Harness.start({ ...route, store, clock: before.clock });
    await after.seconds(100);
    expect(after.story.map((line) => line.replace(/^[\d.]+/, ''))).toEqual([': -a (all alerts resolved)']);
  });

  it('is notified when nothing inhibits it any more', async () => {
    const inhibitRules = [
      {
        name: '',
        sourceMatchers: [createMatcher('=', 'alertname', 'source')],
        targetMatchers: [createMatcher('=', 'alertname', 'a')],
        equal: [],
      },
    ];
    const h = await Harness.start({ route: { ...quick, groupBy: ['alertname'] }, inhibitRules });
    await h.push('a', { end: DAY });
    await h.seconds(2);
    await h.push('source', { end: 100 });
    await h.push('a', { end: 0 });
    await h.seconds(120);
    expect(h.story).toEqual([
      '1: a (first notification)',
      '3: source (first notification)',
      '103: -source (all alerts resolved)',
      '111: -a (all alerts resolved)',
    ]);
  });

  it('is notified when the muted time interval is over', async () => {
    const nights = new Map([['nights', [createTimeInterval({ times: [{ startTime: '08:01', endTime: '08:05' }] })]]]);
    const h = await Harness.start({ route: { ...quick, muteTimeIntervals: ['nights'] }, timeIntervals: nights });
    await h.push('a', { end: DAY });
    await h.seconds(65);
    await h.push('a', { end: 0 });
    await h.seconds(300);
    expect(h.story).toEqual(['1: a (first notification)', '301: -a (all alerts resolved)']);
  });

  it('is notified though the group has notified of others meanwhile', async () => {
    const h = await Harness.start(route);
    await h.push('a', { end: DAY });
    await h.seconds(2);
    await h.silence('a', 60);
    await h.push('b', { end: DAY });
    await h.seconds(20);
    await h.push('a', { end: 0 });
    await h.push('b', { end: 0 });
    await h.seconds(60);
    expect(h.story).toEqual([
      '1: a (first notification)',
      '11: b (new alerts added)',
      '31: -b (all alerts resolved)',
      '71: -a (all alerts resolved)',
    ]);
  });

  it('is notified to each target that was notified that it fires', async () => {
    const h = await Harness.start({ ...route, audiences: true });
    await h.push('a', { end: DAY, annotations: h.to('ann ben') });
    await h.seconds(2);
    await h.silence('a', 30);
    await h.push('a', { end: 0, annotations: h.to('ann ben') });
    await h.seconds(60);
    expect(h.story.slice(2)).toEqual(['41: ann <- -a (all alerts resolved)', '41: ben <- -a (all alerts resolved)']);
  });

  it('is not kept where it was never notified as firing, nor where it fires again', async () => {
    const h = await Harness.start(route);
    await h.silence('a', 60);
    await h.push('a', { end: 5 });
    await h.seconds(30);
    expect([...h.engine.dispatcher.groups()].map(({ alerts }) => alerts.size)).toEqual([]);
    await h.seconds(60);
    expect(h.story).toEqual([]);
    await h.push('a', { end: DAY });
    await h.seconds(12);
    await h.silence('a', 60);
    await h.push('a', { end: 0 });
    await h.seconds(20);
    await h.push('a', { end: DAY });
    await h.seconds(60);
    expect(h.story).toHaveLength(1);
  });
});

describe('an end that its sender repeats', () => {
  it('is notified where the log still holds the alert as firing, whatever became of the group', async () => {
    const h = await Harness.start(route);
    await h.push('a', { end: DAY });
    await h.seconds(2);
    const [[key, entry] = []] = [...h.engine.log.entries()];
    await h.push('a', { end: 0 });
    await h.seconds(20);
    if (key && entry) await h.engine.log.replace([[key, entry]]);
    await h.push('a', { end: -10 });
    await h.seconds(5);
    expect(h.story.slice(1)).toEqual(['11: -a (all alerts resolved)', '22: -a (all alerts resolved)']);
  });

  it('stays quiet once it was notified', async () => {
    const h = await Harness.start(route);
    const startsAt = h.clock.now();
    await h.push('a', { startsAt, end: DAY });
    await h.push('keeps-the-group', { end: DAY });
    await h.seconds(2);
    const endsAt = h.clock.now();
    await h.push('a', { startsAt, endsAt });
    await h.seconds(10);
    for (let i = 0; i < 5; i++) {
      await h.push('a', { startsAt, endsAt });
      await h.seconds(60);
    }
    await h.push('b', { end: DAY });
    await h.seconds(10);
    expect(h.story.slice(1)).toEqual([
      '11: -a keeps-the-group (some alerts resolved)',
      '321: b keeps-the-group (new alerts added)',
    ]);
  });
});

describe('a new occurrence that arrives already over', () => {
  it('is listed in the next notification of its group', async () => {
    const h = await Harness.start(route);
    await h.push('a keeps-the-group', { end: DAY });
    await h.seconds(2);
    await h.push('a', { end: 0 });
    await h.seconds(10);
    const now = h.clock.now();
    await h.push('a', { startsAt: now - 500, endsAt: now - 100 });
    await h.push('b', { end: DAY });
    await h.seconds(10);
    expect(h.story.slice(1)).toEqual([
      '11: -a keeps-the-group (some alerts resolved)',
      '21: -a b keeps-the-group (new alerts added)',
    ]);
  });

  it('is no reason to notify on its own', async () => {
    const h = await Harness.start(route);
    await h.push('a', { end: DAY });
    await h.seconds(2);
    await h.push('a', { end: 0 });
    await h.seconds(20);
    const now = h.clock.now();
    await h.push('a', { startsAt: now - 500, endsAt: now - 100 });
    await h.seconds(60);
    expect(h.story).toHaveLength(2);
  });
});
