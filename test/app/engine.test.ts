import { describe, expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { createMatcher } from '../../src/alert/matcher.ts';
import { groupViews } from '../../src/app/group-views.ts';
import { PermanentError, RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { createTimeInterval } from '../../src/time/interval.ts';
import { Harness } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { routeConfig } from '../support/routes.ts';

const DAY = 86_400;

describe('group timing', () => {
  it('collects for group_wait, then notifies of updates at each group_interval', async () => {
    const h = await Harness.start();
    await h.push('a');
    await h.seconds(0.5);
    await h.push('b');
    await h.seconds(3.5);
    await h.push('c');
    await h.seconds(10);
    expect(h.story).toEqual(['1: a b (first notification)', '11: a b c (new alerts added)']);
  });

  it('flushes at once when the group is created by an old alert, but not when an old one joins', async () => {
    const h = await Harness.start();
    await h.push('old', { startsAt: h.clock.now() - 5_000 });
    await h.seconds(2);
    await h.push('older', { startsAt: h.clock.now() - 50_000 });
    await h.seconds(9);
    expect(h.story).toEqual(['0: old (first notification)', '10: old older (new alerts added)']);
  });

  it('repeats at the first tick after repeat_interval has passed, and one tick late when it is an exact multiple', async () => {
    const h = await Harness.start({ route: { repeatInterval: 20_000 } });
    await h.push('a', { end: DAY });
    await h.seconds(62);
    // The tick at 21 is exactly 20 s after the log entry, which is not yet "more than".
    expect(h.story).toEqual([
      '1: a (first notification)',
      '31: a (repeat interval elapsed)',
      '61: a (repeat interval elapsed)',
    ]);
  });

  it('holds ticks back until --dispatch.start-delay', async () => {
    const h = await Harness.start({ engine: { startDelay: 5_000 } });
    await h.push('a');
    await h.seconds(20);
    expect(h.story).toEqual(['5: a (first notification)']);
  });

  it('does not move when the wall clock jumps', async () => {
    const h = await Harness.start();
    await h.push('a', { end: 7 * DAY });
    h.clock.jump(-5 * 3_600_000);
    await h.seconds(2);
    await h.push('b', { end: 7 * DAY });
    h.clock.jump(10 * 3_600_000);
    await h.seconds(10);
    expect(h.story.map((line) => line.split(':')[0])).toEqual(['1', '11']);
  });
});

describe('resolved alerts', () => {
  it('are notified at the next flush, and the group ends', async () => {
    const h = await Harness.start();
    await h.push('a b', { end: DAY });
    await h.seconds(3);
    await h.push('a', { end: 0 });
    await h.seconds(10);
    await h.push('b', { end: 0 });
    await h.seconds(10);
    expect(h.story).toEqual([
      '1: a b (first notification)',
      '11: -a b (some alerts resolved)',
      '21: -b (all alerts resolved)',
    ]);
    expect(h.engine.dispatcher.groupCount).toBe(0);
  });

  it('come from silence too: a Prometheus that stops sending resolves at endsAt', async () => {
    const h = await Harness.start();
    await h.push('a', { end: 5 });
    await h.seconds(12);
    expect(h.story).toEqual(['1: a (first notification)', '11: -a (all alerts resolved)']);
  });

  it('send no notification if nobody was notified while they fired', async () => {
    const h = await Harness.start();
    await h.push('a', { end: 0 });
    await h.seconds(30);
    expect(h.story).toEqual([]);
    expect(h.engine.dispatcher.groupCount).toBe(0);
  });

  it('are left out without send_resolved, yet the log is cleared', async () => {
    const h = await Harness.start({ sendResolved: false });
    await h.push('a b', { end: DAY });
    await h.seconds(2);
    await h.push('a', { end: 0 });
    await h.seconds(10);
    await h.push('b', { end: 0 });
    await h.seconds(10);
    await h.push('a', { end: DAY });
    await h.seconds(2);
    expect(h.story).toEqual(['1: a b (first notification)', '23: a (first notification)']);
  });

  it('that are sent again by Prometheus for a quarter of an hour open no new group', async () => {
    const h = await Harness.start();
    const startsAt = h.clock.now();
    await h.push('a', { startsAt, end: DAY });
    await h.seconds(2);
    const endsAt = h.clock.now();
    await h.push('a', { startsAt, endsAt });
    await h.seconds(10);
    await h.push('a', { startsAt, endsAt });
    expect(h.engine.dispatcher.groupCount).toBe(0);
    await h.push('a', { end: DAY });
    await h.seconds(2);
    expect(h.story.at(-1)).toBe('13: a (first notification)');
  });
});

describe('a failing receiver', () => {
  it('is tried again with growing waits until it takes the message, which is notified once', async () => {
    const h = await Harness.start({ route: { groupInterval: 300_000 } });
    h.receiver.failure = new RetryableError('421 busy');
    await h.push('a', { end: DAY });
    await h.seconds(30);
    const attempts = h.receiver.attempts;
    expect(attempts).toBeGreaterThan(4);
    expect(attempts).toBeLessThan(20);
    h.receiver.failure = undefined;
    await h.seconds(30);
    expect(h.story).toHaveLength(1);
    expect(h.story[0]).toContain('a (first notification)');
  });

  it('counts a flush that ends at its deadline by what the last attempt failed of', async () => {
    const h = await Harness.start();
    h.receiver.failure = new RetryableError('unexpected status code 500', 'serverError');
    await h.push('a', { end: DAY });
    await h.seconds(15);
    expect(await h.metrics.text()).toMatch(
      /alertmanager_notifications_failed_total\{integration="webhook",reason="serverError"\} 1/,
    );
  });

  it('is not asked again within the flush after a permanent error, but is at the next tick', async () => {
    const h = await Harness.start();
    h.receiver.failure = new PermanentError('550 no such user');
    await h.push('a', { end: DAY });
    await h.seconds(10);
    expect(h.receiver.attempts).toBe(1);
    h.receiver.failure = undefined;
    await h.seconds(2);
    expect(h.story).toEqual(['11: a (first notification)']);
  });

  it.each([true, false])('is notified of what changed meanwhile (send_resolved %s)', async (sendResolved) => {
    const h = await Harness.start({ sendResolved });
    h.receiver.failure = new RetryableError('connect ECONNREFUSED');
    await h.push('a', { end: DAY });
    await h.seconds(5);
    await h.push('a', { end: 0 });
    await h.seconds(3 * 3_600);
    h.receiver.failure = undefined;
    await h.seconds(90);
    expect(h.story.map((line) => line.replace(/^[\d.]+/, 't'))).toEqual(['t: -a (undelivered alerts)']);
    expect(h.engine.dispatcher.groupCount).toBe(0);
  });

  it('gets the same id for every attempt at the same news, and another for other news', async () => {
    const h = await Harness.start();
    const ids: string[] = [];
    const send = h.receiver.send.bind(h.receiver);
    h.receiver.send = (notification) => {
      ids.push(notification.id);
      return send(notification);
    };
    h.receiver.failure = new RetryableError('421 busy');
    await h.push('a', { end: DAY });
    await h.seconds(12);
    h.receiver.failure = undefined;
    await h.seconds(10);
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(1);
    await h.push('b', { end: DAY });
    await h.seconds(10);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a group that comes back when nothing is known of it any more', () => {
  it('is other news, which no mailbox takes for a copy of the first', async () => {
    const h = await Harness.start({
      engine: { retention: 60_000, maintenanceInterval: 3_600_000, alertsGcInterval: 3_600_000 },
    });
    for (let week = 0; week < 2; week++) {
      await h.push('weekly', { end: DAY });
      await h.seconds(5);
      await h.push('weekly', { end: 0 });
      await h.seconds(7 * DAY);
    }
    const ids = h.receiver.sent.map(({ notification: { id } }) => id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('muting', () => {
  it('leaves a silenced alert out, and notifies of it when the silence ends', async () => {
    const h = await Harness.start();
    await h.silence('a', 15);
    await h.push('a b', { end: DAY });
    await h.seconds(22);
    expect(h.story).toEqual(['1: b (first notification)', '21: a b (new alerts added)']);
  });

  it('leaves an inhibited alert out while its source fires', async () => {
    const rule = {
      name: '',
      sourceMatchers: [createMatcher('=', 'alertname', 'source')],
      targetMatchers: [createMatcher('=', 'alertname', 'target')],
      equal: [],
    };
    const h = await Harness.start({ inhibitRules: [rule] });
    await h.push('source target', { end: DAY });
    await h.seconds(2);
    await h.push('source', { end: 0 });
    await h.seconds(10);
    expect(h.story).toEqual(['1: source (first notification)', '11: -source target (new alerts added)']);
  });

  it('lets go of an event that is over while it is silenced', async () => {
    const h = await Harness.start();
    await h.engine.silences.set({
      matcherSets: [[{ name: 'alertname', type: '=', value: 'attempt' }]],
      startsAt: h.clock.now(),
      endsAt: h.clock.now() + 30 * DAY * 1_000,
      createdBy: 'me',
      comment: '',
      annotations: LabelSet.empty,
    });
    await h.push('attempt', { event: true });
    await h.seconds(3 * 3_600);
    expect(h.engine.dispatcher.groupCount).toBe(0);
    expect(h.story).toEqual([]);
  });

  it('waits out a mute time interval and names it', async () => {
    const interval = createTimeInterval({ times: [{ startTime: '08:00', endTime: '09:00' }] });
    const h = await Harness.start({
      route: { muteTimeIntervals: ['morning'], groupInterval: 1_800_000 },
      timeIntervals: new Map([['morning', [interval]]]),
    });
    await h.push('a', { end: DAY });
    await h.seconds(60);
    expect([...groupViews(h.engine, h.clock)][0]?.mutedBy).toEqual(['morning']);
    await h.seconds(3_600);
    expect(h.story).toEqual(['3601: a (first notification)']);
  });
});

describe('an alert whose sender says it once', () => {
  const once = { staleAfter: DAY * 1_000 };

  it('stays active and is repeated until stale_after, then closes without a word', async () => {
    const h = await Harness.start({ route: { repeatInterval: 12 * 3_600_000, groupInterval: 300_000 } });
    await h.push('a', once);
    await h.seconds(2 * DAY);
    expect(h.story).toEqual(['1: a (first notification)', '43501: a (repeat interval elapsed)']);
    expect(h.engine.dispatcher.groupCount).toBe(0);
  });

  it('is not closed without a notification: an attempt during a mute interval is notified when it ends', async () => {
    const h = await Harness.start({
      clock: new FakeClock('2026-03-01T22:00:00Z'),
      route: { muteTimeIntervals: ['night'] },
      timeIntervals: new Map([['night', [createTimeInterval({ times: [{ startTime: '20:00', endTime: '24:00' }] })]]]),
    });
    await h.push('attempt', { event: true });
    await h.seconds(3 * 3_600);
    expect(h.story.map((line) => line.replace(/^\d+/, 't'))).toEqual(['t: attempt (first notification)']);
  });

  it('is notified when it went stale while Tocsin was down', async () => {
    const store = new MemoryStore();
    const before = await Harness.start({ store });
    await before.push('a', once);
    await before.stop();
    before.clock.jump(2 * DAY * 1_000);
    const after = await Harness.start({ store, clock: before.clock });
    await after.seconds(60);
    expect(after.story).toEqual(['0: a (first notification)']);
    expect(after.engine.dispatcher.groupCount).toBe(0);
  });

  it('is news again when it comes back after that', async () => {
    const h = await Harness.start();
    await h.push('a', { staleAfter: 5_000 });
    await h.seconds(20);
    await h.push('a', once);
    await h.seconds(5);
    expect(h.story).toEqual(['1: a (first notification)', '21: a (first notification)']);
  });

  it('is notified as resolved when its sender says so', async () => {
    const h = await Harness.start();
    await h.push('a', once);
    await h.seconds(5);
    await h.push('a', { endsAt: h.clock.now() });
    await h.seconds(10);
    expect(h.story).toEqual(['1: a (first notification)', '11: -a (all alerts resolved)']);
  });

  it('is notified once and never again when it is an event; another attempt is another event', async () => {
    const h = await Harness.start({ route: { repeatInterval: 5_000 } });
    const first = { event: true, startsAt: h.clock.now() };
    await h.push('attempt', first);
    await h.seconds(3_600);
    await h.push('attempt', first);
    await h.seconds(60);
    expect(h.story).toEqual(['1: attempt (first notification)']);
    await h.push('attempt', { event: true, startsAt: h.clock.now() });
    await h.seconds(60);
    expect(h.story).toHaveLength(2);
  });
});

describe('a restart', () => {
  it('notifies nobody twice, resolves nothing by mistake and forgets nothing', async () => {
    const store = new MemoryStore();
    const before = await Harness.start({ store });
    await before.push('told', { end: 240 });
    await before.seconds(2);
    await before.push('fresh', { end: 240 });
    await before.stop();
    before.clock.jump(3_600_000);
    const after = await Harness.start({ store, clock: before.clock });
    await after.seconds(11);
    expect(after.story).toEqual(['2: fresh told (new alerts added)']);
    await after.seconds(300);
    expect(after.story.at(-1)).toMatch(/-fresh -told \(all alerts resolved\)$/);
  });

  it('still delivers what was not delivered before', async () => {
    const store = new MemoryStore();
    const before = await Harness.start({ store });
    before.receiver.failure = new RetryableError('down');
    await before.push('a', { end: DAY });
    await before.seconds(2);
    await before.push('a', { end: 0 });
    await before.stop();
    const after = await Harness.start({ store, clock: before.clock });
    await after.seconds(2);
    expect(after.story.map((line) => line.replace(/^[\d.]+/, 't'))).toEqual(['t: -a (undelivered alerts)']);
    await after.seconds(60);
    expect(await store.load('alerts')).toEqual([]);
  });
});

describe('a reload', () => {
  it('notifies nobody twice; notified groups flush at once and count from there', async () => {
    const h = await Harness.start({ route: { groupInterval: 6_000 } });
    await h.push('a', { end: DAY });
    await h.seconds(3);
    h.reload({ route: { groupInterval: 6_000 } });
    await h.seconds(1);
    await h.push('b', { end: DAY });
    await h.seconds(10);
    expect(h.story).toEqual(['1: a (first notification)', '9: a b (new alerts added)']);
  });

  it('keeps the timer of a group that still waits', async () => {
    const h = await Harness.start({ route: { groupWait: 10_000 } });
    await h.push('a', { end: DAY });
    await h.seconds(8);
    h.reload({ route: { groupWait: 10_000 } });
    await h.seconds(10);
    expect(h.story).toEqual(['10: a (first notification)']);
  });

  it('tries what could not be sent with the new receivers, not with the old ones', async () => {
    const h = await Harness.start({ route: { groupInterval: 300_000 } });
    h.receiver.failure = new RetryableError('wrong port');
    await h.push('a', { end: DAY });
    await h.seconds(100);
    const attempts = h.receiver.attempts;
    h.receiver.failure = undefined;
    h.reload({ route: { groupInterval: 300_000 } });
    await h.seconds(0);
    expect(h.receiver.attempts).toBe(attempts + 1);
    expect(h.story).toEqual(['100: a (first notification)']);
  });

  it('still notifies of an alert that ended before it could be delivered, though its group is another one now', async () => {
    const h = await Harness.start();
    h.receiver.failure = new RetryableError('down');
    await h.push('a', { end: DAY });
    await h.seconds(5);
    await h.push('a', { end: 0 });
    h.receiver.failure = undefined;
    h.reload({ route: { groupBy: ['alertname'] } });
    await h.seconds(30);
    expect(h.story.map((line) => line.replace(/^[\d.]+/, 't'))).toEqual(['t: -a (undelivered alerts)']);
    expect(h.engine.deliveries()).toEqual([]);
  });

  it('sends nothing in parallel to a send in progress, also when a sibling route is inserted before', async () => {
    const a = routeConfig({ receiver: 'r', match: { alertname: 'a' } });
    const route = { groupInterval: 20_000 };
    const h = await Harness.start({ route: { ...route, routes: [a] } });
    const gate = Promise.withResolvers<void>();
    const send = h.receiver.send.bind(h.receiver);
    h.receiver.send = async (notification) => {
      await gate.promise;
      return send(notification);
    };
    await h.push('a', { end: DAY });
    await h.seconds(2);
    for (const match of [{ alertname: 'z' }, { alertname: 'y' }]) {
      h.reload({ route: { ...route, routes: [routeConfig({ receiver: 'r', match }), a] } });
      await h.seconds(2);
    }
    gate.resolve();
    await h.seconds(60);
    expect(h.story).toEqual(['6: a (first notification)']);
  });

  it('regroups by the new rules, and notifies nobody again', async () => {
    const h = await Harness.start();
    await h.push('a b', { end: DAY });
    await h.seconds(2);
    h.reload({ route: { groupBy: ['alertname'] } });
    await h.seconds(5);
    await h.push('b', { end: 0 });
    await h.seconds(20);
    expect(h.story).toEqual(['1: a b (first notification)', '12: -b (all alerts resolved)']);
  });
});
