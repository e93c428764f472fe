import { createAwsAccess } from '../../aws/access.ts';
import { AwsCredentialsError } from '../../aws/credentials.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpSender, shownText, statusReason } from '../http-sender.ts';
import { PermanentError, type Receiver, RetryableError } from '../receiver.ts';
import { snsSchema } from './config.ts';
import { compilePublish } from './publish.ts';

/** `sns_configs`. */
export const sns = defineReceiver({ ...snsSchema, create: createSnsReceiver });

/** Publishes to Amazon SNS: a topic, a phone number or a platform endpoint, as Alertmanager does. */
function createSnsReceiver(config: ConfigOf<typeof snsSchema>, context: ReceiverContext): Receiver {
  const publish = compilePublish(config, context.templates);
  const http = httpConfigOf(config);
  const sender = createHttpSender({ kind: 'sns', http, retried: [], judge }, context);
  const aws = createAwsAccess(config.sigv4 ?? {}, http, context.clock);

  return {
    async send(notification, signal) {
      const { url, form } = publish(await buildDataInTurns(notification, context), notification);
      const region = await aws.region();
      if (region === '')
        throw new PermanentError('no AWS region: set region under sigv4, or AWS_REGION', 'configError');
      const request = {
        method: 'POST',
        url: url || `https://sns.${region}.amazonaws.com/`,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
      } as const;
      const signed = await aws.sign(request, 'sns', signal).catch((error: unknown) => {
        if (error instanceof AwsCredentialsError)
          throw new RetryableError(error.message, 'authError', { cause: error });
        throw error;
      });
      const response = await sender.send(signed, signal);
      const [, id = ''] = /<MessageId>([^<]*)</.exec(response.body) ?? [];
      return { response: `${response.status} ${shownText(id, response)}`.trimEnd(), refused: [] };
    },
    warmUp: () => sender.warmUp(),
    close: async () => {
      await Promise.all([sender.close(), aws.close()]);
    },
  };
}

/** Codes of answers below 500 by which AWS asks to try again. */
const THROTTLED =
  /<Code>(?:Throttl\w*|RequestThrottled\w*|TooManyRequestsException|RequestLimitExceeded|KMSThrottling\w*)</;

function judge(response: HttpResponse): void {
  const { status, body, retryAfter } = response;
  if (status >= 200 && status < 300) return;
  const [, message = body] = /<Message>([^<]*)</.exec(body) ?? [];
  const text = `unexpected status code ${status}: ${shownText(message, response)}`;
  if (status === 429 || THROTTLED.test(body)) throw new RetryableError(text, 'rateLimited', { retryAfter });
  if (status >= 500 || status === 408) throw new RetryableError(text, statusReason(status), { retryAfter });
  throw new PermanentError(text, statusReason(status));
}
