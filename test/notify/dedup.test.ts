import { describe, expect, it } from 'vitest';
import { type Standing, whyNotify } from '../../src/notify/dedup.ts';
import type { LogEntry } from '../../src/notify/notification-log.ts';

const NOW = 1_000_000;

function ask(input: {
  readonly entry?: Partial<LogEntry>;
  readonly firing?: string[];
  readonly resolved?: string[];
  readonly closed?: string[];
  readonly sendResolved?: boolean;
}): string | undefined {
  const blank: LogEntry = {
    firing: [],
    resolved: [],
    timestamp: NOW - 10,
    expiresAt: NOW * 2,
    sent: 1,
    firstSentAt: 1,
  };
  const { firing = [], resolved = [], closed = [], sendResolved = true } = input;
  const standing: Standing = {
    alerts: [],
    firing: new Set(firing),
    resolved: new Set(resolved),
    closed: new Set(closed),
  };
  const entry = input.entry && { ...blank, ...input.entry };
  return whyNotify(entry, standing, { sendResolved, repeatInterval: 1_000, now: NOW });
}

describe('whyNotify', () => {
  it.each<[string | undefined, Parameters<typeof ask>[0]]>([
    ['first notification', { firing: ['a'] }],
    [undefined, { resolved: ['a'] }],
    ['first notification', { entry: {}, firing: ['a'] }],
    ['new alerts added', { entry: { firing: ['a'] }, firing: ['a', 'b'] }],
    ['new alerts added', { entry: { firing: ['a'] }, firing: ['b'], resolved: ['a'] }],
    ['all alerts resolved', { entry: { firing: ['a'] }, resolved: ['a'] }],
    ['all alerts resolved', { entry: { firing: ['a'] }, resolved: ['a'], sendResolved: false }],
    [undefined, { entry: { resolved: ['a'] }, resolved: ['a', 'b'] }],
    ['some alerts resolved', { entry: { firing: ['a', 'b'] }, firing: ['b'], resolved: ['a'] }],
    [undefined, { entry: { firing: ['a', 'b'] }, firing: ['b'], resolved: ['a'], sendResolved: false }],
    [undefined, { entry: { firing: ['a', 'b'], resolved: ['a'] }, firing: ['b'], resolved: ['a'] }],
    [undefined, { entry: { firing: ['a', 'b'] }, firing: ['b'] }],
    [undefined, { entry: { firing: ['a'], timestamp: NOW - 1_000 }, firing: ['a'] }],
    ['repeat interval elapsed', { entry: { firing: ['a'], timestamp: NOW - 1_001 }, firing: ['a'] }],
    [undefined, { entry: { firing: ['a'] }, closed: ['a'] }],
    ['first notification', { entry: { firing: ['a'] }, closed: ['a'], firing: ['b'] }],
    [undefined, { entry: { firing: ['a@1'], timestamp: 1 }, firing: ['a@1'] }],
    ['new alerts added', { entry: { firing: ['a@1'] }, firing: ['a@2'] }],
  ])('%s: %j', (expected, input) => {
    expect(ask(input)).toBe(expected);
  });
});
