import type { TemplateData } from '../../templating/data.ts';
import type { ReceiverContext } from '../context.ts';
import { createEventReceiver } from '../events/event-receiver.ts';
import type { Receiver } from '../receiver.ts';
import type { WebhookConfig } from './config.ts';

/** Posts each alert, and each change of its state, as RHACS' generic webhook does: for QRadar, ServiceNow and the like. */
export function createRhacsWebhook(
  config: WebhookConfig,
  urlOf: (data: TemplateData) => Promise<string>,
  context: ReceiverContext,
): Receiver {
  const extra = Object.fromEntries(config.extraFields);
  return createEventReceiver(
    {
      kind: 'webhook',
      http: config.http,
      timeout: config.timeout,
      maxEvents: 1,
      maxBytes: Number.POSITIVE_INFINITY,
      encode: ({ document }) => JSON.stringify({ ...extra, [document.message]: document.body }),
      async request([one]) {
        if (!one) throw new Error('no event');
        const headers = { 'Content-Type': 'application/json' };
        return { method: 'POST', url: await urlOf(one.data), headers, body: one.text };
      },
    },
    context,
  );
}
