import { httpContract, textsIn } from '../contract.ts';

const UNESCAPED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'", '#43': '+' };

export const contract = httpContract({
  entry: (url) => ({
    api_url: url,
    bot_token: '1:s3cret-1',
    chat_id: -1001,
    message: '{{ .CommonAnnotations.summary }}',
  }),
  secrets: ['s3cret-1'],
  success: { status: 200, body: '{"ok":true,"result":{"message_id":5}}' },
  // The message is HTML: what is no tag is text, its entities resolved.
  shown: ({ body }) =>
    textsIn(JSON.parse(body))
      .replace(/<[^>]*>/g, '')
      .replace(/&(\w+|#\d+);/g, (found, name: string) => UNESCAPED[name] ?? found),
  more: [
    {
      name: '200 with ok: false, 400',
      failure: { status: 200, body: '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}' },
      retryable: false,
      reason: 'clientError',
    },
    {
      name: '429 with retry_after',
      failure: {
        status: 429,
        body: '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":17}}',
      },
      retryable: true,
      reason: 'rateLimited',
      retryAfter: 17_000,
    },
    { name: '200 that is no JSON', failure: { status: 200, body: '<html>' }, retryable: true, reason: 'other' },
  ],
});
