import type { SourceSchema } from '../../config/registry.ts';

/** `sources.alertmanager` has no keys of its own. An upstream sends an alert again only at its repeat_interval, ms. */
export const alertmanagerSchema = {
  name: 'alertmanager',
  defaultPath: '/webhooks/alertmanager',
  defaultStaleAfter: 86_400_000,
} satisfies SourceSchema;
