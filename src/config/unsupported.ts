import type { Place } from './place.ts';

/** Keys that are checked and have no effect; `*` stands for any one key. A change that supports one deletes its line. */
export const UNSUPPORTED = [
  'tracing',
  'event_recorder',
  'global.http_config.oauth2.grant_type',
  'receivers.*.http_config.oauth2.grant_type',
];

const PATHS = UNSUPPORTED.map((pattern) => pattern.split('.'));

/** Warns of everything in the file that is accepted but has no effect. */
export function warnUnsupported(root: Place): void {
  for (const path of PATHS) {
    for (const place of find(root, path)) place.warn('is not supported yet: it is checked and otherwise ignored');
  }
}

/** The places that a path of keys leads to, through all items of lists. */
function find(place: Place, [step, ...rest]: readonly string[]): Place[] {
  if (step === undefined) return [place];
  if (place.node.kind === 'sequence') return place.items().flatMap((item) => find(item, [step, ...rest]));
  if (place.node.kind !== 'mapping') return [];
  const keys = step === '*' ? place.node.entries.map((entry) => entry.key.text) : [step];
  return keys.flatMap((key) => place.at(key) ?? []).flatMap((child) => find(child, rest));
}
