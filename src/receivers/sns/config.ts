import { goQuote } from '../../alert/label-set.ts';
import { hidden, map, object } from '../../config/field.ts';
import type { Place } from '../../config/place.ts';
import { bool, secret, string } from '../../config/scalars.ts';
import { type EntryValues, receiverSchema } from '../define-receiver.ts';

const shape = {
  api_url: string,
  sigv4: object({
    region: string,
    access_key: string,
    secret_key: secret,
    profile: string,
    role_arn: string,
    external_id: hidden(string),
    session_name: hidden(string),
    tags: hidden(map(string)),
    use_fips_sts_endpoint: hidden(bool),
    service_name: hidden(string),
  }),
  topic_arn: string,
  phone_number: string,
  target_arn: string,
  subject: string,
  message: string,
  attributes: map(string),
  use_aws_http_client: hidden(bool),
};

export const snsSchema = receiverSchema({
  kind: 'sns',
  sendResolvedDefault: true,
  shape,
  resolve(values, place) {
    const targets = [values.target_arn, values.topic_arn, values.phone_number].filter(Boolean);
    // Alertmanager's own condition is a chain of two `!=`: it takes one target, or all three.
    if (targets.length % 2 === 0) {
      place.report('must provide either a Target ARN, Topic ARN, or Phone Number for SNS config');
    }
    checkSigv4(place.near('sigv4'), values.sigv4 ?? {});
    return values;
  },
  convert: (values) => values,
});

type Sigv4 = NonNullable<EntryValues<typeof shape>['sigv4']>;

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

function checkSigv4(place: Place, values: Sigv4): void {
  if (Boolean(values.access_key) !== Boolean(values.secret_key)) {
    const when = 'if credentials are specified in the SigV4 config';
    place.report(`must provide a AWS SigV4 Access key and Secret Key ${when}`);
  }
  if (values.external_id && !values.role_arn) {
    place.near('external_id').report('external_id can only be used with role_arn');
  }
  if (values.session_name && !values.role_arn) {
    place.near('session_name').report('session_name can only be used with role_arn');
  }
  if (values.session_name && !SESSION_NAME.test(values.session_name)) {
    place
      .near('session_name')
      .report(`session_name must match ${SESSION_NAME.source} (2-64 alphanumeric and +=,.@- characters)`);
  }
  checkTags(place.near('tags'), values);
}

function checkTags(place: Place, { tags, role_arn: role }: Sigv4): void {
  if (!tags?.size) return;
  if (!role) place.report('tags can only be used with role_arn');
  for (const [key, value] of tags) {
    if (key === '') place.report('tag key must not be empty');
    if (Buffer.byteLength(key) > 128) place.report(`tag key ${goQuote(key)} exceeds maximum length of 128`);
    if (Buffer.byteLength(value) > 256) {
      place.near(key).report(`tag value for key ${goQuote(key)} exceeds maximum length of 256`);
    }
  }
}
