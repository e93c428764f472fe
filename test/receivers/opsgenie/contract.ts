import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/og/',
  entry: (url) => ({ api_url: url, api_key: 's3cret-1' }),
  secrets: ['s3cret-1'],
  success: { status: 202 },
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
