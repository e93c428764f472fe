import type { Notification } from '../alert/notification.ts';
import type { HttpConfig } from '../config/types.ts';
import type { HttpRequest, HttpResponse } from '../http-client/http-client.ts';
import { buildDataInTurns } from '../templating/build-data.ts';
import type { TemplateData } from '../templating/data.ts';
import type { ReceiverContext } from './context.ts';
import { answerText, createHttpSender, RETRIED_STATUSES } from './http-sender.ts';
import type { Receiver } from './receiver.ts';

/** A kind of receiver that sends one HTTP request for one notification. */
export interface HttpChannel {
  readonly kind: string;
  readonly http: HttpConfig;
  /** ms for one attempt; absent or 0: none. */
  readonly timeout?: number | undefined;
  /** Statuses below 500 that are tried again. Absent: 408 and 429. */
  readonly retried?: readonly number[];
  /** What errors show of a refused request's answer. Absent: the start of its body. */
  readonly details?: (response: HttpResponse) => string;
  /** @throws PermanentError, RetryableError */
  request(data: TemplateData, notification: Notification): HttpRequest | Promise<HttpRequest>;
  /** Judges the body of a 2xx answer. Absent: any will do. @throws PermanentError, RetryableError */
  accept?(response: HttpResponse): void;
  /** Judges an answer whatever its status, in place of the usual rule. @throws PermanentError, RetryableError */
  readonly judge?: (response: HttpResponse) => void;
}

/** The receiver of one entry of such a kind. */
export function createHttpReceiver(channel: HttpChannel, context: ReceiverContext): Receiver {
  const { kind, http, timeout, retried = RETRIED_STATUSES, details, judge } = channel;
  const sender = createHttpSender(
    { kind, http, timeout, retried, ...(details && { details }), ...(judge && { judge }) },
    context,
  );
  return {
    async send(notification, signal) {
      const data = await buildDataInTurns(notification, context);
      const request = await channel.request(data, notification);
      const response = await sender.send(request, signal);
      channel.accept?.(response);
      return {
        response: answerText(response),
        refused: [],
      };
    },
    warmUp: () => sender.warmUp(),
    close: () => sender.close(),
  };
}

export interface JsonPostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** What in the headers and the document is secret. */
  readonly secrets?: readonly string[];
}

/** A POST of a JSON document, as Go's encoder writes it. */
export function jsonPost(url: string, json: string, { headers, secrets = [] }: JsonPostOptions = {}): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: `${json}\n`,
    secrets,
  };
}
