import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';

const HOUR = 3_600;
/** What Prometheus grants at each sending, seconds: four times its resend delay. */
const GRANT = 240;

/** Alerts named so, re-sent each minute for a while. Their endsAt follows Tocsin's clock, as in one cluster. */
async function resend(h: Harness, names: string, minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i++) {
    await h.push(names, { end: GRANT });
    await h.seconds(60);
  }
}

const slow = { route: { groupInterval: 300_000, repeatInterval: 4 * HOUR * 1_000 } };

describe.each([5, 30, -5, -30])('the wall clock jumps by %i hours', (hours) => {
  it('and alerts that are re-sent neither resolve nor are notified again before their time', async () => {
    const h = await Harness.start(slow);
    await resend(h, 'a b', 2);
    h.clock.jump(hours * HOUR * 1_000);
    await resend(h, 'a b', 60);
    expect(h.story).toEqual(['1: a b (first notification)']);
    await resend(h, 'a b', 4 * 60);
    expect(h.story.map((line) => line.replace(/^[\d.]+/, ''))).toEqual([
      ': a b (first notification)',
      ': a b (repeat interval elapsed)',
    ]);
  });

  it('and what its sender ends afterwards is notified as resolved, what begins as firing', async () => {
    const h = await Harness.start(slow);
    await resend(h, 'a', 2);
    h.clock.jump(hours * HOUR * 1_000);
    await h.push('a', { end: 0 });
    await h.push('b', { end: GRANT });
    await resend(h, 'b', 6);
    expect(h.story).toEqual(['1: a (first notification)', '301: -a b (new alerts added)']);
  });

  it('and what had ended before, notified or not, stays ended, also after a restart', async () => {
    const store = new MemoryStore();
    const h = await Harness.start({ ...slow, store });
    await resend(h, 'a', 2);
    await h.push('a', { end: 0 });
    h.clock.jump(hours * HOUR * 1_000);
    await h.push('other', { end: 0 });
    const after = await Harness.start({ ...slow, store, clock: new FakeClock(h.clock.now()) });
    await h.seconds(300);
    expect(h.story).toEqual(['1: a (first notification)', '301: -a -other (all alerts resolved)']);
    await h.push('a', { end: 0 });
    await h.seconds(600);
    expect(h.story).toHaveLength(2);
    await after.seconds(300);
    expect(after.story.map((line) => line.replace(/^[\d.]+/, ''))).toEqual([': -a -other (all alerts resolved)']);
  });

  it('and what is said once stays as it is', async () => {
    const h = await Harness.start({ route: { repeatInterval: 100 * HOUR * 1_000 } });
    await h.push('said-once', { staleAfter: 24 * HOUR * 1_000 });
    await h.push('event', { event: true, startsAt: h.clock.now() });
    await h.seconds(2);
    h.clock.jump(hours * HOUR * 1_000);
    await h.push('another', { end: GRANT });
    await h.seconds(60);
    expect(h.story.map((line) => line.replace(/^[\d.]+/, ''))).toEqual([
      ': event said-once (first notification)',
      ': another said-once (new alerts added)',
    ]);
  });

  it('and the notification log is kept as long as ever', async () => {
    const store = new MemoryStore();
    const h = await Harness.start({ ...slow, store });
    await resend(h, 'a', 2);
    h.clock.jump(hours * HOUR * 1_000);
    await resend(h, 'a', 20);
    const after = await Harness.start({ ...slow, store, clock: new FakeClock(h.clock.now()) });
    await resend(after, 'a', 20);
    expect(after.story).toEqual([]);
  });
});

it('an alert whose sender is gone is over one period after a forward jump', async () => {
  const h = await Harness.start(slow);
  await resend(h, 'a', 2);
  h.clock.jump(5 * HOUR * 1_000);
  await resend(h, 'b', 10);
  expect(h.story).toEqual([
    '1: a (first notification)',
    '301: a b (new alerts added)',
    '601: -a b (some alerts resolved)',
  ]);
});

it('a correction of some seconds is none of our business', async () => {
  const h = await Harness.start({ route: { groupInterval: 10_000 } });
  await h.push('a', { end: 15 });
  await h.seconds(2);
  h.clock.jump(9_000);
  await h.seconds(10);
  expect(h.story).toEqual(['1: a (first notification)', '11: -a (all alerts resolved)']);
});

describe('an email that was refused for good', () => {
  it.each([5, -5])('is tried again when its time has come, however the clock jumped (%i hours)', async (hours) => {
    const h = await Harness.start({ route: { groupInterval: 300_000, repeatInterval: 4 * HOUR * 1_000 } });
    Object.assign(h.receiver, { setsAside: true });
    h.receiver.failure = new PermanentError('550 no such user');
    await resend(h, 'a', 20);
    h.clock.jump(hours * HOUR * 1_000);
    const attempts = h.receiver.attempts;
    await resend(h, 'a', 1);
    const [before] = h.engine.deliveries();
    expect((before?.retryAt ?? 0) - h.clock.now()).toBeGreaterThan(0);
    h.receiver.failure = undefined;
    await resend(h, 'a', 30);
    expect(h.receiver.attempts).toBe(attempts + 1);
    expect(h.receiver.sent).toHaveLength(1);
  });
});

it.each([30, -30])('a budget for emails is neither refilled nor locked by a jump of %i hours', async (hours) => {
  const h = await Harness.start({
    route: { groupBy: ['alertname'], groupInterval: 300_000, repeatInterval: 90 * HOUR * 1_000 },
  });
  Object.assign(h.receiver, { rateLimit: { count: 2, window: 24 * HOUR * 1_000, reserve: 0 } });
  await h.push('a b', { staleAfter: 90 * HOUR * 1_000 });
  await h.seconds(60);
  h.clock.jump(hours * HOUR * 1_000);
  await h.push('c', { staleAfter: 90 * HOUR * 1_000 });
  await h.seconds(HOUR);
  expect(h.receiver.sent).toHaveLength(2);
  await h.seconds(24 * HOUR);
  expect(h.story.at(-1)).toMatch(/c/);
});
