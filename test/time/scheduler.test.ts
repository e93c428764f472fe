import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scheduler } from '../../src/time/scheduler.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('Scheduler', () => {
  it('runs everything in order of its time, whatever the order of asking, and cancels what is cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(5_000), fc.boolean()), { maxLength: 60 }), async (jobs) => {
        const clock = new FakeClock();
        const scheduler = new Scheduler(clock);
        const ran: number[] = [];
        for (const [at, keep] of jobs) {
          const cancel = scheduler.at(at, () => ran.push(at));
          if (!keep) cancel();
        }
        expect(clock.pending).toBeLessThanOrEqual(1);
        await clock.advance(6_000);
        expect(ran).toEqual(
          jobs
            .filter(([, keep]) => keep)
            .map(([at]) => at)
            .sort((a, b) => a - b),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('keeps one timer for 100,000 entries', async () => {
    const clock = new FakeClock();
    const scheduler = new Scheduler(clock);
    let ran = 0;
    for (let i = 0; i < 100_000; i++) scheduler.at((i * 7919) % 100_000, () => ran++);
    expect(clock.pending).toBe(1);
    await clock.advance(49_000);
    scheduler.stop();
    await clock.advance(100_000);
    expect(ran).toBe(49_002);
    expect(clock.pending).toBe(0);
  });

  it('runs what is asked for while it runs', async () => {
    const clock = new FakeClock();
    const scheduler = new Scheduler(clock);
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.monotonic());
      if (ran.length < 4) scheduler.at(clock.monotonic() + 1_000, again);
    };
    scheduler.at(0, again);
    await clock.advance(10_000);
    expect(ran).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('has no timer, and keeps no entries, for what is cancelled', () => {
    const clock = new FakeClock();
    const scheduler = new Scheduler(clock);
    const cancels = Array.from({ length: 5_000 }, (_, i) => scheduler.at(i, () => {}));
    for (const cancel of cancels) cancel();
    expect(clock.pending).toBe(0);
  });

  it('lets others have their turn when thousands are due at the same moment', async () => {
    const clock = new FakeClock();
    const scheduler = new Scheduler(clock);
    let ran = 0;
    for (let i = 0; i < 1_000; i++) scheduler.at(100, () => ran++);
    const seen: number[] = [];
    clock.after(100, () => seen.push(ran));
    await clock.advance(100);
    expect(ran).toBe(1_000);
    expect(seen[0]).toBeLessThan(100);
  });
});
