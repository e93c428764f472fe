import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/v2/alert_events/alertmanager/01',
  entry: (url) => ({ url, alert_source_token: 's3cret-1' }),
  secrets: ['s3cret-1'],
  success: { status: 202 },
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
