import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpContract, textsIn } from '../contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-scc-'));

/** A service account's key whose tokens this URL gives. */
function keyFile(url: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = join(folder, 'key.json');
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(file, JSON.stringify({ client_email: 'x@example.org', private_key, token_uri: `${url}token` }));
  return file;
}

export const contract = httpContract({
  entry: (url) => ({
    source: 'organizations/123456789012/sources/5678901234567890123',
    api_url: url,
    credentials_file: keyFile(url),
  }),
  secrets: ['s3cret-1'],
  success: ({ url }) =>
    url === '/token'
      ? { status: 200, body: '{"access_token":"s3cret-1","expires_in":3600}' }
      : { status: 200, body: '{}' },
  shown: ({ url, body }) => (url === '/token' ? undefined : textsIn(JSON.parse(body))),
});
