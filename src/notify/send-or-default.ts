import type { Notification } from '../alert/notification.ts';
import type { Logger } from '../log/logger.ts';
import { type Receiver, RecipientsRefusedError, type SendReport } from '../receivers/receiver.ts';

/**
 * One attempt to send a notification. Where the server refuses its target for good, the configured recipients are notified
 * instead, and why: an alert that names somebody who does not exist must not be lost.
 * @throws DeliveryError
 */
export async function sendOrDefault(
  receiver: Receiver,
  notification: Notification,
  signal: AbortSignal,
  logger: Logger,
): Promise<SendReport | undefined> {
  try {
    return (await receiver.send(notification, signal)) ?? undefined;
  } catch (error) {
    const { target, ...rest } = notification;
    if (!target || !(error instanceof RecipientsRefusedError)) throw error;
    logger.warn('A recipient named by an alert was rejected', { receiver: notification.receiver, err: error });
    const replies = error.refused.map(({ address, reply }) => `${address} was refused: ${reply}`).join('; ');
    const note = `${replies}. The default recipients were notified instead.`;
    const instead = { ...rest, id: `${rest.id}.default`, notes: [...(rest.notes ?? []), note] };
    const report = await receiver.send(Object.freeze(instead), signal);
    return { response: '', ...report, refused: [...error.refused, ...(report?.refused ?? [])] };
  }
}
