import { describe, expect, it } from 'vitest';
import { LastCall } from '../../src/notify/last-call.ts';
import { DeliveryFailure, retry } from '../../src/notify/retry.ts';
import { type Endpoint, PermanentError, RetryableError } from '../../src/receivers/receiver.ts';
import { sleep } from '../../src/time/clock.ts';
import { notificationOf } from '../receivers/support/notification.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

class TestEndpoint implements Endpoint {
  downReason: string | undefined;
  readonly waiting = new Set<() => void>();

  onUp(_notification: unknown, callback: () => void): () => void {
    this.waiting.add(callback);
    return () => this.waiting.delete(callback);
  }

  comeUp(): void {
    this.downReason = undefined;
    for (const callback of this.waiting) callback();
  }
}

/** @param took ms that each attempt takes */
function setUp(outcome: (attempt: number) => Error | undefined, endpoint?: Endpoint, took = 0) {
  const clock = new FakeClock();
  const deadline = new AbortController();
  const lastCall = new LastCall();
  const at: number[] = [];
  const failures: string[] = [];
  const attempt = async (): Promise<void> => {
    const error = outcome(at.push(clock.monotonic()));
    if (took > 0) await sleep(clock, took);
    if (error) throw error;
  };
  const result = retry(attempt, {
    clock,
    signal: deadline.signal,
    lastCall,
    endpoint,
    notification: notificationOf(),
    onFailure: ({ message }) => void failures.push(message),
    random: () => 0.5,
  }).catch((error: unknown) => error);
  return { clock, deadline, lastCall, at, failures, result };
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

  it('makes no attempt while the endpoint is down, and the next one as soon as it is up', async () => {
    const endpoint = new TestEndpoint();
    endpoint.downReason = 'unreachable';
    const { clock, at, failures, result } = setUp(() => undefined, endpoint);
    await clock.advance(100_000);
    expect([at, endpoint.waiting.size]).toEqual([[], 1]);
    expect(new Set(failures)).toEqual(new Set(['unreachable']));
    endpoint.comeUp();
    await settle();
    expect(at).toEqual([100_000]);
    await result;
  });

  it('looks at an endpoint again after a minute, should nobody say that it is up', async () => {
    const endpoint = new TestEndpoint();
    endpoint.downReason = 'unreachable';
    const { clock, at } = setUp(() => undefined, endpoint);
    await clock.advance(1_000);
    endpoint.downReason = undefined;
    await clock.advance(60_000);
    expect([at, endpoint.waiting.size]).toEqual([[60_000], 0]);
  });

  it('waits as long as the server asks for, and not shorter than otherwise', async () => {
    const { clock, at } = setUp(
      (attempt) => new RetryableError('slow down', 'rateLimited', { retryAfter: attempt === 1 ? 7_000 : 1 }),
    );
    await clock.advance(7_750);
    expect(at).toEqual([0, 7_000, 7_750]);
  });

  it('counts the wait from the end of an attempt', async () => {
    const { clock, at } = setUp(() => new RetryableError('busy'), undefined, 10_000);
    await clock.advance(10_500);
    await clock.advance(10_750);
    expect(at).toEqual([0, 10_500, 21_250]);
  });

  it('takes an error of ours for permanent', async () => {
    const { result } = setUp(() => new TypeError('undefined is not a function'));
    expect(((await result) as DeliveryFailure).last.retryable).toBe(false);
  });

  it.each(['deadline', 'lastCall'] as const)('ends its waiting at the %s', async (name) => {
    const test = setUp(() => new RetryableError('busy'));
    await test.clock.advance(1_500);
    if (name === 'deadline') test.deadline.abort(new Error('over'));
    else test.lastCall.call();
    await settle();
    expect(((await test.result) as Error).message).toBe('notify retry canceled after 3 attempts: busy');
    await test.clock.advance(60_000);
    expect(test.at).toHaveLength(3);
  });
});
