import { atMostOne } from '../../config/exclusive.ts';
import { object } from '../../config/field.ts';
import { configPath, goDuration, secret, string, uint, url } from '../../config/scalars.ts';
import { receiverSchema } from '../define-receiver.ts';

/** Splunk cuts an event at this length by default (TRUNCATE), without an error and through its JSON. Bytes. */
const TRUNCATE = 10_000;

export const splunkSchema = receiverSchema({
  kind: 'splunk',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    /** With a path it is kept; without one, /services/collector/event is added. */
    url,
    token: secret,
    token_file: configPath,
    index: string,
    source: string,
    host: string,
    sourcetypes: object({ alert: string, audit: string, networkpolicy: string }),
    truncate: uint,
    timeout: goDuration,
  },
  resolve(values, place) {
    if (place.lacks('url')) place.report('missing url in splunk config: the HTTP Event Collector, https://HOST:8088');
    if (!values.token && !values.token_file) place.report('one of token or token_file must be configured');
    atMostOne(place, values, ['token', 'token_file']);
    return { ...values, truncate: values.truncate ?? TRUNCATE };
  },
  convert: (values) => values,
  recipientsOf: ({ url }) => [url],
});
