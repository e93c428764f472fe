import { atMostOne } from '../../config/exclusive.ts';
import { map } from '../../config/field.ts';
import { httpField } from '../../config/http-config.ts';
import { goDuration, secret, uint, url, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { receiverSchema } from '../define-receiver.ts';

export const incidentioSchema = receiverSchema({
  kind: 'incidentio',
  isHidden: true,
  sendResolvedDefault: true,
  http: httpField(workingPath),
  shape: {
    url,
    url_file: workingPath,
    alert_source_token: secret,
    alert_source_token_file: workingPath,
    max_alerts: uint,
    metadata: map(template),
    timeout: goDuration,
  },
  resolve(values, place) {
    const hasToken = Boolean(values.alert_source_token || values.alert_source_token_file);
    if (!values.url_file && place.lacks('url')) place.report('one of url or url_file must be configured');
    atMostOne(place, values, ['url', 'url_file']);
    atMostOne(place, values, ['alert_source_token', 'alert_source_token_file']);
    if (values.http_config?.authorization && hasToken) {
      place.report('cannot specify alert_source_token or alert_source_token_file when using http_config.authorization');
    }
    if (values.http_config && !values.http_config.authorization && !hasToken) {
      const keys = 'alert_source_token, alert_source_token_file or http_config.authorization';
      place.report(`at least one of ${keys} must be configured`);
    }
    return values;
  },
  convert: (values) => values,
  recipientsOf: ({ url, url_file }) => [url, url_file],
});
