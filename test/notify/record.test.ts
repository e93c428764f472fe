import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/notify/decide.ts';
import type { LogEntry } from '../../src/notify/log-entry.ts';
import { afterGivingUp, afterSuccess, withoutExpired, withPending } from '../../src/notify/record.ts';

const NOW = 1_000;
const NONE: ReadonlySet<string> = new Set();

function evaluation(over: Partial<Record<'firing' | 'events' | 'expired', string[]>> = {}, resolved = {}): Evaluation {
  return {
    alerts: [],
    firing: new Set(over.firing),
    events: new Set(over.events),
    resolved: new Map(Object.entries<number>(resolved)),
    expired: new Set(over.expired),
  };
}

const ENTRY: LogEntry = {
  firing: ['a', 'b'],
  resolved: {},
  timestamp: 10,
  expiresAt: 9_999,
  sent: 3,
  firstSentAt: 5,
  data: { thread: '1' },
};

describe('after a success', () => {
  it('the entry has what was notified, counts on, and nothing is pending', () => {
    const pending = { alerts: ['a'], since: 1, error: 'x', failures: 1, retryAt: 0 };
    const after = afterSuccess(
      { ...ENTRY, pending },
      evaluation({ firing: ['b'], events: ['e'] }, { a: 7 }),
      NONE,
      undefined,
      NOW,
    );
    expect(after).toEqual({
      firing: ['b'],
      events: ['e'],
      resolved: { a: 7 },
      timestamp: NOW,
      sent: 4,
      firstSentAt: 5,
      data: { thread: '1' },
    });
  });

  it('what was notified as firing and is muted is kept apart, until it is not muted any more', () => {
    const first = afterSuccess(ENTRY, evaluation({ firing: ['b'] }), new Set(['a', 'other']), undefined, NOW);
    expect([first.firing, first.muted]).toEqual([['b'], ['a']]);
    const second = afterSuccess(
      { ...first, expiresAt: 0 },
      evaluation({ firing: ['b'] }),
      new Set(['a']),
      undefined,
      NOW,
    );
    expect(second.muted).toEqual(['a']);
    const third = afterSuccess(
      { ...second, expiresAt: 0 },
      evaluation({ firing: ['b'] }, { a: 7 }),
      NONE,
      undefined,
      NOW,
    );
    expect(third.muted).toBeUndefined();
  });

  it('receiver data are replaced by what the receiver reports, and refusals kept', () => {
    const report = { response: '', refused: [{ address: 'x', reply: '550' }], data: { thread: '2' } };
    const { data, refused } = afterSuccess(ENTRY, evaluation(), NONE, report, NOW);
    expect([data, refused]).toEqual([{ thread: '2' }, report.refused]);
  });
});

describe('while a delivery is pending', () => {
  it('everything that is due is kept, also when it is over by now, but not what left the group', () => {
    const first = withPending(undefined, evaluation({ firing: ['a', 'b'], events: ['e'] }), NOW, { error: 'down' });
    expect(first.pending).toEqual({ alerts: ['a', 'b', 'e'], since: NOW, error: 'down', failures: 0, retryAt: 0 });
    const second = withPending({ ...first, expiresAt: 0 }, evaluation({ firing: ['c'] }, { a: 7 }), 2_000, {
      error: 'still down',
      failures: 1,
      data: { partial: 1 },
    });
    expect(second.pending).toEqual({ alerts: ['a', 'c'], since: NOW, error: 'still down', failures: 1, retryAt: 0 });
    expect(second.data).toEqual({ partial: 1 });
  });

  it('giving up says since when, how much and why', () => {
    const { pending, givenUp } = afterGivingUp(
      withPending(ENTRY, evaluation({ firing: ['a'] }), NOW, { error: 'down' }),
    );
    expect([pending, givenUp]).toEqual([undefined, { since: NOW, alerts: 1, error: 'down' }]);
  });
});

it('what expired leaves the entry, which is untouched where nothing did', () => {
  expect(withoutExpired(ENTRY, evaluation({ expired: ['a'] }))?.firing).toEqual(['b']);
  expect(withoutExpired(ENTRY, evaluation({ expired: ['z'] }))).toBeUndefined();
});
