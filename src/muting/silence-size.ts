import type { MatchType } from '../alert/matcher.ts';
import type { Silence } from './silence.ts';

/**
 * How many bytes a silence is for `--silences.max-silence-size-bytes`: what it takes as Alertmanager's protobuf
 * message (MeshSilence), which is how Alertmanager counts.
 */
export function silenceSize(silence: Silence, retention: number): number {
  let size = text(silence.id) + text(silence.createdBy) + text(silence.comment);
  size += time(silence.startsAt) + time(silence.endsAt) + time(silence.updatedAt);
  for (const [name, value] of silence.annotations.entries()) size += nested(always(name) + always(value));
  for (const set of silence.matcherSets) {
    let inSet = 0;
    for (const { type, name, value } of set) inSet += nested(enumeration(type) + text(name) + text(value));
    size += nested(inSet);
  }
  return nested(size) + time(silence.endsAt + retention);
}

// Every field number is below 16, so a tag is one byte. Scalars at their zero value are left out, except in a map.

function text(value: string): number {
  return value === '' ? 0 : always(value);
}

function always(value: string): number {
  return nested(Buffer.byteLength(value));
}

function nested(length: number): number {
  return 1 + varint(length) + length;
}

function enumeration(type: MatchType): number {
  return type === '=' ? 0 : 2;
}

/** A Timestamp: seconds and nanoseconds. */
function time(ms: number): number {
  const seconds = Math.floor(ms / 1_000);
  const nanos = Math.round((ms - seconds * 1_000) * 1_000_000);
  return nested(number(seconds) + number(nanos));
}

function number(value: number): number {
  if (value === 0) return 0;
  return value < 0 ? 11 : 1 + varint(value);
}

function varint(value: number): number {
  let bytes = 1;
  for (let left = value; left >= 128; left = Math.floor(left / 128)) bytes++;
  return bytes;
}
