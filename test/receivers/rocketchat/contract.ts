import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  entry: (url) => ({
    api_url: url,
    token: 's3cret-1',
    token_id: 's3cret-2',
    channel: '#ops',
    text: '{{ .CommonAnnotations.summary }}',
  }),
  secrets: ['s3cret-1', 's3cret-2'],
  success: { status: 200, body: '{"success":true}' },
  shown: ({ body }) => textsIn(JSON.parse(body)),
  more: [
    {
      name: '200 with success: false',
      failure: { status: 200, body: '{"success":false,"error":"x"}' },
      retryable: false,
      reason: 'clientError',
    },
    { name: '204', failure: 204, retryable: true, reason: 'clientError' },
  ],
});
