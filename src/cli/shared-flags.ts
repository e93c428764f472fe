import { DEFAULT_CONFIG } from './default-config.ts';
import { FEATURE_NAMES, type Features, parseFeatures } from './features.ts';
import { type Flag, text } from './flag-types.ts';

/* Flags that the server and commands have in common. */

export const configFileFlag: Flag<string> = {
  ...text('config.file', 'Configuration file.', 'FILE', DEFAULT_CONFIG),
  shownDefault: 'config/tocsin.yml of the package',
};

export const featuresFlag: Flag<Features> = {
  ...text('enable-feature', `Comma-separated features: ${FEATURE_NAMES.join(', ')}.`, 'LIST'),
  initial: parseFeatures(''),
  parse: (values) => parseFeatures(values.at(-1) as string),
};
