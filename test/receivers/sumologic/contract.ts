import { gunzipSync } from 'node:zlib';
import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/receiver/v1/http/s3cret-1',
  entry: (url) => ({ url }),
  secrets: ['s3cret-1'],
  shown: ({ bytes }) =>
    gunzipSync(bytes)
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => textsIn(JSON.parse(line)))
      .join('\n'),
});
