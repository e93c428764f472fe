import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/api/webhooks/1/s3cret-1',
  entry: (url) => ({ webhook_url: url, message: '{{ .CommonAnnotations.summary }}' }),
  secrets: ['s3cret-1'],
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
