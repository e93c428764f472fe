import { describe, expect, it } from 'vitest';
import { RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness } from '../support/engine.ts';

describe('receiver data', () => {
  it('comes back with the next notification of the group, also after a restart, and stays until it is replaced', async () => {
    const store = new MemoryStore();
    const first = await Harness.start({ store });
    first.receiver.report = { response: '', refused: [], data: { thread: '17.4' } };
    await first.push('A');
    await first.seconds(1);
    first.receiver.report = undefined;
    await first.push('B');
    await first.seconds(10);
    await first.stop();
    const second = await Harness.start({ store, clock: first.clock });
    await second.push('A B C');
    await second.seconds(20);
    const data = [...first.receiver.sent, ...second.receiver.sent].map(({ notification }) => notification.data);
    expect(data).toEqual([undefined, { thread: '17.4' }, { thread: '17.4' }]);
  });

  it('of a failed attempt comes back with the next attempt, also after a restart', async () => {
    const store = new MemoryStore();
    const first = await Harness.start({ store });
    first.receiver.failure = new RetryableError('1 of 2 refused', 'serverError', { data: { accepted: ['a'] } });
    await first.push('A');
    await first.seconds(1);
    expect(first.receiver.attempts).toBe(1);
    await first.stop();
    const second = await Harness.start({ store, clock: first.clock });
    await second.push('A');
    second.receiver.failure = new RetryableError('1 of 2 refused', 'serverError', { data: { accepted: ['a', 'b'] } });
    await second.seconds(1);
    second.receiver.failure = undefined;
    await second.seconds(2);
    expect(second.receiver.sent.map(({ notification }) => notification.data)).toEqual([{ accepted: ['a', 'b'] }]);
  });

  it('does not outlive its log entry', async () => {
    const harness = await Harness.start({ engine: { maintenanceInterval: 60_000 } });
    harness.receiver.report = { response: '', refused: [], data: { thread: '17.4' } };
    await harness.push('A', { end: 2 });
    await harness.seconds(600);
    await harness.push('A');
    await harness.seconds(20);
    expect(harness.receiver.sent.at(-1)?.notification.data).toBeUndefined();
    expect(harness.receiver.sent).toHaveLength(3);
  });
});
