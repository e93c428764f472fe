import { readSecret } from '../config/secret.ts';
import type { OAuth2Config } from '../config/types.ts';
import type { Clock } from '../time/clock.ts';
import { deadlineOf, unlessAborted } from '../time/deadline.ts';
import { basic } from './authorization.ts';
import { Connections } from './connections.ts';
import { exchange, readBody } from './exchange.ts';
import { HttpClientError } from './http-client-error.ts';
import { loginSecrets, type Redact, redactor, urlSecrets } from './redact.ts';

export interface AccessToken {
  /** What goes before it in an Authorization header: Bearer, unless the server says otherwise. */
  readonly type: string;
  readonly text: string;
}

interface KeptToken extends AccessToken {
  /** ms; when to ask for a new one. */
  readonly until: number;
  readonly gotWith: Secrets;
}

/** As they are configured; '' where there is none. */
interface Secrets {
  readonly client: string;
  readonly refresh: string;
}

interface TokenResponse {
  readonly status: number;
  readonly body: string;
}

/** Bytes read of a response. */
const MAX_BYTES = 64 * 1024;
/** A token is renewed this long (ms) before its end. */
const EARLY = 10_000;
/** ms for one request and its repetition. */
const FETCH_TIME = 30_000;

/**
 * Tokens by the client credentials grant (RFC 6749, 4.4) or, with a refresh token, by that (6). Kept until they end or the
 * secrets change; whoever needs one meanwhile waits for the same request.
 */
export class OAuth2Tokens {
  readonly #config: OAuth2Config;
  readonly #clock: Clock;
  readonly #connections: Connections;
  readonly #closed = new AbortController();
  #token: KeptToken | undefined;
  #pending: Promise<KeptToken> | undefined;
  /** Servers want the client's credentials in the header or in the body; found out by trying, as Go's client does. */
  #inBody = false;
  /** The refresh token that a server gave in place of the configured one. */
  #rotated: { readonly from: string; readonly to: string } | undefined;

  constructor(config: OAuth2Config, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#connections = new Connections({ tls: config.tls, proxy: config.proxy, enableHttp2: true });
  }

  /** @throws HttpClientError `oauth2: cannot fetch token: ...`, Error for a file that cannot be read, the signal's reason */
  async get(signal: AbortSignal): Promise<AccessToken> {
    const secrets = await this.#secrets();
    const { client, refresh } = this.#token?.gotWith ?? {};
    const same = client === secrets.client && refresh === secrets.refresh;
    if (this.#token && same && this.#clock.now() < this.#token.until) return this.#token;
    this.#pending ??= this.#fetch(secrets).finally(() => {
      this.#pending = undefined;
    });
    return unlessAborted(this.#pending, signal);
  }

  /** The same as an Authorization header. */
  async header(signal: AbortSignal): Promise<string> {
    const { type, text } = await this.get(signal);
    return `${type} ${text}`;
  }

  /** The other side did not accept the token: this one, or whichever there is now. */
  forget(token: AccessToken | undefined = this.#token): void {
    if (this.#token === token) this.#token = undefined;
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('closed'));
    this.#connections.close();
  }

  async #secrets(): Promise<Secrets> {
    const { clientSecret, refreshToken } = this.#config;
    return {
      client: clientSecret ? await readSecret(clientSecret) : '',
      refresh: refreshToken ? await readSecret(refreshToken) : '',
    };
  }

  async #fetch(secrets: Secrets): Promise<KeptToken> {
    const deadline = deadlineOf(this.#clock, FETCH_TIME, this.#closed.signal);
    try {
      let answer = await this.#ask(secrets, deadline.signal);
      if (answer.status >= 400 && answer.status < 500) {
        this.#inBody = !this.#inBody;
        answer = await this.#ask(secrets, deadline.signal);
      }
      this.#token = this.#read(answer, secrets);
      return this.#token;
    } catch (error) {
      const words = this.#redactor(secrets)((error as Error).message);
      // A replacement that is no good any more: the configured one may be.
      this.#rotated = undefined;
      if (error instanceof HttpClientError) throw error;
      throw new HttpClientError('token', `oauth2: cannot fetch token: ${words}`);
    } finally {
      deadline.cancel();
    }
  }

  async #ask(secrets: Secrets, signal: AbortSignal): Promise<TokenResponse> {
    const { clientId, scopes, endpointParams, tokenUrl } = this.#config;
    const form = new URLSearchParams({ grant_type: secrets.refresh === '' ? 'client_credentials' : 'refresh_token' });
    if (secrets.refresh !== '') form.set('refresh_token', this.#refreshToken(secrets));
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    for (const [name, value] of endpointParams) form.set(name, value);
    const headers: Record<string, string> = { 'Content-Type': 'application/x-www-form-urlencoded' };
    if (this.#inBody) {
      form.set('client_id', clientId);
      if (secrets.client !== '') form.set('client_secret', secrets.client);
    } else headers.Authorization = basic(encodeURIComponent(clientId), encodeURIComponent(secrets.client));
    const url = new URL(tokenUrl);
    const request = { method: 'POST', url, headers, body: form.toString() } as const;
    const response = await exchange(this.#connections, request, signal);
    return { status: response.status, body: (await readBody(response, MAX_BYTES)).text };
  }

  /** A server may repeat what it was sent. */
  #redactor({ client, refresh }: Secrets): Redact {
    const { clientId, tokenUrl, endpointParams } = this.#config;
    const login = loginSecrets(basic(encodeURIComponent(clientId), encodeURIComponent(client)));
    const rotated = this.#rotated?.to ?? '';
    return redactor([client, refresh, rotated, ...login, ...endpointParams.values(), ...urlSecrets(tokenUrl)]);
  }

  #refreshToken({ refresh }: Secrets): string {
    return this.#rotated?.from === refresh ? this.#rotated.to : refresh;
  }

  #read({ status, body }: TokenResponse, gotWith: Secrets): KeptToken {
    const answer = parse(body);
    if (status >= 300 || typeof answer.access_token !== 'string' || answer.access_token === '') {
      // Only these two fields are shown: the rest of the answer may hold a token.
      const words = [answer.error, answer.error_description].filter((text) => typeof text === 'string').join(': ');
      const shown = this.#redactor(gotWith)(words)
        .replace(/\p{Cc}+/gu, ' ')
        .slice(0, 300);
      throw new Error(`status code ${status}${shown === '' ? '' : `: ${shown}`}`);
    }
    const type =
      typeof answer.token_type === 'string' && !/^bearer$/i.test(answer.token_type) ? answer.token_type : 'Bearer';
    const seconds = Number(answer.expires_in);
    const until = seconds > 0 ? this.#clock.now() + seconds * 1_000 - EARLY : Number.POSITIVE_INFINITY;
    const { refresh } = gotWith;
    if (refresh !== '' && typeof answer.refresh_token === 'string' && answer.refresh_token !== '') {
      this.#rotated = { from: refresh, to: answer.refresh_token };
    }
    return { type, text: answer.access_token, until, gotWith };
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
