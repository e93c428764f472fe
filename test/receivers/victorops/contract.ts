import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/alert/',
  entry: (url) => ({
    api_url: url,
    api_key: 's3cret-1',
    routing_key: 'ops',
    state_message: '{{ .CommonAnnotations.summary }}',
  }),
  secrets: ['s3cret-1'],
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
