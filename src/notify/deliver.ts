import type { Notification, ReceiverData } from '../alert/notification.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { DeliveryError, type SendReport } from '../receivers/receiver.ts';
import type { Clock } from '../time/clock.ts';
import type { Integration } from './integration.ts';
import type { LastCall } from './last-call.ts';
import { retry } from './retry.ts';
import { sendOrDefault } from './send-or-default.ts';

export interface DeliverOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The flush's deadline. */
  readonly signal: AbortSignal;
  /** No more attempts after this: the process is about to stop. */
  readonly lastCall: LastCall;
  /** Called when an attempt failed in a new way and another will follow. */
  readonly onFailure: (error: DeliveryError) => Promise<void>;
}

/**
 * Sends a notification, with retries. What the receiver reports of a failed attempt is handed to it with the next one.
 * @throws DeliveryFailure
 */
export async function deliver(
  notification: Notification,
  integration: Integration,
  options: DeliverOptions,
): Promise<SendReport | undefined> {
  const { clock, metrics, logger, signal, lastCall, onFailure } = options;
  const labels = metrics.integrationLabels(integration.kind, integration.receiverName);
  let lastFailure = '';
  let data: ReceiverData | undefined = notification.data;
  let report: SendReport | undefined;
  const attempt = async (): Promise<void> => {
    const started = clock.monotonic();
    metrics.notificationRequestsTotal.inc(labels);
    try {
      const current = data === undefined || data === notification.data ? notification : { ...notification, data };
      report = await sendOrDefault(integration.receiver, current, signal, logger);
    } catch (error) {
      metrics.notificationRequestsFailedTotal.inc(labels);
      if (error instanceof DeliveryError) data = error.data ?? data;
      throw error;
    } finally {
      metrics.notificationLatencySeconds.observe(labels, (clock.monotonic() - started) / 1_000);
    }
  };
  const attempts = await retry(attempt, {
    clock,
    signal,
    lastCall,
    endpoint: integration.receiver.endpoint,
    notification,
    onFailure: async (error, count) => {
      const failure = `${error.reason} ${error.message}`;
      if (failure === lastFailure && error.data === undefined) return;
      if (failure !== lastFailure) {
        logger.warn('Notify attempt failed, will retry later', { attempts: count, reason: error.reason, err: error });
      }
      lastFailure = failure;
      await onFailure(error);
    },
  });
  if (attempts > 1) logger.info('Notify success', { attempts });
  else logger.debug('Notify success', { attempts });
  return report;
}
