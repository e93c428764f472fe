import type { Place } from './place.ts';
import type { IntegrationSchema } from './registry.ts';

/**
 * Keys that load but do not act yet; `*` stands for any one key. A change that makes one act deletes its line. The kinds
 * of integration that Tocsin cannot send to are not here: their schemas say it (`acts`).
 */
export const NOT_ACTING = [
  'tracing',
  'event_recorder',
  'global.http_config.oauth2.grant_type',
  'receivers.*.http_config.oauth2.grant_type',
];

const PATHS = NOT_ACTING.map((pattern) => pattern.split('.'));

/** Warns of everything in the file that is accepted but has no effect. */
export function warnNotActing(root: Place, integrations: readonly IntegrationSchema[]): void {
  for (const path of PATHS) {
    for (const place of find(root, path)) place.warn('does not act yet: it is checked and otherwise ignored');
  }
  for (const { kind, key, acts } of integrations) {
    if (acts) continue;
    const text = `does not act yet: Tocsin cannot send to ${kind}`;
    for (const place of find(root, ['receivers', key])) place.warn(`${text}, so nothing goes out here`);
    for (const place of find(root, ['global', '*'])) if (place.path.startsWith(`global.${kind}_`)) place.warn(text);
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
