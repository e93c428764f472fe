import { map } from '../../config/field.ts';
import { configPath, goDuration, oneOf, string, url } from '../../config/scalars.ts';
import { receiverSchema } from '../define-receiver.ts';

export const googleSccSchema = receiverSchema({
  kind: 'google_scc',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    /** organizations/NUMBER/sources/NUMBER */
    source: string,
    /** Of API v2. */
    location: string,
    api_version: oneOf('v1', 'v2'),
    /** Absent: the metadata server of the machine or pod. */
    credentials_file: configPath,
    /** resourceName by cluster. */
    clusters: map(string),
    api_url: url,
    timeout: goDuration,
  },
  resolve(values, place) {
    if (!/^(?:organizations|folders|projects)\/[\w-]+\/sources\/\d+$/.test(values.source ?? '')) {
      place.near('source').report('expected organizations/NUMBER/sources/NUMBER');
    }
    return {
      ...values,
      location: values.location || 'global',
      api_version: values.api_version ?? 'v2',
      api_url: values.api_url ?? 'https://securitycenter.googleapis.com',
    };
  },
  convert: (values) => values,
  recipientsOf: ({ source }) => [source],
});
