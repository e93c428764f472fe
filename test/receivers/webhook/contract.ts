import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/hooks/t0ken-1?key=s3cret-2',
  entry: (url) => ({
    url,
    http_config: {
      basic_auth: { username: 'tocsin', password: 's3cret-3' },
      http_headers: { 'X-Key': { secrets: ['s3cret-4'] }, Cookie: { values: ['session=s3cret-5'] } },
    },
  }),
  secrets: ['t0ken-1', 's3cret-2', 's3cret-3', 's3cret-4', 's3cret-5', 'tocsin:s3cret-3'],
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
