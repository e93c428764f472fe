import { AwsV4Signer } from 'aws4fetch';
import type { HttpRequest } from '../http-client/http-client.ts';
import type { AwsCredentials } from './credentials.ts';

export interface SigningScope {
  /** As in the signature's scope: `sns`, `securityhub`, `s3`, `sts`. */
  readonly service: string;
  readonly region: string;
  /** ms since 1970. */
  readonly now: number;
}

/** The request with the headers of AWS Signature Version 4. Its own headers but Content-Type are not signed. */
export async function signRequest(
  request: HttpRequest,
  credentials: AwsCredentials,
  { service, region, now }: SigningScope,
): Promise<HttpRequest> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signed = await new AwsV4Signer({
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: (request.body as string | undefined) ?? null,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service,
    region,
    datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  }).sign();
  return { ...request, headers: { ...request.headers, ...Object.fromEntries(signed.headers) } };
}
