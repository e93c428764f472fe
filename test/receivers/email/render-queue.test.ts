import { describe, expect, it } from 'vitest';
import { RenderQueue } from '../../../src/receivers/email/smtp/render-queue.ts';
import { never } from '../support/until.ts';

/** Mails that are being sent until `sent` is called. */
function setUp() {
  const renderQueue = new RenderQueue();
  const begun: string[] = [];
  const under: (() => void)[] = [];
  const draft = (name: string, severity = 3, signal: AbortSignal = never, bytes = 0) =>
    renderQueue.inTurn(
      { severity, since: 0, estimate: bytes },
      signal,
      async () => {
        begun.push(name);
        return { bytes };
      },
      () => new Promise<string>((resolve) => under.push(() => resolve(name))),
    );
  /** Until no more begin: on a busy machine that takes several turns. */
  const settled = async (): Promise<void> => {
    for (let before = -1; before < begun.length; ) {
      before = begun.length;
      for (let i = 0; i < 10; i++) await turn();
    }
  };
  const sent = async (count: number): Promise<void> => {
    for (const end of under.splice(0, count)) end();
    await settled();
  };
  return { begun, draft, sent, settled };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('emails are made', () => {
  it('at once while few are waiting to be sent', async () => {
    const { begun, draft, sent, settled } = setUp();
    const first = draft('one');
    await settled();
    expect(begun).toEqual(['one']);
    await sent(1);
    await expect(first).resolves.toBe('one');
  });

  it('a bounded number ahead of what is sent, and all of them in the end', async () => {
    const { begun, draft, sent, settled } = setUp();
    const all = Array.from({ length: 1_000 }, (_, i) => draft(`${i}`));
    await settled();
    let ended = 0;
    while (ended < 1_000) {
      expect(begun.length - ended).toBeGreaterThan(0);
      expect(begun.length - ended).toBeLessThanOrEqual(64);
      await sent(1);
      ended++;
    }
    expect((await Promise.all(all)).length).toBe(1_000);
  });

  it('not while those that wait to be sent fill 64 MiB; alone, even the largest one is', async () => {
    const { begun, draft, sent, settled } = setUp();
    for (let i = 0; i < 20; i++) void draft(`${i}`, 3, never, 30 * 1024 * 1024);
    await settled();
    expect(begun).toHaveLength(2);
    await sent(1);
    expect(begun).toHaveLength(3);
    for (let i = 0; i < 18; i++) await sent(1);
    expect(begun).toHaveLength(20);
  });

  it('no longer when their time ends while others fill the memory', async () => {
    const { begun, draft, sent, settled } = setUp();
    void draft('large', 3, never, 100 * 1024 * 1024);
    await settled();
    const deadline = new AbortController();
    const tooLate = draft('too late', 3, deadline.signal);
    void draft('next');
    await settled();
    deadline.abort(new Error('context deadline exceeded'));
    await expect(tooLate).rejects.toThrow('context deadline exceeded');
    await sent(1);
    expect(begun).toEqual(['large', 'next']);
  });

  it('at once when they are critical, though others are being sent slowly', async () => {
    const { begun, draft, sent, settled } = setUp();
    for (let i = 0; i < 100; i++) void draft('late');
    await settled();
    await sent(1);
    void draft('critical', 0);
    await settled();
    expect(begun.at(-1)).toBe('critical');
  });

  it('in the order of their urgency', async () => {
    const { begun, draft, sent, settled } = setUp();
    for (let i = 0; i < 100; i++) void draft('late');
    await settled();
    void draft('urgent', 1);
    const before = begun.length;
    await sent(1);
    expect(begun.slice(before)[0]).toBe('urgent');
  });

  it('not after their time; nobody else waits longer for it', async () => {
    const { begun, draft, sent, settled } = setUp();
    for (let i = 0; i < 48; i++) void draft('first');
    const deadline = new AbortController();
    const tooLate = draft('too late', 3, deadline.signal);
    void draft('next');
    await settled();
    deadline.abort(new Error('context deadline exceeded'));
    await expect(tooLate).rejects.toThrow('wait for a connection: context deadline exceeded');
    await sent(1);
    expect(begun).toEqual([...Array.from({ length: 48 }, () => 'first'), 'next']);
  });

  it('no more once their time is over, though it was their turn', async () => {
    const { begun, draft, settled } = setUp();
    const deadline = new AbortController();
    const tooLate = draft('too late', 3, deadline.signal);
    deadline.abort(new Error('context deadline exceeded'));
    await expect(tooLate).rejects.toThrow('context deadline exceeded');
    await settled();
    expect(begun).toEqual([]);
  });

  it('by others when one fails', async () => {
    const renderQueue = new RenderQueue();
    const turn = { severity: 3, since: 0, estimate: 100_000 };
    const made = async () => ({ bytes: 100_000_000 });
    const fail = () => Promise.reject(new Error('no'));
    const failures = Array.from({ length: 200 }, (_, i) =>
      (i % 2 === 0
        ? renderQueue.inTurn(turn, never, fail, async () => 'sent')
        : renderQueue.inTurn(turn, never, made, fail)
      ).catch(() => 'failed'),
    );
    await Promise.all(failures);
    await expect(renderQueue.inTurn(turn, never, made, async () => 'sent')).resolves.toBe('sent');
  });
});
