import { atMostOne } from '../config/exclusive.ts';
import type { Place } from '../config/place.ts';
import type { Secret, SecretSource } from '../config/secret.ts';
import { secretSource } from '../config/secret-source.ts';
import { secretForSend } from './secret.ts';

/** An entry that has `webhook_url` or `webhook_url_file`. */
interface WebhookUrlValues {
  readonly webhook_url?: Secret | undefined;
  readonly webhook_url_file?: string | undefined;
}

/** Reports an entry that has neither or both. */
export function checkWebhookUrl(values: WebhookUrlValues, place: Place): void {
  if (!values.webhook_url_file && place.lacks('webhook_url')) {
    place.report('one of webhook_url or webhook_url_file must be configured');
  }
  atMostOne(place, { ...values }, ['webhook_url', 'webhook_url_file']);
}

/** Reads the URL, for each notification. */
export function webhookUrl(config: WebhookUrlValues): () => Promise<string> {
  const source = secretSource(config.webhook_url, config.webhook_url_file) as SecretSource;
  return () => secretForSend(source, 'webhook_url_file');
}
