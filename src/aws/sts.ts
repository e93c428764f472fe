import type { HttpClient } from '../http-client/http-client.ts';
import { type AwsCredentials, AwsCredentialsError } from './credentials.ts';
import { signRequest } from './sign.ts';

export interface StsOptions {
  readonly region: string;
  readonly client: HttpClient;
  readonly now: () => number;
  /** Absent: the region's. */
  readonly endpoint?: string | undefined;
}

/** s that an assumed role lasts. */
const DURATION = '900';

export interface AssumedRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId?: string | undefined;
}

/** Credentials of another role. @throws AwsCredentialsError, HttpClientError */
export async function assumeRole(
  role: AssumedRole,
  credentials: AwsCredentials,
  options: StsOptions,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const { roleArn, sessionName, externalId } = role;
  const query = {
    Action: 'AssumeRole',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: DURATION,
    ...(externalId && { ExternalId: externalId }),
  };
  return await ask(query, credentials, options, signal);
}

/** Credentials of a role that a token of another identity provider stands for. */
export async function assumeRoleWithWebIdentity(
  { roleArn, sessionName, token }: AssumedRole & { readonly token: string },
  options: StsOptions,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const query = {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken: token,
  };
  return await ask(query, undefined, options, signal);
}

async function ask(
  query: Readonly<Record<string, string>>,
  credentials: AwsCredentials | undefined,
  { region, client, now, endpoint }: StsOptions,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const request = {
    method: 'POST',
    url: endpoint ?? `https://sts.${region}.amazonaws.com/`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...query, Version: '2011-06-15' }).toString(),
  } as const;
  const signed = credentials
    ? await signRequest(request, credentials, { service: 'sts', region, now: now() })
    : request;
  const { status, body } = await client.request(signed, signal);
  if (status !== 200) {
    throw new AwsCredentialsError(`STS ${query.Action} answered ${status}: ${textOf(body, 'Message') || 'no message'}`);
  }
  return {
    accessKeyId: textOf(body, 'AccessKeyId'),
    secretAccessKey: textOf(body, 'SecretAccessKey'),
    sessionToken: textOf(body, 'SessionToken'),
    expiresAt: Date.parse(textOf(body, 'Expiration')),
  };
}

/** The text of an element of STS's XML. */
function textOf(xml: string, element: string): string {
  const [, text = ''] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml) ?? [];
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
