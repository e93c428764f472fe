import { randomUUID } from 'node:crypto';
import type { Secret } from '../config/secret.ts';
import type { HttpConfig } from '../config/types.ts';
import { createHttpClient, type HttpRequest } from '../http-client/http-client.ts';
import type { Clock } from '../time/clock.ts';
import { type AwsCredentials, type CredentialSource, cachedChain } from './credentials.ts';
import { signRequest } from './sign.ts';
import {
  type Environment,
  fromContainer,
  fromEnvironment,
  fromInstance,
  fromProfile,
  fromWebIdentity,
  readProfile,
} from './sources.ts';
import { assumeRole } from './sts.ts';

/** `sigv4` of the file. Keys that are absent come from the process's surroundings, as AWS's SDKs find them. */
export interface Sigv4Values {
  readonly region?: string | undefined;
  readonly access_key?: string | undefined;
  readonly secret_key?: Secret | undefined;
  readonly profile?: string | undefined;
  readonly role_arn?: string | undefined;
  readonly external_id?: string | undefined;
}

/** Signs requests to AWS with the credentials of one entry. */
export interface AwsAccess {
  /** '' where nothing names one. */
  region(): Promise<string>;
  /** @throws AwsCredentialsError, HttpClientError */
  sign(request: HttpRequest, service: string, signal: AbortSignal): Promise<HttpRequest>;
  close(): Promise<void>;
}

/** @param http of the entry: what STS is asked through too */
export function createAwsAccess(
  config: Sigv4Values,
  http: HttpConfig,
  clock: Clock,
  env: Environment = process.env,
): AwsAccess {
  const profile = config.profile || env.AWS_PROFILE || 'default';
  const client = createHttpClient(http, clock);
  const now = (): number => clock.now();
  let found: string | undefined;

  async function region(): Promise<string> {
    found ??=
      config.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || (await readProfile(profile, env)).region || '';
    return found;
  }

  const base = cachedChain(staticKeys(config) ?? surroundings(), now);
  const role: CredentialSource = async (signal) => {
    const credentials = await base(signal);
    if (!config.role_arn) return credentials;
    const assumed = { roleArn: config.role_arn, sessionName: randomUUID(), externalId: config.external_id };
    return await assumeRole(assumed, credentials, { region: await region(), client, now }, signal);
  };
  const credentials = cachedChain([role], now);

  function surroundings(): CredentialSource[] {
    const webIdentity: CredentialSource = async (signal) =>
      fromWebIdentity(env, { region: await region(), client, now })(signal);
    const fixed = [fromEnvironment(env), fromProfile(profile, env)];
    // A profile that the file names comes before the environment's keys.
    if (config.profile) fixed.reverse();
    return [...fixed, webIdentity, fromContainer(env, client), fromInstance(env, client)];
  }

  return {
    region,
    sign: async (request, service, signal) =>
      await signRequest(request, await credentials(signal), { service, region: await region(), now: now() }),
    close: () => client.close(),
  };
}

function staticKeys({ access_key: accessKeyId, secret_key: secret }: Sigv4Values): CredentialSource[] | undefined {
  if (!accessKeyId || !secret) return undefined;
  const credentials: AwsCredentials = { accessKeyId, secretAccessKey: secret.reveal() };
  return [async () => credentials];
}
