import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/v2/enqueue',
  entry: (url) => ({ url, routing_key: 's3cret-1' }),
  secrets: ['s3cret-1'],
  success: { status: 202, body: '{"status":"success"}' },
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
