import { createAwsAccess } from '../../aws/access.ts';
import { AwsCredentialsError } from '../../aws/credentials.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { createEventReceiver, type RefusedEvent } from '../events/event-receiver.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { PermanentError, type Receiver, RetryableError } from '../receiver.ts';
import { awsSecurityHubSchema } from './config.ts';
import { findingOf } from './finding.ts';

/** `aws_security_hub_configs`. */
export const awsSecurityHub = defineReceiver({ ...awsSecurityHubSchema, create: createSecurityHubReceiver });

/** Of one request: AWS allows 100 findings and 6 MB. */
const MAX_FINDINGS = 25;
const MAX_REQUEST = 5_000_000;

/** Imports findings into AWS Security Hub; what has ended is archived. */
function createSecurityHubReceiver(config: ConfigOf<typeof awsSecurityHubSchema>, context: ReceiverContext): Receiver {
  const accountId = config.account_id as string;
  const http = httpConfigOf(config);
  const aws = createAwsAccess(config.sigv4 ?? {}, http, context.clock);

  const receiver = createEventReceiver(
    {
      kind: 'aws_security_hub',
      http: httpConfigOf(config),
      timeout: config.timeout,
      maxEvents: MAX_FINDINGS,
      maxBytes: MAX_REQUEST,
      details: ({ body }) => /"(?:M|m)essage"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? body,
      encode: (event) => JSON.stringify(findingOf(event, { accountId, productArn: '', now: context.clock.now() })),
      async request(events, signal) {
        const region = await aws.region();
        if (region === '')
          throw new PermanentError('no AWS region: set region under sigv4, or AWS_REGION', 'configError');
        const partition = partitionOf(region);
        const own = `arn:${partition}:securityhub:${region}:${accountId}:product/${accountId}/default`;
        const ProductArn = config.product_arn || own;
        const findings = events.map(({ text }) => ({ ...(JSON.parse(text) as object), ProductArn }));
        const host = `https://securityhub.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
        const request = {
          method: 'POST',
          url: `${(config.api_url || host).replace(/\/$/, '')}/findings/import`,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ Findings: findings }),
        } as const;
        return await aws.sign(request, 'securityhub', signal).catch((error: unknown) => {
          if (!(error instanceof AwsCredentialsError)) throw error;
          throw new RetryableError(error.message, 'authError', { cause: error });
        });
      },
      accept,
    },
    context,
  );
  return {
    ...receiver,
    close: async () => {
      await Promise.all([receiver.close(), aws.close()]);
    },
  };
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** A finding that Security Hub refuses would be refused again: it is reported, and the others count as delivered. */
function accept({ body }: HttpResponse): readonly RefusedEvent[] {
  const { FailedFindings: failed } = JSON.parse(body || '{}') as { FailedFindings?: unknown };
  if (!Array.isArray(failed)) return [];
  return (failed as Record<string, unknown>[]).map(({ Id, ErrorCode, ErrorMessage }) => ({
    address: String(Id),
    reply: `${String(ErrorCode)}: ${String(ErrorMessage)}`.slice(0, 500),
  }));
}
