import type { Integration } from './integration.ts';

/** Names an entry of the notification log: who is notified by what about which group. */
export interface LogKey {
  /** Alertmanager's group key. */
  readonly groupKey: string;
  readonly receiver: string;
  readonly kind: string;
  /** What the integration is (`Integration.identity`), or `#INDEX` for one that 0.1.0 knew by its place only. */
  readonly identity: string;
  /** `Target.id`; '' for the configured recipients. */
  readonly target: string;
}

export function logKey(
  groupKey: string,
  { receiverName, kind, identity }: Pick<Integration, 'receiverName' | 'kind' | 'identity'>,
  target: string,
): LogKey {
  return { groupKey, receiver: receiverName, kind, identity, target };
}

/** The key as a text: in the store, and as the key of maps. */
export function encodeLogKey({ groupKey, receiver, kind, identity, target }: LogKey): string {
  return JSON.stringify([groupKey, receiver, kind, identity, target]);
}

/** The opposite; also reads the keys of 0.1.0, which had the integration's index in place of its identity. */
export function decodeLogKey(text: string): LogKey {
  const [groupKey, receiver, kind, identity, target] = JSON.parse(text) as [
    string,
    string,
    string,
    string | number,
    string,
  ];
  return { groupKey, receiver, kind, identity: typeof identity === 'number' ? byPlace(identity) : identity, target };
}

/** The identity of an integration of which only the index is known. */
export function byPlace(index: number): string {
  return `#${index}`;
}
