import { atMostOne } from '../../config/exclusive.ts';
import { map } from '../../config/field.ts';
import { configPath, goDuration, secretUrl, string, uint } from '../../config/scalars.ts';
import { receiverSchema } from '../define-receiver.ts';

export const sumologicSchema = receiverSchema({
  kind: 'sumologic',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    url: secretUrl,
    url_file: configPath,
    source_category: string,
    source_name: string,
    source_host: string,
    fields: map(string),
    /** Bytes of one event. */
    max_event_size: uint,
    timeout: goDuration,
  },
  resolve(values, place) {
    if (!values.url_file && place.lacks('url')) place.report('one of url or url_file must be configured');
    atMostOne(place, values, ['url', 'url_file']);
    return { ...values, max_event_size: values.max_event_size ?? 65_536 };
  },
  convert: (values) => values,
  recipientsOf: ({ url, url_file }) => [url, url_file],
});
