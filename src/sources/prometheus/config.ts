import type { SourceSchema } from '../../config/registry.ts';

/** `sources.prometheus` has no keys of its own. Prometheus re-sends what fires, so nothing goes stale by default. */
export const prometheusSchema = {
  name: 'prometheus',
  defaultPath: '/api/v2/alerts',
  defaultStaleAfter: undefined,
} satisfies SourceSchema;
