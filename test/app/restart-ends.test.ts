import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness, type HarnessOptions } from '../support/engine.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** The engine, and what a restart makes of it. */
async function started(
  options: HarnessOptions = {},
): Promise<{ h: Harness; restart: (down: number) => Promise<Harness> }> {
  const store = new MemoryStore();
  const h = await Harness.start({ ...options, store });
  const restart = async (down: number): Promise<Harness> => {
    await h.stop();
    await h.seconds(down);
    return Harness.start({ ...options, store, clock: h.clock });
  };
  return { h, restart };
}

function endOf(h: Harness): number {
  const [record] = h.engine.intake.records();
  return ((record?.alert.endsAt ?? Number.NaN) - h.clock.now()) / 1_000;
}

describe('an alert after a restart', () => {
  it('ends when its sender said last, though it had no end at first', async () => {
    const { h, restart } = await started();
    await h.push('z');
    await h.push('z', { end: 365 * DAY });
    await h.seconds(15);
    const again = await restart(60);
    expect(endOf(again)).toBe(365 * DAY - 75);
    await again.seconds(HOUR);
    expect(again.story.filter((line) => line.includes('-z'))).toEqual([]);
  });

  it('is not kept longer than its sender said', async () => {
    const { h, restart } = await started();
    await h.push('z', { end: DAY });
    await h.seconds(23 * HOUR);
    expect(endOf(await restart(600))).toBe(HOUR - 600);
  });

  it('gets the time of a refresh anew, also one that took over from a far end', async () => {
    const { h, restart } = await started();
    await h.push('z', { end: 2 * HOUR });
    for (let i = 0; i < 180; i++) {
      await h.seconds(60);
      await h.push('z', { end: 240, startsAt: h.clock.now() - 60_000 });
    }
    const end = endOf(await restart(2 * HOUR));
    expect(end).toBeGreaterThanOrEqual(240);
    expect(end).toBeLessThanOrEqual(HOUR);
  });
});
