import { type Answer, type ReceivedRequest, TestHttpServer } from './http-server.ts';

export interface OAuth2ServerOptions {
  /** Seconds that a token is good for; default 3600. */
  readonly lifetime?: number;
  /** Takes the client's credentials in the body only, as some servers do. */
  readonly bodyOnly?: boolean;
  /** Each use of a refresh token gives a new one and ends the old one. */
  readonly rotates?: boolean;
}

/**
 * A real OAuth 2 server in this process: /token with the client credentials grant and the refresh token grant, for the
 * client `tocsin` with the secret `cl1ent-s3cret`; /introspect (RFC 7662) for the mail server that is shown the tokens.
 *
 *     const oauth2 = await TestOAuth2Server.start();
 *     oauth2.revoke();             // all tokens so far
 *     oauth2.fail('invalid_client', 401);
 */
export class TestOAuth2Server {
  static readonly client = { id: 'tocsin', secret: 'cl1ent-s3cret' } as const;
  /** The mailbox that every token is for. */
  static readonly user = 'tocsin@example.org';
  /** Good until it is rotated away. */
  refreshToken = 'r3fresh-0';
  /** Every form that came to /token. */
  readonly grants: URLSearchParams[] = [];
  /** Every access token given out. */
  readonly issued: string[] = [];
  readonly #http: TestHttpServer;
  readonly #options: OAuth2ServerOptions;
  readonly #good = new Set<string>();
  #failure: Answer | undefined;

  private constructor(http: TestHttpServer, options: OAuth2ServerOptions) {
    this.#http = http;
    this.#options = options;
    http.answer = (request) =>
      request.url.startsWith('/introspect') ? this.#introspect(request) : this.#token(request);
  }

  static async start(options: OAuth2ServerOptions = {}): Promise<TestOAuth2Server> {
    return new TestOAuth2Server(await TestHttpServer.start(), options);
  }

  url(path: '/token' | '/introspect'): string {
    return this.#http.url(path);
  }

  isGood(token: string): boolean {
    return this.#good.has(token);
  }

  /** Ends all tokens that were given out. */
  revoke(): void {
    this.#good.clear();
  }

  /** /token answers so from now on; undefined: as it should. */
  fail(failure: Answer | undefined): void {
    this.#failure = failure;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #token({ body, headers }: ReceivedRequest): Answer {
    const form = new URLSearchParams(body);
    this.grants.push(form);
    if (this.#failure !== undefined) return this.#failure;
    if (!this.#isClient(form, headers.authorization)) return refusal(401, 'invalid_client', 'Unknown client');
    const refresh = form.get('refresh_token');
    if (form.get('grant_type') === 'refresh_token' && refresh !== this.refreshToken) {
      return refusal(400, 'invalid_grant', `The refresh token ${refresh} is not good`);
    }
    if (!['refresh_token', 'client_credentials'].includes(form.get('grant_type') ?? '')) {
      return refusal(400, 'unsupported_grant_type', '');
    }
    if (refresh !== null && this.#options.rotates) this.refreshToken = `r3fresh-${this.grants.length}`;
    const token = `t0ken-${this.issued.length + 1}-${'x'.repeat(100)}`;
    this.issued.push(token);
    this.#good.add(token);
    return json(200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: this.#options.lifetime ?? 3_600,
      ...(refresh !== null && this.#options.rotates && { refresh_token: this.refreshToken }),
    });
  }

  #isClient(form: URLSearchParams, authorization = ''): boolean {
    const { id, secret } = TestOAuth2Server.client;
    if (form.get('client_id') === id && form.get('client_secret') === secret) return true;
    const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    return authorization === basic && !this.#options.bodyOnly;
  }

  #introspect({ url, body }: ReceivedRequest): Answer {
    const form = new URLSearchParams(body || new URL(url, 'http://localhost').search);
    const active = this.#good.has(form.get('token') ?? '');
    return json(200, active ? { active, username: TestOAuth2Server.user, client_id: 'tocsin' } : { active });
  }
}

function refusal(status: number, error: string, description: string): Answer {
  return json(status, { error, error_description: description });
}

function json(status: number, value: unknown): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}
