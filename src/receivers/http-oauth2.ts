import { readSecret } from '../config/secret.ts';
import type { OAuth2Config } from '../config/types.ts';
import type { Clock } from '../time/clock.ts';
import { basic } from './http-auth.ts';
import { Dispatchers } from './http-dispatcher.ts';
import { type HttpResponse, transfer } from './http-transfer.ts';
import { DeliveryError, RetryableError } from './receiver.ts';

interface Token {
  readonly header: string;
  /** ms; when to ask for a new one. */
  readonly until: number;
  /** The client secret that it was got with. */
  readonly secret: string;
}

/** A token is renewed this long (ms) before its end. */
const EARLY = 10_000;

/** Tokens by the client credentials grant (RFC 6749, 4.4), kept until they end or the secret changes. */
export class OAuth2Tokens {
  readonly #config: OAuth2Config;
  readonly #clock: Clock;
  readonly #dispatchers: Dispatchers;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  /** Servers want the client's credentials in the header or in the body; found out by trying, as Go's client does. */
  #inBody = false;

  constructor(config: OAuth2Config, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#dispatchers = new Dispatchers({ tls: config.tls, proxy: config.proxy, enableHttp2: true });
  }

  /** The Authorization header. @throws RetryableError `oauth2: cannot fetch token: ...` */
  async header(signal: AbortSignal): Promise<string> {
    const secret = this.#config.clientSecret ? await readSecret(this.#config.clientSecret) : '';
    const token = this.#token;
    if (token && token.secret === secret && this.#clock.now() < token.until) return token.header;
    this.#pending ??= this.#fetch(secret, signal).finally(() => {
      this.#pending = undefined;
    });
    this.#token = await this.#pending;
    return this.#token.header;
  }

  /** The other side did not accept the token. */
  forget(): void {
    this.#token = undefined;
  }

  close(): Promise<void> {
    return this.#dispatchers.close();
  }

  async #fetch(secret: string, signal: AbortSignal): Promise<Token> {
    try {
      let answer = await this.#ask(secret, signal);
      if (answer.status >= 400 && answer.status < 500) {
        this.#inBody = !this.#inBody;
        answer = await this.#ask(secret, signal);
      }
      return this.#read(answer, secret);
    } catch (error) {
      if (error instanceof DeliveryError || signal.aborted) throw error;
      throw new RetryableError(`oauth2: cannot fetch token: ${(error as Error).message}`, 'authError');
    }
  }

  async #ask(secret: string, signal: AbortSignal): Promise<HttpResponse> {
    const { clientId, scopes, endpointParams, tokenUrl } = this.#config;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    for (const [name, value] of endpointParams) form.set(name, value);
    const headers: Record<string, string> = { 'Content-Type': 'application/x-www-form-urlencoded' };
    if (this.#inBody) {
      form.set('client_id', clientId);
      form.set('client_secret', secret);
    } else headers.Authorization = basic(encodeURIComponent(clientId), encodeURIComponent(secret));
    const url = new URL(tokenUrl);
    return transfer(await this.#dispatchers.get(url), { method: 'POST', url, headers, body: form.toString() }, signal);
  }

  #read({ status, body }: HttpResponse, secret: string): Token {
    const answer = parse(body);
    if (status >= 300 || typeof answer.access_token !== 'string' || answer.access_token === '') {
      // Only these two fields are shown: the rest of the answer may hold a token.
      const words = [answer.error, answer.error_description].filter((text) => typeof text === 'string').join(': ');
      const shown = words.replace(/\p{Cc}+/gu, ' ').slice(0, 300);
      throw new Error(`status code ${status}${shown === '' ? '' : `: ${shown}`}`);
    }
    const type =
      typeof answer.token_type === 'string' && !/^bearer$/i.test(answer.token_type) ? answer.token_type : 'Bearer';
    const seconds = Number(answer.expires_in);
    const until = seconds > 0 ? this.#clock.now() + seconds * 1_000 - EARLY : Number.POSITIVE_INFINITY;
    return { header: `${type} ${answer.access_token}`, until, secret };
  }
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
