import { beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../src/log/logger.ts';
import { ThrottledLog } from '../../src/log/throttled-log.ts';
import { FakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let lines: string[];
let log: ThrottledLog;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  log = new ThrottledLog(clock, createLogger('info', 'json', { write: (line) => lines.push(line) }));
});

const fields = (): unknown[] =>
  lines.map((line) => (JSON.parse(line) as { n: number; suppressed?: number }).suppressed ?? 0);

describe('a throttled log', () => {
  test('has one line a minute for each key, whatever the attributes, and counts what it leaves out', async () => {
    for (let n = 0; n < 5; n++) log.warn('Refused', 'a', { n, err: `text ${n}` });
    log.warn('Refused', 'b', {});
    expect(fields()).toEqual([0, 0]);
    await clock.advance(60_000);
    log.warn('Refused', 'a', {});
    log.warn('Refused', 'b', {});
    expect(fields()).toEqual([0, 0, 4, 0]);
  });

  test('has a bounded number of lines a minute over all keys', async () => {
    for (let n = 0; n < 10_000; n++) log.warn('Refused', String(n), {});
    expect(lines).toHaveLength(100);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ note: 'no more lines of this kind in this minute' });
    await clock.advance(60_000);
    log.warn('Refused', 'x', {});
    expect(lines).toHaveLength(101);
  });
});
