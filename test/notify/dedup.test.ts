import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import { AlertRecord } from '../../src/alert/alert-record.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { type Standing, standing, whyNotify } from '../../src/notify/dedup.ts';
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

describe('an alert whose sender tells it once', () => {
  const labels = LabelSet.of({ alertname: 'a' });
  const identity = labels.fingerprint;
  const occurrence = {
    id: 'x',
    revision: 'second',
    latest: NOW - 500,
    updateInterval: 100,
    count: 1,
    firstSeenAt: NOW - 1_000,
  };
  const alert: Alert = {
    labels,
    annotations: LabelSet.empty,
    startsAt: NOW - 1_000,
    endsAt: NOW + 1_000,
    updatedAt: NOW,
    timeout: true,
    stale: true,
    event: false,
    generatorURL: '',
    source: 'rhacs',
    startsAtText: '',
    endsAtText: '',
    details: undefined,
    occurrence,
  };
  const over = { ...alert, endsAt: NOW - 1, timeout: false, stale: false };
  const entryOf = (entry: Partial<LogEntry>): LogEntry => ({
    firing: [],
    resolved: [],
    timestamp: NOW - 10,
    expiresAt: NOW * 2,
    sent: 1,
    firstSentAt: 1,
    ...entry,
  });
  const told = (revision: string, at: number) => ({ [identity]: { revision, latest: 0, at } });
  const toldOf = (one: Alert, entry: Partial<LogEntry>) =>
    standing([{ record: new AlertRecord(one), alert: one }], entryOf(entry), NOW).alerts[0];

  it.each<[boolean, string, Partial<LogEntry>]>([
    [true, 'when the interval has passed', { versions: told('first', NOW - 100) }],
    [false, 'within the interval', { versions: told('first', NOW - 99) }],
    [false, 'when it was told as it is', { versions: told('second', NOW - 500) }],
    [false, 'when nobody knows what was told', {}],
  ])('has grown (%s) %s', (grown, _when, entry) => {
    expect(toldOf(alert, { firing: [identity], ...entry })?.grown).toBe(grown);
    expect(toldOf(over, { firing: [identity], ...entry })?.grown).toBe(false);
  });

  it.each<[boolean, string, Partial<LogEntry>]>([
    [true, 'never told', {}],
    [false, 'told as firing', { firing: [identity], versions: told('first', NOW - 100) }],
    [false, 'told as resolved', { resolved: [identity], versions: told('second', NOW - 100) }],
    [true, 'the time before was told as resolved', { resolved: [identity], versions: told('first', NOW - 100) }],
  ])('is owed (%s) when it is over and was %s', (pending, _what, entry) => {
    expect(toldOf(over, entry)?.pending).toBe(pending);
  });

  it('is not owed if its sender does not number it', () => {
    expect(toldOf({ ...over, occurrence: undefined }, {})?.pending).toBe(false);
  });
});
