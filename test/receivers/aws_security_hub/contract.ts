import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  entry: (url) => ({
    account_id: '123456789012',
    sigv4: { region: 'us-east-1', access_key: 'AKIDEXAMPLE', secret_key: 's3cret-1' },
    api_url: url,
  }),
  secrets: ['s3cret-1'],
  success: { status: 200, body: '{"SuccessCount":1,"FailedCount":0,"FailedFindings":[]}' },
  shown: ({ body }) => textsIn(JSON.parse(body)),
});
