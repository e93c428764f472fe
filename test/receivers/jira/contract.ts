import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/rest/api/2',
  entry: (url) => ({
    api_url: url,
    project: 'OPS',
    issue_type: 'Bug',
    http_config: { basic_auth: { username: 'bot', password: 's3cret-1' } },
  }),
  secrets: ['s3cret-1', 'bot:s3cret-1'],
  success: ({ url }) =>
    url.endsWith('/search') ? { status: 200, body: '{"issues":[]}' } : { status: 201, body: '{"key":"OPS-1"}' },
  shown: ({ url, body }) => (url.endsWith('/search') ? undefined : textsIn(JSON.parse(body))),
});
