import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/v1/messages',
  entry: (url) => ({
    api_url: url,
    room_id: 'room-1',
    message: '{{ .CommonAnnotations.summary }}',
    http_config: { authorization: { credentials: 's3cret-1' } },
  }),
  secrets: ['s3cret-1'],
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
