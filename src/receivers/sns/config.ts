import { hidden, map } from '../../config/field.ts';
import { bool } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';
import { checkSigv4, sigv4 } from '../sigv4-field.ts';

const shape = {
  api_url: template,
  sigv4,
  topic_arn: template,
  phone_number: template,
  target_arn: template,
  subject: template,
  message: template,
  attributes: map(template),
  use_aws_http_client: hidden(bool),
};

export const snsSchema = receiverSchema({
  kind: 'sns',
  sendResolvedDefault: true,
  shape,
  defaults: {
    ...defaultTemplates('sns', { subject: 'subject', message: 'message' }),
  },
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
  recipientsOf: ({ api_url, topic_arn, phone_number, target_arn }) => [api_url, topic_arn, phone_number, target_arn],
});
