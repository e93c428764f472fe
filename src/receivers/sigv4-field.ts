import { goQuote } from '../alert/label-set.ts';
import { hidden, map, object, type Values } from '../config/field.ts';
import type { Place } from '../config/place.ts';
import { bool, secret, string } from '../config/scalars.ts';

/** `sigv4`: how requests to AWS are signed. What is absent comes from the process's surroundings. */
export const sigv4 = object({
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
});

type Sigv4 = Values<typeof sigv4.shape>;

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Reports keys that do not go together. @param place of `sigv4` */
export function checkSigv4(place: Place, values: Sigv4): void {
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
