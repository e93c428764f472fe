import { certificates } from '../../support/certificates.ts';
import { httpContract } from '../contract.ts';

export const contract = httpContract({
  isProxied: true,
  entry: (proxy) => ({
    user_key: 's3cret-1',
    token: 's3cret-2',
    message: '{{ .CommonAnnotations.summary }}',
    http_config: { proxy_url: proxy, tls_config: { ca_file: certificates().ca.certFile } },
  }),
  secrets: ['s3cret-1', 's3cret-2'],
  shown: ({ url }) => new URL(url, 'https://api.pushover.net').searchParams.get('message') ?? '',
});
