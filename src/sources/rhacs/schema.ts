import { map, object, type Shape, type Values } from '../../config/field.ts';
import type { Place } from '../../config/place.ts';
import { bool, configPath, duration, oneOf, secret, string, url } from '../../config/scalars.ts';
import type { RhacsOptions } from './config.ts';

/** The keys of `sources.rhacs` beside those of every source. */
export const rhacsShape = {
  update_interval: duration,
  central_url: url,
  central: object({
    url,
    token: secret,
    token_file: configPath,
    poll_interval: duration,
    ca_file: configPath,
    insecure_skip_verify: bool,
  }),
  namespace_annotations: object({ from: oneOf('central', 'kubernetes', 'static'), static: map(map(string)) }),
} satisfies Shape;

export function parseRhacsOptions(values: Values<Shape>, _place: Place | undefined): RhacsOptions {
  const { central_url: centralUrl, central } = values as Values<typeof rhacsShape>;
  return { centralUrl: (centralUrl ?? central?.url)?.replace(/\/+$/, '') };
}
