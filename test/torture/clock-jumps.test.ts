import { describe, expect, it } from 'vitest';
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
  it('and alerts that are re-sent neither resolve nor are told again before their time', async () => {
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

  it('and what its sender ends afterwards is told as resolved, what begins as firing', async () => {
    const h = await Harness.start(slow);
    await resend(h, 'a', 2);
    h.clock.jump(hours * HOUR * 1_000);
    await h.push('a', { end: 0 });
    await h.push('b', { end: GRANT });
    await resend(h, 'b', 6);
    expect(h.story).toEqual(['1: a (first notification)', '301: -a b (new alerts added)']);
  });

  it('and what was over before, told or not, stays over, also after a restart', async () => {
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
