import type { MatcherMode } from '../alert/parse-matchers.ts';

/** What `--enable-feature` turns on. */
export interface Features {
  readonly matcherMode: MatcherMode;
  readonly receiverNamesInMetrics: boolean;
  readonly alertNamesInMetrics: boolean;
  readonly groupKeysInMetrics: boolean;
}

/** Also those that change nothing here, so that Alertmanager's command lines keep working. */
export const FEATURE_NAMES = [
  'alert-names-in-metrics',
  'receiver-name-in-metrics',
  'group-key-in-metrics',
  'classic-mode',
  'utf8-strict-mode',
  'auto-gomemlimit',
  'event-recorder',
  'muted-alerts-in-nflog',
] as const;

/** @param list comma-separated names. @throws Error with Alertmanager's text */
export function parseFeatures(list: string): Features {
  const names = new Set(list === '' ? [] : list.split(','));
  for (const name of names) {
    if (!FEATURE_NAMES.some((known) => known === name))
      throw new Error(`unknown option '${name}' for --enable-feature`);
  }
  const classic = names.has('classic-mode');
  const utf8 = names.has('utf8-strict-mode');
  if (classic && utf8) throw new Error('cannot have both classic and UTF-8 modes enabled');
  return {
    matcherMode: classic ? 'classic' : utf8 ? 'utf8' : 'fallback',
    receiverNamesInMetrics: names.has('receiver-name-in-metrics'),
    alertNamesInMetrics: names.has('alert-names-in-metrics'),
    groupKeysInMetrics: names.has('group-key-in-metrics'),
  };
}
