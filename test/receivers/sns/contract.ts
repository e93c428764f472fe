import { httpContract } from '../contract.ts';

export const contract = httpContract({
  entry: (url) => ({
    api_url: url,
    topic_arn: 'arn:aws:sns:us-east-2:123456789012:My-Topic',
    message: '{{ .CommonAnnotations.summary }}',
    sigv4: { region: 'us-east-2', access_key: 'AKIDEXAMPLE', secret_key: 's3cret-1' },
  }),
  secrets: ['s3cret-1'],
  success: {
    status: 200,
    body: '<PublishResponse><PublishResult><MessageId>id-1</MessageId></PublishResult></PublishResponse>',
  },
  shown: ({ body }) => new URLSearchParams(body).get('Message') ?? '',
  more: [
    {
      name: '400 Throttling',
      failure: {
        status: 400,
        body: '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
      },
      retryable: true,
      reason: 'rateLimited',
    },
  ],
});
