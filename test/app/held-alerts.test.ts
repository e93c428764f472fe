import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Change } from '../../src/store/store.ts';
import { Harness } from '../support/engine.ts';
import { routeConfig } from '../support/routes.ts';

/** An alert's row goes when no group waits for it any more, and no sooner. */

const HOUR = 3_600;

const rows = async (store: MemoryStore): Promise<number> => (await store.load('alerts')).length;

describe('a row', () => {
  it('stays while another group has yet to tell the end, also over a restart', async () => {
    const route = {
      routes: [routeConfig({ continue: true }), routeConfig({ groupWait: 10_000, match: { alertname: 'a' } })],
    };
    const store = new MemoryStore();
    const h = await Harness.start({ route, store });
    await h.push('a', { end: 86_400 });
    await h.seconds(12);
    await h.push('a', { end: 0 });
    await h.seconds(8.5);
    expect(h.story.at(-1)).toBe('20: -a (all alerts resolved)');
    expect(await rows(store)).toBe(1);
    await h.stop();
    const again = await Harness.start({ route, store, clock: h.clock });
    await again.seconds(30);
    expect(again.story.map((line) => line.replace(/^[\d.]+: /, ''))).toEqual(['-a (all alerts resolved)']);
    expect(await rows(store)).toBe(0);
  });

  it('of an alert that fires again outlives the late flush of a group that a reload has dropped', async () => {
    const store = new MemoryStore();
    const slow = { groupInterval: 2 * HOUR * 1_000, repeatInterval: 4 * HOUR * 1_000 };
    const h = await Harness.start({ store, route: slow });
    await h.push('a', { end: 2 * 86_400 });
    await h.seconds(2);
    await h.push('a', { end: 0 });
    const hanging = Promise.withResolvers<void>();
    const send = h.receiver.send.bind(h.receiver);
    h.receiver.send = async (notification) => {
      await hanging.promise;
      await send(notification);
    };
    await h.seconds(2 * HOUR + 10);
    h.receiver.send = send;
    h.reload({ route: { groupBy: ['alertname'], groupInterval: 10_000 } });
    await h.seconds(HOUR + 100);
    await h.push('a', { end: 86_400 });
    expect(await rows(store)).toBe(1);
    hanging.resolve();
    await h.seconds(5);
    expect(h.engine.intake.size).toBe(1);
    expect(await rows(store)).toBe(1);
  });
});

/** Writes wait until they are let through, or refused. */
class SlowStore extends MemoryStore {
  readonly under: { readonly go: () => void; readonly fail: () => void }[] = [];
  slow = false;

  override async write(changes: readonly Change[]): Promise<void> {
    if (this.slow && changes[0]?.table === 'alerts') {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.under.push({ go: resolve, fail: () => reject(new Error('disk full')) });
      await promise;
    }
    await super.write(changes);
  }
}

it('news that the store refused are written when they are said again, though older ones were written meanwhile', async () => {
  const store = new SlowStore();
  const h = await Harness.start({ store });
  store.slow = true;
  const first = h.push('a', { end: 86_400 });
  const second = h.push('a', { end: 0 });
  store.under[1]?.fail();
  await expect(second).rejects.toThrow('disk full');
  store.under[0]?.go();
  await first;
  store.slow = false;
  const before = store.writes.length;
  await h.push('a', { end: 0 });
  expect(store.writes.length).toBe(before + 1);
});
