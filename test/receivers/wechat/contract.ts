import { httpContract, textsIn } from '../contract.ts';

export const contract = httpContract({
  path: '/cgi-bin/',
  entry: (url) => ({ api_url: url, corp_id: 'corp', api_secret: 's3cret-1', to_user: '@all' }),
  secrets: ['s3cret-1', 's3cret-2'],
  success: ({ url }) => ({
    status: 200,
    body: url.includes('gettoken') ? '{"errcode":0,"access_token":"s3cret-2"}' : '{"errcode":0,"errmsg":"ok"}',
  }),
  shown: ({ method, body }) => (method === 'GET' ? undefined : textsIn(JSON.parse(body))),
});
