/** What signs a request. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** ms since 1970; absent: they do not expire. */
  readonly expiresAt?: number;
}

/** No credentials, or none that can be used. The message says what was tried, and holds no secret. */
export class AwsCredentialsError extends Error {
  override readonly name = 'AwsCredentialsError';
}

/** Finds credentials in one place. undefined: there are none there. @throws AwsCredentialsError when they cannot be had */
export type CredentialSource = (signal: AbortSignal) => Promise<AwsCredentials | undefined>;

/** ms before their end at which credentials are renewed. */
const EARLY = 5 * 60_000;

/** The first credentials that are found, kept until they are about to expire. */
export function cachedChain(
  sources: readonly CredentialSource[],
  now: () => number,
): (signal: AbortSignal) => Promise<AwsCredentials> {
  let kept: AwsCredentials | undefined;
  return async (signal) => {
    if (kept && (kept.expiresAt === undefined || kept.expiresAt - EARLY > now())) return kept;
    for (const source of sources) {
      kept = await source(signal);
      if (kept) return kept;
    }
    throw new AwsCredentialsError(
      'no AWS credentials: set access_key and secret_key under sigv4, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ' +
        'or give the pod or machine a role',
    );
  };
}
