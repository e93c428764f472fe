import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HttpClient } from '../http-client/http-client.ts';
import { type AwsCredentials, AwsCredentialsError, type CredentialSource } from './credentials.ts';
import { assumeRoleWithWebIdentity, type StsOptions } from './sts.ts';

/** Of the shared files, in the user's home directory. */
const FOLDER = '.aws';

/** The process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
export function fromEnvironment(env: Environment): CredentialSource {
  return async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
    if (!accessKeyId || !secretAccessKey) return undefined;
    return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) };
  };
}

/** A profile of the shared files ~/.aws/credentials and ~/.aws/config. */
export function fromProfile(profile: string, env: Environment): CredentialSource {
  return async () => {
    const values = await readProfile(profile, env);
    const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: token } = values;
    if (!accessKeyId || !secretAccessKey) return undefined;
    return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) };
  };
}

/** The keys of a profile, those of the credentials file over those of the configuration file. Missing files have none. */
export async function readProfile(profile: string, env: Environment): Promise<Readonly<Record<string, string>>> {
  const folder = join(env.HOME || homedir(), FOLDER);
  const read = async (file: string, section: string): Promise<Record<string, string>> => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return sectionOf(text, section);
  };
  const config = env.AWS_CONFIG_FILE || join(folder, 'config');
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials');
  return {
    ...(await read(config, profile === 'default' ? profile : `profile ${profile}`)),
    ...(await read(credentials, profile)),
  };
}

function sectionOf(text: string, wanted: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line);
    if (header) section = header[1] as string;
    const pair = /^\s*([^#;=\s]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (pair && section === wanted) values[pair[1] as string] = pair[2] as string;
  }
  return values;
}

/** AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN: a Kubernetes service account with a role (IRSA). */
export function fromWebIdentity(env: Environment, sts: StsOptions): CredentialSource {
  return async (signal) => {
    const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn, AWS_ROLE_SESSION_NAME: sessionName } = env;
    if (!file || !roleArn) return undefined;
    let token: string;
    try {
      token = (await readFile(file, 'utf8')).trim();
    } catch (error) {
      throw new AwsCredentialsError(`AWS_WEB_IDENTITY_TOKEN_FILE: ${(error as Error).message}`, { cause: error });
    }
    return await assumeRoleWithWebIdentity({ roleArn, token, sessionName: sessionName || 'tocsin' }, sts, signal);
  };
}

/** The address that ECS and EKS give their containers. */
const CONTAINER_HOST = 'http://169.254.170.2';

/** The credentials endpoint of a container (ECS, EKS Pod Identity). */
export function fromContainer(env: Environment, client: HttpClient): CredentialSource {
  return async (signal) => {
    const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = env;
    const url = full || (path && CONTAINER_HOST + path);
    if (!url) return undefined;
    const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
    const token = file ? (await readFile(file, 'utf8')).trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
    const headers = token ? { Authorization: token } : {};
    const { status, body } = await client.request({ method: 'GET', url, headers }, signal);
    if (status !== 200) throw new AwsCredentialsError(`the container's credentials endpoint answered ${status}`);
    return readDocument(body);
  };
}

const INSTANCE_METADATA = 'http://169.254.169.254/latest';

/** The role of an EC2 instance (IMDSv2). */
export function fromInstance(env: Environment, client: HttpClient): CredentialSource {
  return async (signal) => {
    if (env.AWS_EC2_METADATA_DISABLED === 'true') return undefined;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(2_000)]);
    const ask = async (method: 'GET' | 'PUT', path: string, headers: Record<string, string>): Promise<string> => {
      const { status, body } = await client.request({ method, url: INSTANCE_METADATA + path, headers }, limited);
      if (status !== 200) throw new AwsCredentialsError(`the instance metadata service answered ${status}`);
      return body;
    };
    try {
      const token = await ask('PUT', '/api/token', { 'X-aws-ec2-metadata-token-ttl-seconds': '300' });
      const headers = { 'X-aws-ec2-metadata-token': token };
      const path = '/meta-data/iam/security-credentials/';
      const [role = ''] = (await ask('GET', path, headers)).split('\n');
      return readDocument(await ask('GET', path + role, headers));
    } catch {
      // Not on an EC2 instance, or without a role.
      return undefined;
    }
  };
}

/** The document that container and instance endpoints answer with. */
function readDocument(body: string): AwsCredentials {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(body) as Record<string, unknown>;
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') {
    throw new AwsCredentialsError('the credentials endpoint answered without credentials');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof Token === 'string' && { sessionToken: Token }),
    ...(typeof Expiration === 'string' && { expiresAt: Date.parse(Expiration) }),
  };
}
