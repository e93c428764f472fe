import type { Notification, ReceiverData } from '../../alert/notification.ts';
import { isObject } from '../../sources/json.ts';
import type { Refusal } from './smtp/delivery.ts';

/** What earlier attempts of a notification settled, so that a retry goes only to those who are left. */
interface Progress {
  readonly accepted: Set<string>;
  readonly refused: Refusal[];
}

/** Reads the progress from the receiver data; none where that is about another notification. */
export function progressOf({ id, data }: Notification): Progress {
  const { partial } = data ?? {};
  if (!isObject(partial) || partial.id !== id) return { accepted: new Set(), refused: [] };
  const { accepted, refused } = partial as unknown as { accepted: readonly string[]; refused: readonly Refusal[] };
  return { accepted: new Set(accepted), refused: [...refused] };
}

/** The receiver data that keeps the progress until the next attempt, also over a restart. */
export function toData({ id }: Notification, { accepted, refused }: Progress): ReceiverData {
  return { partial: { id, accepted: [...accepted], refused } };
}
