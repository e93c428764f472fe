import { goDuration, string } from '../../config/scalars.ts';
import { receiverSchema } from '../define-receiver.ts';
import { checkSigv4, sigv4 } from '../sigv4-field.ts';

export const awsSecurityHubSchema = receiverSchema({
  kind: 'aws_security_hub',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    account_id: string,
    sigv4,
    /** Absent: the account's own, arn:PARTITION:securityhub:REGION:ACCOUNT:product/ACCOUNT/default. */
    product_arn: string,
    /** Absent: the region's. */
    api_url: string,
    timeout: goDuration,
  },
  resolve(values, place) {
    if (!/^\d{12}$/.test(values.account_id ?? '')) {
      place.near('account_id').report('expected the 12 digits of an AWS account');
    }
    checkSigv4(place.near('sigv4'), values.sigv4 ?? {});
    return values;
  },
  convert: (values) => values,
  recipientsOf: ({ account_id, sigv4 }) => [account_id, sigv4?.region],
});
