import { expect, test } from 'vitest';
import { isIanaName } from '../../src/time/iana-names.ts';
import { createTimeInterval } from '../../src/time/interval.ts';
import { loadZone } from '../../src/time/zones.ts';

test.each([
  'Europe/Berlin',
  'UTC',
  'Etc/GMT+5',
  'US/Pacific',
  'Asia/Calcutta',
  'Asia/Kolkata',
  'America/Port-au-Prince',
  'CET',
  'EST5EDT',
  'America/Argentina/Buenos_Aires',
])('%s is a name of the database', (name) => {
  expect(isIanaName(name)).toBe(true);
  expect(() => loadZone(name)).not.toThrow();
  expect(() => createTimeInterval({ location: name })).not.toThrow();
});

test.each([
  'CST',
  'IST',
  'BST',
  'JST',
  'AST',
  'europe/berlin',
  'Europe/berlin',
  'EUROPE/BERLIN',
  'utc',
  '+01:00',
  'GMT+1',
  'SystemV/EST5',
  'Mars/Olympus',
  'Europe/',
])('%s is none', (name) => {
  expect(isIanaName(name)).toBe(false);
  expect(() => loadZone(name)).toThrow(`unknown time zone ${name}`);
  expect(() => createTimeInterval({ location: name })).toThrow(`unknown time zone ${name}`);
});
