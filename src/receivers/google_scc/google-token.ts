import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { HttpResponse } from '../../http-client/http-client.ts';
import type { Clock } from '../../time/clock.ts';
import type { HttpSender } from '../http-sender.ts';
import { parseObject } from '../parse-object.ts';
import { PermanentError, RetryableError } from '../receiver.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const METADATA = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
/** s that an assertion is valid, and s before its end at which a token is renewed. */
const LIFETIME = 3_600;
const EARLY = 300;

/** Access tokens of a service account's key, or of the machine that this runs on. */
export class GoogleTokens {
  readonly #file: string | undefined;
  readonly #sender: HttpSender;
  readonly #clock: Clock;
  #token = '';
  /** ms since 1970. */
  #expiresAt = 0;

  constructor(file: string | undefined, sender: HttpSender, clock: Clock) {
    this.#file = file;
    this.#sender = sender;
    this.#clock = clock;
  }

  /** @throws PermanentError where the key cannot be used or Google refuses it, RetryableError */
  async get(signal: AbortSignal): Promise<string> {
    const now = this.#clock.now();
    if (now < this.#expiresAt) return this.#token;
    const { body } =
      this.#file === undefined ? await this.#askMachine(signal) : await this.#askGoogle(this.#file, now, signal);
    const { access_token: token, expires_in: seconds } = parseObject(body) ?? {};
    if (typeof token !== 'string' || typeof seconds !== 'number') {
      throw new RetryableError('google_scc: the answer holds no access token', 'authError');
    }
    this.#token = token;
    this.#expiresAt = now + (seconds - EARLY) * 1_000;
    return token;
  }

  #askMachine(signal: AbortSignal): Promise<HttpResponse> {
    return this.#sender.send({ method: 'GET', url: METADATA, headers: { 'Metadata-Flavor': 'Google' } }, signal);
  }

  async #askGoogle(file: string, now: number, signal: AbortSignal): Promise<HttpResponse> {
    const { email, key, url } = await readKey(file);
    const seconds = Math.floor(now / 1_000);
    const claims = { iss: email, scope: SCOPE, aud: url, iat: seconds, exp: seconds + LIFETIME };
    const unsigned = [{ alg: 'RS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url');
    const assertion = `${unsigned}.${signature}`;
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const request = {
      method: 'POST',
      url,
      headers,
      body: new URLSearchParams(form).toString(),
      secrets: [assertion],
    } as const;
    return await this.#sender.send(request, signal);
  }
}

interface ServiceAccountKey {
  readonly email: string;
  readonly key: string;
  readonly url: string;
}

async function readKey(file: string): Promise<ServiceAccountKey> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new PermanentError(`credentials_file: ${(error as Error).message}`, 'fileReadError', { cause: error });
  }
  const {
    client_email: email,
    private_key: key,
    token_uri: url = 'https://oauth2.googleapis.com/token',
  } = parseObject(text) ?? {};
  if (typeof email !== 'string' || typeof key !== 'string' || typeof url !== 'string') {
    throw new PermanentError('credentials_file: not the JSON key of a service account', 'configError');
  }
  return { email, key, url };
}
