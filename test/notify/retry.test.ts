import { describe, expect, it } from 'vitest';
import { DeliveryFailure, retry } from '../../src/notify/retry.ts';
import { AwayError, PermanentError, RetryableError } from '../../src/receivers/receiver.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

function setUp(outcome: (attempt: number) => Error | undefined) {
  const clock = new FakeClock();
  const deadline = new AbortController();
  const lastCall = new AbortController();
  const at: number[] = [];
  const attempt = async (): Promise<void> => {
    const error = outcome(at.push(clock.monotonic()));
    if (error) throw error;
  };
  const result = retry(attempt, {
    clock,
    signal: deadline.signal,
    lastCall: lastCall.signal,
    onFailure: () => {},
    random: () => 0.5,
  }).catch((error: unknown) => error);
  return { clock, deadline, lastCall, at, result };
}

describe('retry', () => {
  it('waits half a second, then half as long again each time, up to a minute', async () => {
    const { clock, at } = setUp(() => new RetryableError('busy'));
    await clock.advance(600_000);
    const waits = at.slice(1).map((time, i) => time - (at[i] ?? 0));
    expect(waits.slice(0, 4)).toEqual([500, 750, 1_125, 1_687.5]);
    expect(Math.max(...waits)).toBe(60_000);
  });

  it('says how many attempts it took', async () => {
    const { clock, result } = setUp((attempt) => (attempt < 3 ? new RetryableError('busy') : undefined));
    await clock.advance(2_000);
    expect(await result).toBe(3);
  });

  it('gives up on a permanent error at once', async () => {
    const { result } = setUp(() => new PermanentError('550 no such user', 'clientError'));
    const failure = (await result) as DeliveryFailure;
    expect(failure).toBeInstanceOf(DeliveryFailure);
    expect(failure.message).toBe('notify retry canceled due to unrecoverable error after 1 attempts: 550 no such user');
    expect(failure.last.reason).toBe('clientError');
  });

  it('tries again at once when the other side is back', async () => {
    const back = new Set<() => void>();
    const away = new AwayError('away', (callback) => {
      back.add(callback);
      return () => back.delete(callback);
    });
    const { clock, at } = setUp((attempt) => (attempt < 3 ? away : undefined));
    await clock.advance(100);
    for (const callback of back) callback();
    await settle();
    expect([at, back.size]).toEqual([[0, 100], 1]);
    await clock.advance(60_000);
    expect([at.length, back.size]).toEqual([3, 0]);
  });

  it('takes an error of ours for permanent', async () => {
    const { result } = setUp(() => new TypeError('undefined is not a function'));
    expect(((await result) as DeliveryFailure).last.retryable).toBe(false);
  });

  it.each(['deadline', 'lastCall'] as const)('ends its waiting at the %s', async (name) => {
    const test = setUp(() => new RetryableError('busy'));
    await test.clock.advance(1_500);
    test[name].abort(new Error('over'));
    await settle();
    expect(((await test.result) as Error).message).toBe('notify retry canceled after 3 attempts: busy');
    await test.clock.advance(60_000);
    expect(test.at).toHaveLength(3);
  });
});
