import { describe, expect, it } from 'vitest';
import { SteadyClock } from '../../src/time/steady-clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

const START = Date.parse('2026-03-01T08:00:00Z');

function setUp() {
  const system = new FakeClock(START);
  const clock = new SteadyClock(system);
  const jumps: [number, number][] = [];
  clock.onJump((before, now) => jumps.push([before, now]));
  return { system, clock, jumps };
}

describe('the steady clock', () => {
  it('runs with monotonic time, and does not see that the system clock is set until it is synced', async () => {
    const { system, clock, jumps } = setUp();
    await system.advance(1_000);
    system.jump(3_600_000);
    expect([clock.now(), jumps]).toEqual([START + 1_000, []]);
    clock.sync();
    expect([clock.now(), jumps]).toEqual([START + 3_601_000, [[START + 1_000, START + 3_601_000]]]);
    clock.sync();
    expect(jumps).toHaveLength(1);
  });

  it('syncs before the callback of each timer', async () => {
    const { system, clock, jumps } = setUp();
    const seen: number[] = [];
    clock.after(500, () => seen.push(clock.now()));
    system.jump(-7_200_000);
    await system.advance(500);
    expect([seen, jumps]).toEqual([[START - 7_199_500], [[START + 500, START - 7_199_500]]]);
  });

  it('takes over a correction of some seconds without calling it a jump', () => {
    const { system, clock, jumps } = setUp();
    system.jump(9_999);
    clock.sync();
    expect([clock.now(), jumps]).toEqual([START + 9_999, []]);
  });

  it('does not tremble with the rounding of the system clock', () => {
    const { system, clock } = setUp();
    system.jump(-0.9);
    clock.sync();
    expect(clock.now()).toBe(START);
  });
});
