import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  entry: (url) => ({ url, token: 's3cret-1' }),
  secrets: ['s3cret-1'],
  success: { status: 200, body: '{"text":"Success","code":0}' },
  shown: ({ body }) =>
    body
      .split('\n')
      .map((line) => textsIn(JSON.parse(line)))
      .join('\n'),
  more: [
    {
      name: '400 of an index that is not there',
      failure: { status: 400, body: '{"text":"Incorrect index","code":7,"invalid-event-number":0}' },
      retryable: false,
      reason: 'clientError',
    },
    {
      name: '503 of a busy collector',
      failure: { status: 503, body: '{"text":"Server is busy","code":9}' },
      retryable: true,
      reason: 'serverError',
    },
  ],
});
