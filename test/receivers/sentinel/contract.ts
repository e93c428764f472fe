import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  entry: (url) => ({
    endpoint: url,
    authority_url: url,
    tenant_id: 'tenant',
    client_id: 'client',
    client_secret: 's3cret-1',
    alerts: { rule_id: 'dcr-1', stream: 'Custom-Rhacs_CL' },
  }),
  secrets: ['s3cret-1', 's3cret-2'],
  success: ({ url }) =>
    url.endsWith('/token') ? { status: 200, body: '{"access_token":"s3cret-2","expires_in":3600}' } : { status: 204 },
  shown: ({ url, body }) => (url.endsWith('/token') ? undefined : textsIn(JSON.parse(body))),
  statuses: { 403: { retryable: true, reason: 'authError' } },
});
