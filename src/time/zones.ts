import { readFileSync } from 'node:fs';
import { Location } from './location.ts';
import { parseTzif } from './tzif.ts';
import { abbreviationByRule, zoneRule } from './zone-rules.ts';

export const UTC: Location = fixed('UTC', 0, 'UTC');

/** Where systems keep IANA's compiled zones, in Go's order. */
const DIRECTORIES = ['/usr/share/zoneinfo', '/usr/share/lib/zoneinfo', '/usr/lib/locale/TZ', '/etc/zoneinfo'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

const loaded = new Map<string, Location>();
const wholeHours = new Map<number, Location>();
let local: Location | undefined;

/** The zone of an offset that RFC 3339 gives. Whole hours are one object each, as in Go. @param offset seconds. */
export function fixedZone(name: string, offset: number): Location {
  const hours = offset / 3_600;
  if (name !== '' || !Number.isInteger(hours) || hours < -12 || hours > 14) return fixed(name, offset, name);
  let zone = wholeHours.get(offset);
  if (!zone) {
    zone = fixed('', offset, '');
    wholeHours.set(offset, zone);
  }
  return zone;
}

function fixed(name: string, offset: number, abbreviation: string): Location {
  const period = { abbreviation, offset, isDst: false, start: -Infinity, end: Infinity };
  return new Location(name, () => period);
}

/**
 * A zone by its IANA name; '' and `UTC` are UTC, `Local` is the machine's (Go's time.LoadLocation).
 * @throws Error with Go's text when there is no such zone.
 */
export function loadZone(name: string): Location {
  if (name === '' || name === 'UTC') return UTC;
  if (name === 'Local') return localZone();
  const known = loaded.get(name);
  if (known) return known;
  if (name.includes('..') || /^[/\\]/.test(name) || name.includes('\\')) throw new Error('time: invalid location name');
  const zone = NAME.test(name) ? (readZone(DIRECTORIES, name) ?? zoneByIntl(name)) : undefined;
  if (!zone) throw new Error(`unknown time zone ${name}`);
  loaded.set(name, zone);
  return zone;
}

/** The IANA name that TZ holds, UTC where it holds none. Not /etc/localtime: that has no name. */
export function processZone(tz = process.env.TZ ?? ''): string {
  const name = tz.replace(/^:/, '');
  try {
    loadZone(name);
    return name === '' || name === 'Local' ? 'UTC' : name;
  } catch {
    return 'UTC';
  }
}

/** The machine's zone: of TZ, else of /etc/localtime, else UTC. */
export function localZone(): Location {
  local ??= findLocal(process.env.TZ) ?? fixed('UTC', 0, 'UTC');
  return local;
}

function findLocal(tz: string | undefined): Location | undefined {
  if (tz === undefined) {
    const zone = readZone(['/etc'], 'localtime');
    return zone && new Location('Local', zone.at);
  }
  const name = tz.replace(/^:/, '');
  if (name === '' || name === 'UTC') return undefined;
  if (!name.startsWith('/')) return NAME.test(name) ? (readZone(DIRECTORIES, name) ?? zoneByIntl(name)) : undefined;
  const zone = readZone([''], name.slice(1));
  return zone && new Location(name === '/etc/localtime' ? 'Local' : name, zone.at);
}

function readZone(directories: readonly string[], name: string): Location | undefined {
  for (const directory of directories) {
    try {
      const at = parseTzif(readFileSync(`${directory}/${name}`));
      if (at) return new Location(name, at);
    } catch {
      // Not in this directory.
    }
  }
  return undefined;
}

/**
 * A zone on a machine without IANA's files: offsets from Node's own data, abbreviations from the rules that hold today.
 * A period is an hour's quarter here: enough for finding the offset of a local time.
 */
function zoneByIntl(name: string): Location | undefined {
  const rule = zoneRule(name);
  if (rule === undefined) return undefined;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const QUARTER = 900;
  return new Location(name, (seconds) => {
    const start = Math.floor(seconds / QUARTER) * QUARTER;
    const offset = offsetAt(format, start);
    return { ...abbreviationByRule(rule, offset), offset, start, end: start + QUARTER };
  });
}

/** `GMT+05:30` or `GMT`, with seconds in old times. */
function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  const text = format.formatToParts(seconds * 1_000).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /([+-])(\d+):?(\d+)?:?(\d+)?/.exec(text);
  if (!match) return 0;
  const [, sign, hours = '0', minutes = '0', rest = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(rest));
}
