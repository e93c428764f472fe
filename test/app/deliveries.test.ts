import { describe, expect, it } from 'vitest';
import { PermanentError, RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness } from '../support/engine.ts';

const DAY = 86_400;
const REFUSED = new PermanentError('send RCPT command: 550 5.1.1 no such user', 'clientError');

async function mailHarness(store = new MemoryStore()): Promise<Harness> {
  const h = await Harness.start({ store, route: { groupInterval: 300_000, repeatInterval: 4 * 3_600_000 } });
  Object.assign(h.receiver, { setsAside: true });
  return h;
}

describe('what was refused for good', () => {
  it('is set aside for longer each time, up to an hour, and tried again all the same', async () => {
    const h = await mailHarness();
    h.receiver.failure = REFUSED;
    await h.push('a', { end: 2 * DAY });
    await h.seconds(DAY);
    // 5, 10, 20, 40 minutes, then every hour: far fewer than one for each of the day's 288 ticks.
    expect(h.receiver.attempts).toBe(5 + 22);
    h.receiver.failure = undefined;
    await h.seconds(3_600);
    expect(h.receiver.sent).toHaveLength(1);
    expect(h.engine.deliveries()).toEqual([]);
  });

  it('is tried at the next tick when there is news', async () => {
    const h = await mailHarness();
    h.receiver.failure = REFUSED;
    await h.push('a', { end: DAY });
    await h.seconds(1_000);
    const attempts = h.receiver.attempts;
    await h.push('b', { end: DAY });
    await h.seconds(300);
    expect(h.receiver.attempts).toBe(attempts + 1);
  });

  it('is listed with the last word of the other side, and tried at once on request', async () => {
    const h = await mailHarness();
    h.receiver.failure = REFUSED;
    await h.push('a', { end: DAY });
    await h.seconds(10);
    const [delivery] = h.engine.deliveries();
    expect(delivery).toMatchObject({
      state: 'set aside',
      receiver: 'r',
      integration: 'webhook[0]',
      groupKey: '{}:{}',
      alerts: 1,
      failures: 1,
      error: expect.stringContaining('550 5.1.1 no such user'),
    });
    h.receiver.failure = undefined;
    expect(await h.engine.retryDelivery(delivery?.id ?? '')).toBe(true);
    await h.seconds(0);
    expect(h.story).toEqual(['10: a (first notification)']);
    expect(h.engine.deliveries()).toEqual([]);
    expect(await h.engine.retryDelivery('000000000000')).toBe(false);
  });

  it('is still pending and still set aside after a restart', async () => {
    const store = new MemoryStore();
    const before = await mailHarness(store);
    before.receiver.failure = REFUSED;
    await before.push('a', { end: DAY });
    await before.seconds(10);
    await before.stop();
    const after = await Harness.start({ store, clock: before.clock, route: { groupInterval: 300_000 } });
    await after.seconds(60);
    expect(after.receiver.attempts).toBe(0);
    expect(after.engine.deliveries()).toHaveLength(1);
    await after.seconds(300);
    expect(after.receiver.sent).toHaveLength(1);
  });

  it('is given up after --data.retention when nothing of it fires any more', async () => {
    const h = await mailHarness();
    h.receiver.failure = REFUSED;
    await h.push('a', { end: DAY });
    await h.seconds(60);
    await h.push('a', { end: 0 });
    await h.seconds(5 * DAY);
    expect(h.engine.dispatcher.groupCount).toBe(1);
    await h.seconds(2 * 3_600);
    expect(h.engine.dispatcher.groupCount).toBe(0);
    expect(h.engine.deliveries()).toMatchObject([{ state: 'given up', alerts: 1 }]);
    expect(await h.metrics.text()).toContain('tocsin_deliveries_failed_total{integration="webhook"} 1');
  });
});

describe('what only failed for now', () => {
  it('is listed as pending while it is tried', async () => {
    const h = await mailHarness();
    h.receiver.failure = new RetryableError('establish connection to server: connect ECONNREFUSED');
    await h.push('a', { end: DAY });
    await h.seconds(30);
    expect(h.engine.deliveries()).toMatchObject([{ state: 'pending', error: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('lists who was refused while the others got the message', async () => {
    const h = await mailHarness();
    const send = h.receiver.send.bind(h.receiver);
    Object.assign(h.receiver, {
      async send(notification: Parameters<typeof send>[0]) {
        await send(notification);
        return { response: '250 ok', refused: [{ address: 'b@example.org', reply: '550 no' }] };
      },
    });
    await h.push('a', { end: DAY });
    await h.seconds(2);
    expect(h.engine.deliveries()).toMatchObject([{ state: 'refused', error: 'b@example.org: 550 no' }]);
  });
});
