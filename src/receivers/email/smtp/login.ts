import { readFailure } from '../../../config/read-failure.ts';
import { readSecret, type SecretSource } from '../../../config/secret.ts';
import { HttpClientError } from '../../../http-client/http-client-error.ts';
import { OAuth2Tokens } from '../../../http-client/oauth2-tokens.ts';
import type { Clock } from '../../../time/clock.ts';
import { httpDeliveryError } from '../../http-failure.ts';
import { RetryableError } from '../../receiver.ts';
import { type AuthContext, AuthError, authenticate, type Credentials, secretsOf } from './auth.ts';
import { SmtpError } from './errors.ts';
import type { SmtpEndpoint } from './smtp-endpoint.ts';

/** A connection that can keep secrets out of what it shows. */
interface LoginContext extends AuthContext {
  conceal(secrets: readonly string[]): void;
}

/** The login at one mail server. Files are read, and tokens requested, when a connection needs them. */
export class SmtpLogin {
  readonly #endpoint: SmtpEndpoint;
  readonly #tokens: OAuth2Tokens | undefined;

  constructor(endpoint: SmtpEndpoint, clock: Clock) {
    this.#endpoint = endpoint;
    this.#tokens = endpoint.oauth2 && new OAuth2Tokens(endpoint.oauth2, clock);
  }

  /** @throws RetryableError where a file cannot be read or no token can be fetched, SmtpError when the signal aborts. */
  async credentials(signal: AbortSignal): Promise<Credentials> {
    const { username, identity, password, secret } = this.#endpoint;
    try {
      const token = await this.#tokens?.get(signal);
      return {
        username,
        identity,
        password: username ? await read('auth_password_file', password) : undefined,
        secret: username ? await read('auth_secret_file', secret) : undefined,
        token,
      };
    } catch (error) {
      if (error instanceof HttpClientError) throw httpDeliveryError(error);
      const { message, name } = error as Error;
      if (!signal.aborted) throw new RetryableError(`could not read password or secret: ${message}`, 'authError');
      throw new SmtpError('authenticate', `oauth2: ${message}`, { timedOut: name === 'TimeoutError' });
    }
  }

  /**
   * Logs in by one of the offered mechanisms. A token that the server refuses may have been revoked before its time:
   * a new one is tried, once.
   * @throws AuthError, and as `credentials`
   */
  async run(offered: readonly string[], credentials: Credentials, context: LoginContext, signal: AbortSignal) {
    context.conceal(secretsOf(credentials));
    try {
      await authenticate(offered, credentials, context);
    } catch (error) {
      if (!(error instanceof AuthError && error.code === 535 && credentials.token)) throw error;
      this.#tokens?.forget(credentials.token);
      const renewed = await this.credentials(signal);
      context.conceal(secretsOf(renewed));
      await authenticate(offered, renewed, context);
    }
  }

  async close(): Promise<void> {
    await this.#tokens?.close();
  }
}

/** @param key the setting that names the file. @throws Error with the key, the file and the reason */
async function read(key: string, source: SecretSource | undefined): Promise<string | undefined> {
  try {
    return source && (await readSecret(source));
  } catch (error) {
    const file = source && 'file' in source ? source.file : '';
    throw new Error(`${key}: ${file}: ${readFailure(error as NodeJS.ErrnoException)}`);
  }
}
