import type { Notification, ReceiverData } from '../../alert/notification.ts';
import type { HttpConfig } from '../../config/types.ts';
import type { HttpRequest, HttpResponse } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { TemplateData } from '../../templating/data.ts';
import type { ReceiverContext } from '../context.ts';
import { answerText, createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import { type Receiver, type SendReport, withData } from '../receiver.ts';
import { type SecurityEvent, securityEvent } from './security-event.ts';

/** An event that a service refused while it took others. */
export type RefusedEvent = SendReport['refused'][number];

/** An event as it is sent. */
export interface EncodedEvent {
  readonly event: SecurityEvent;
  /** Of the event's alert alone. */
  readonly data: TemplateData;
  readonly text: string;
}

/** A kind of receiver that keeps events: one for each alert and change of its state. */
export interface EventChannel {
  readonly kind: string;
  readonly http: HttpConfig;
  /** ms for one request; absent or 0: none. */
  readonly timeout?: number | undefined;
  /** Of one request: events, and bytes of their texts. */
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** Whether the entry wants the event; one that it does not want counts as sent. Absent: all are sent. */
  wants?(event: SecurityEvent): boolean;
  encode(event: SecurityEvent, data: TemplateData): string;
  /** One request for some events. @throws PermanentError, RetryableError */
  request(events: readonly EncodedEvent[], signal: AbortSignal): Promise<HttpRequest>;
  /** Judges the body of a 2xx answer. @returns what the service refused for good. @throws PermanentError, RetryableError */
  accept?(response: HttpResponse, events: readonly EncodedEvent[]): readonly RefusedEvent[];
  readonly details?: (response: HttpResponse) => string;
  readonly retried?: readonly number[];
}

/** The receiver of one entry of such a kind. What a failed attempt has delivered is not sent again. */
export function createEventReceiver(channel: EventChannel, context: ReceiverContext): Receiver {
  const { kind, http, timeout, details, retried = RETRIED_STATUSES } = channel;
  const sender = createHttpSender({ kind, http, timeout, retried, ...(details && { details }) }, context);

  async function encodeAll(notification: Notification, sent: ReadonlySet<string>): Promise<EncodedEvent[]> {
    const encoded: EncodedEvent[] = [];
    for (const notified of notification.alerts) {
      const event = securityEvent(notified, notification.now);
      if (sent.has(keyOf(event)) || channel.wants?.(event) === false) continue;
      const data = await buildDataInTurns({ ...notification, alerts: [notified] }, context);
      encoded.push({ event, data, text: channel.encode(event, data) });
    }
    return encoded;
  }

  return {
    changesOnly: true,
    async send(notification, signal) {
      const sent = new Set(sentBefore(notification.data));
      const refused: RefusedEvent[] = [];
      let response = '';
      for (const batch of batches(await encodeAll(notification, sent), channel)) {
        try {
          const answer = await sender.send(await channel.request(batch, signal), signal);
          refused.push(...(channel.accept?.(answer, batch) ?? []));
          response = answerText(answer);
        } catch (error) {
          throw withData(error, { sent: [...sent] });
        }
        for (const { event } of batch) sent.add(keyOf(event));
      }
      return { response, refused, ...(notification.data && { data: {} }) };
    },
    warmUp: () => sender.warmUp(),
    close: () => sender.close(),
  };
}

/** Of an event: another one when the alert's state changes, or there is news in it. */
function keyOf({ fingerprint, state, time }: SecurityEvent): string {
  return `${fingerprint}/${state}/${time}`;
}

function sentBefore(data: ReceiverData | undefined): readonly string[] {
  return Array.isArray(data?.sent) ? (data.sent as string[]) : [];
}

/** Splits events into requests. One that is too large for a request goes alone. */
function* batches(
  events: readonly EncodedEvent[],
  { maxEvents, maxBytes }: Pick<EventChannel, 'maxEvents' | 'maxBytes'>,
): Generator<readonly EncodedEvent[]> {
  let batch: EncodedEvent[] = [];
  let bytes = 0;
  for (const one of events) {
    const size = Buffer.byteLength(one.text) + 1;
    if (batch.length > 0 && (batch.length === maxEvents || bytes + size > maxBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
