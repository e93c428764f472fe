import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/workflows/x?sig=s3cret-1',
  entry: (url) => ({ webhook_url: url, text: '{{ .CommonAnnotations.summary }}' }),
  secrets: ['s3cret-1'],
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
