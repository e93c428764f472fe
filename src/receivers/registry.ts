import type { ReceiverContext } from './context.ts';
import type { EmailConfig } from './email/config.ts';
import { createEmailReceiver } from './email/email.ts';
import type { Receiver } from './receiver.ts';
import type { WebhookConfig } from './webhook/config.ts';
import { createWebhookReceiver } from './webhook/webhook.ts';

export interface ReceiverKind {
  /**
   * Builds the receiver of one entry; `config` is the kind's own type, as its schema made it. Opens no connection.
   * @throws TemplateError when a string of the entry does not compile.
   */
  create(config: unknown, context: ReceiverContext): Receiver;
}

/** The kinds that send: `<kind>_configs` of the file. A kind that is not here loads and does not act. */
export const receiverKinds: ReadonlyMap<string, ReceiverKind> = new Map<string, ReceiverKind>([
  ['email', { create: (config, context) => createEmailReceiver(config as EmailConfig, context) }],
  ['webhook', { create: (config, context) => createWebhookReceiver(config as WebhookConfig, context) }],
]);
