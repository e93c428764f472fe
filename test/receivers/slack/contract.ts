import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/services/T0/B0/s3cret-1',
  entry: (url) => ({ api_url: url, channel: '#ops', text: '{{ .CommonAnnotations.summary }}' }),
  secrets: ['s3cret-1'],
  success: { status: 200, body: 'ok' },
  shown: ({ body }) => textsIn(JSON.parse(body)),
  more: [
    {
      name: '200 with ok: false',
      failure: {
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        body: '{"ok":false,"error":"channel_not_found"}',
      },
      retryable: false,
      reason: 'clientError',
    },
    {
      name: '200 with ok: false, ratelimited',
      failure: {
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        body: '{"ok":false,"error":"ratelimited"}',
      },
      retryable: true,
      reason: 'rateLimited',
    },
    {
      name: '200 with half a JSON document',
      failure: { status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: '{"ok":' },
      retryable: true,
      reason: 'clientError',
    },
    {
      name: '200 with a text other than ok',
      failure: { status: 200, body: 'no_service' },
      retryable: false,
      reason: 'clientError',
    },
    { name: '204', failure: 204, retryable: false, reason: 'clientError' },
  ],
});
