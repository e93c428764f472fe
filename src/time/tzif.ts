import type { ZonePeriod } from './location.ts';
import { periodByTz } from './posix-tz.ts';

/** Offset and name, without their time. */
interface LocalType {
  readonly abbreviation: string;
  readonly offset: number;
  readonly isDst: boolean;
}

/**
 * Reads a compiled zone (TZif, RFC 9636), of version 2 or later.
 * @returns what holds at a time (seconds since 1970), or undefined where the bytes are no such file.
 */
export function parseTzif(file: Buffer): ((seconds: number) => ZonePeriod) | undefined {
  const first = readHeader(file, 0);
  if (!first || first.version < 2) return undefined;
  const at = HEADER + first.size(4);
  const header = readHeader(file, at);
  if (!header || header.types === 0) return undefined;
  let position = at + HEADER;
  const times: number[] = [];
  for (let i = 0; i < header.times; i++) times.push(Number(file.readBigInt64BE(position + i * 8)));
  position += header.times * 8;
  const indexes = [...file.subarray(position, position + header.times)];
  position += header.times;
  const names = file.subarray(position + header.types * 6, position + header.types * 6 + header.chars);
  const types: LocalType[] = [];
  for (let i = 0; i < header.types; i++) {
    const entry = position + i * 6;
    const start = file[entry + 5] as number;
    types.push({
      offset: file.readInt32BE(entry),
      isDst: file[entry + 4] === 1,
      abbreviation: names.toString('latin1', start, names.indexOf(0, start)),
    });
  }
  const footer = file.toString('latin1', at + HEADER + header.size(8)).trim();
  return (seconds) => periodAt(seconds, times, indexes, types, footer);
}

const HEADER = 44;

interface Header {
  readonly version: number;
  readonly times: number;
  readonly types: number;
  readonly chars: number;
  /** Bytes of the data block with times of this many bytes. */
  size(timeBytes: number): number;
}

function readHeader(file: Buffer, at: number): Header | undefined {
  if (file.length < at + HEADER || file.toString('latin1', at, at + 4) !== 'TZif') return undefined;
  const count = (index: number): number => file.readUInt32BE(at + 20 + index * 4);
  const [utc, standard, leaps, times, types, chars] = [0, 1, 2, 3, 4, 5].map(count) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    version: Number(String.fromCharCode(file[at + 4] as number)) || 1,
    times,
    types,
    chars,
    size: (timeBytes) => times * (timeBytes + 1) + types * 6 + chars + leaps * (timeBytes + 4) + standard + utc,
  };
}

function periodAt(
  seconds: number,
  times: readonly number[],
  indexes: readonly number[],
  types: readonly LocalType[],
  footer: string,
): ZonePeriod {
  if (seconds < (times[0] ?? Infinity) && (times.length > 0 || footer === '')) {
    return { ...(types[firstType(indexes, types)] as LocalType), start: -Infinity, end: times[0] ?? Infinity };
  }
  let low = 0;
  let high = times.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (seconds < (times[middle] as number)) high = middle;
    else low = middle;
  }
  const start = times[low] ?? -Infinity;
  const byRule = low >= times.length - 1 && footer !== '' ? periodByTz(footer, start, seconds) : undefined;
  return byRule ?? { ...(types[indexes[low] ?? 0] as LocalType), start, end: times[low + 1] ?? Infinity };
}

/** The type before the first transition, as zic's localtime.c chooses it. */
function firstType(indexes: readonly number[], types: readonly LocalType[]): number {
  if (!indexes.includes(0)) return 0;
  const first = indexes[0] as number;
  if (types[first]?.isDst) {
    for (let i = first - 1; i >= 0; i--) if (!types[i]?.isDst) return i;
  }
  return Math.max(
    types.findIndex(({ isDst }) => !isDst),
    0,
  );
}
