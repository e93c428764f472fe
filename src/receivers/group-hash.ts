import { createHash } from 'node:crypto';

/** How services know a group: the SHA-256 of its key in hex (as Alertmanager's Key.Hash). */
export function groupHash({ groupKey }: { readonly groupKey: string }): string {
  return createHash('sha256').update(groupKey).digest('hex');
}
