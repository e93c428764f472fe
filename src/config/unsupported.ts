import type { Place } from './place.ts';
import type { IntegrationSchema } from './registry.ts';

/**
 * Keys that are checked and have no effect; `*` stands for any one key. A change that supports one deletes its line. The
 * kinds of integration that Tocsin cannot send to are not here: their schemas say it (`supported`).
 */
export const UNSUPPORTED = [
  'tracing',
  'event_recorder',
  'global.http_config.oauth2.grant_type',
  'receivers.*.http_config.oauth2.grant_type',
];

const PATHS = UNSUPPORTED.map((pattern) => pattern.split('.'));

/** Warns of everything in the file that is accepted but has no effect. */
export function warnUnsupported(root: Place, integrations: readonly IntegrationSchema[]): void {
  for (const path of PATHS) {
    for (const place of find(root, path)) place.warn('is not supported yet: it is checked and otherwise ignored');
  }
  for (const { kind, key, supported, globals } of integrations) {
    if (supported) continue;
    const text = `is not supported yet: Tocsin cannot send to ${kind}`;
    for (const place of find(root, ['receivers', key])) place.warn(`${text}, so nothing goes out here`);
    for (const name of Object.keys(globals)) for (const place of find(root, ['global', name])) place.warn(text);
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
