import { object, type Values } from '../../../config/field.ts';
import type { Place } from '../../../config/place.ts';
import { bool, configPath, duration, url } from '../../../config/scalars.ts';
import type { ApiServer } from '../api-client.ts';

/** `sources.rhacs.central`: where to ask what became of alerts. */
export interface CentralOptions extends ApiServer {
  /** ms */
  readonly pollInterval: number;
}

/** ms */
const POLL_INTERVAL = 60_000;

/** The keys of `central`. */
export const central = object({
  url,
  token_file: configPath,
  poll_interval: duration,
  ca_file: configPath,
  insecure_skip_verify: bool,
});

/** @param place of `central`; a problem found is reported there. */
export function toCentralOptions(values: Values<typeof central.shape>, place: Place): CentralOptions {
  if (place.lacks('url')) place.report('missing url: the address of Central, such as https://central.example.org');
  if (place.lacks('token_file')) {
    place.report('missing token_file: the file with an API token of Central, of a role that may read Alert');
  }
  if (values.poll_interval === 0) place.near('poll_interval').report('poll_interval cannot be zero');
  return {
    url: (values.url ?? '').replace(/\/+$/, ''),
    tokenFile: values.token_file ?? '',
    pollInterval: values.poll_interval ?? POLL_INTERVAL,
    caFile: values.ca_file,
    insecureSkipVerify: values.insecure_skip_verify ?? false,
  };
}
