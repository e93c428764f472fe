import { createHash, createSign, randomUUID, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SecretSource } from '../../config/secret.ts';
import type { Clock } from '../../time/clock.ts';
import type { HttpSender } from '../http-sender.ts';
import { parseObject } from '../parse-object.ts';
import { PermanentError, RetryableError } from '../receiver.ts';
import { secretForSend } from '../secret.ts';

export interface AzureLogin {
  /** Of the login server and the tenant, without a slash at the end. */
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  readonly secret: SecretSource | undefined;
  readonly certificate: { readonly file: string; readonly keyFile: string } | undefined;
  /** The file with the pod's own token. */
  readonly federatedTokenFile: string | undefined;
}

/** s that an assertion is valid, and before its end at which a token is renewed. */
const LIFETIME = 600;
const EARLY = 300;
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Access tokens of an application of Microsoft Entra ID. */
export class AzureTokens {
  readonly #login: AzureLogin;
  readonly #sender: HttpSender;
  readonly #clock: Clock;
  #token = '';
  /** ms since 1970. */
  #expiresAt = 0;

  constructor(login: AzureLogin, sender: HttpSender, clock: Clock) {
    this.#login = login;
    this.#sender = sender;
    this.#clock = clock;
  }

  /** @throws PermanentError, RetryableError */
  async get(signal: AbortSignal): Promise<string> {
    const now = this.#clock.now();
    if (now < this.#expiresAt) return this.#token;
    const { authority, clientId, scope } = this.#login;
    const url = `${authority}/oauth2/v2.0/token`;
    const proof = await this.#proof(url, now);
    const form = { grant_type: 'client_credentials', client_id: clientId, scope, ...proof };
    const request = {
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      secrets: Object.values(proof),
    } as const;
    const { body } = await this.#sender.send(request, signal);
    const { access_token: token, expires_in: seconds } = parseObject(body) ?? {};
    if (typeof token !== 'string') throw new RetryableError('sentinel: the answer holds no access token', 'authError');
    this.#token = token;
    this.#expiresAt = now + (Number(seconds) - EARLY) * 1_000;
    return token;
  }

  /** What shows that we are the application: a secret, a token of the pod, or an assertion signed by a certificate. */
  async #proof(audience: string, now: number): Promise<Record<string, string>> {
    const { clientId, certificate, federatedTokenFile, secret } = this.#login;
    if (certificate) {
      const assertion = await signedAssertion(certificate, clientId, audience, now);
      return { client_assertion_type: ASSERTION, client_assertion: assertion };
    }
    if (federatedTokenFile !== undefined) {
      const assertion = await secretForSend(
        { file: federatedTokenFile },
        'AZURE_FEDERATED_TOKEN_FILE',
        'fileReadError',
      );
      return { client_assertion_type: ASSERTION, client_assertion: assertion };
    }
    if (!secret) throw new PermanentError('sentinel: nothing to log in with', 'configError');
    return { client_secret: await secretForSend(secret, 'client_secret_file', 'fileReadError') };
  }
}

async function signedAssertion(
  { file, keyFile }: NonNullable<AzureLogin['certificate']>,
  clientId: string,
  audience: string,
  now: number,
): Promise<string> {
  try {
    const [certificate, key] = await Promise.all([readFile(file, 'utf8'), readFile(keyFile, 'utf8')]);
    const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
    const seconds = Math.floor(now / 1_000);
    const claims = {
      aud: audience,
      iss: clientId,
      sub: clientId,
      jti: randomUUID(),
      nbf: seconds,
      exp: seconds + LIFETIME,
    };
    const parts = [{ alg: 'RS256', typ: 'JWT', 'x5t#S256': thumbprint }, claims];
    const unsigned = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url')}`;
  } catch (error) {
    throw new PermanentError(`certificate_file: ${(error as Error).message}`, 'fileReadError', { cause: error });
  }
}
