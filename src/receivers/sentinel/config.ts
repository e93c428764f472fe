import { atMostOne } from '../../config/exclusive.ts';
import { object } from '../../config/field.ts';
import { bool, configPath, goDuration, oneOf, secret, string, url } from '../../config/scalars.ts';
import { receiverSchema } from '../define-receiver.ts';

const stream = object({ rule_id: string, stream: string });

export const sentinelSchema = receiverSchema({
  kind: 'sentinel',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    /** Of the data collection endpoint. */
    endpoint: url,
    tenant_id: string,
    client_id: string,
    client_secret: secret,
    client_secret_file: configPath,
    certificate_file: configPath,
    certificate_key_file: configPath,
    workload_identity: bool,
    alerts: stream,
    audit: stream,
    record: oneOf('rhacs', 'columns'),
    cloud: oneOf('public', 'usgovernment', 'china'),
    /** Absent: the cloud's login server. */
    authority_url: url,
    timeout: goDuration,
  },
  resolve(values, place) {
    if (place.lacks('endpoint'))
      place.report('missing endpoint in sentinel config: https://NAME.REGION-1.ingest.monitor.azure.com');
    if (!values.workload_identity) {
      if (!values.tenant_id) place.report('missing tenant_id in sentinel config');
      if (!values.client_id) place.report('missing client_id in sentinel config');
      if (!values.client_secret && !values.client_secret_file && !values.certificate_file) {
        place.report(
          'one of client_secret, client_secret_file, certificate_file or workload_identity must be configured',
        );
      }
    }
    atMostOne(place, values, ['client_secret', 'client_secret_file']);
    if (Boolean(values.certificate_file) !== Boolean(values.certificate_key_file)) {
      place
        .near('certificate_file', 'certificate_key_file')
        .report('certificate_file and certificate_key_file go together');
    }
    if (!values.alerts && !values.audit) place.report('at least one of alerts and audit must be configured');
    for (const key of ['alerts', 'audit'] as const) {
      const one = values[key];
      if (!one) continue;
      if (!one.rule_id)
        place.near(key).report('missing rule_id: the immutable ID of the data collection rule, dcr-...');
      if (!one.stream?.startsWith('Custom-'))
        place.near(key).report('stream: expected a name that starts with Custom-');
    }
    return { ...values, record: values.record ?? 'rhacs', cloud: values.cloud ?? 'public' };
  },
  convert: (values) => values,
  recipientsOf: ({ endpoint, tenant_id }) => [endpoint, tenant_id],
});
