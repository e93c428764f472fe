import type { HttpConfig } from '../config/types.ts';
import type { Clock } from '../time/clock.ts';
import { authorization, basic, extraHeaders } from './authorization.ts';
import { Connections } from './connections.ts';
import {
  BODY_TIME,
  type Exchange,
  exchange,
  type HttpMethod,
  type RawResponse,
  type ResponseHeaders,
  readBody,
} from './exchange.ts';
import { HttpClientError } from './http-client-error.ts';
import { OAuth2Tokens } from './oauth2-tokens.ts';
import { loginSecrets, type Redact, redactor, urlSecrets } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';
import { tlsOptions } from './tls-options.ts';

/** Bytes of a response's body that are read where the request does not say how many. */
const MAX_BYTES = 64 * 1024;
/** The first one and the redirected ones. */
const MAX_REQUESTS = 10;

export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: string;
  /** Besides those of `http_config`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** What in `headers` and `body` is secret: in no error, and taken out by the response's `redact`. The URL always is. */
  readonly secrets?: readonly string[];
}

interface ResponseHead {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ResponseHeaders;
  /** The header Retry-After, ms from now; undefined: there is none that can be read. */
  readonly retryAfter: number | undefined;
  /** Takes what was secret in the request out of a text: a server may repeat it. For what others are shown. */
  readonly redact: Redact;
}

export interface HttpResponse extends ResponseHead {
  readonly body: string;
  /** There was more of the body, or it did not come to its end. */
  readonly truncated: boolean;
}

export interface HttpStream extends ResponseHead {
  /** To be read to its end or left by `break`, so that the connection is free again. Throws HttpClientError. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface HttpClient {
  /**
   * Sends a request with all that `http_config` says, follows redirects as Go's client does (301, 302 and 303 by GET),
   * and reads the start of the response's body. Any status is a response.
   * @param request `maxBytes` bounds what is read of the body; absent: 64 KiB
   * @throws HttpClientError `Post "<redacted>": ...`, and one that names the file where one cannot be read
   */
  request(request: HttpRequest & { readonly maxBytes?: number }, signal: AbortSignal): Promise<HttpResponse>;
  /** The same for a body that is read piece by piece, however long it is. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream>;
  /** Loads the root certificates, which takes a tenth of a second. For a client whose targets speak TLS. */
  warmUp(): Promise<void>;
  /** Ends idle connections, and the others once their requests are done. */
  close(): Promise<void>;
}

/**
 * An HTTP client for one `http_config`. Its files are read for each request, so that they can be rotated.
 * @param clock for what is dated: tokens, Retry-After
 * @param bodyTime ms that `request` waits for a body or its next part
 */
export function createHttpClient(config: HttpConfig, clock: Clock, bodyTime = BODY_TIME): HttpClient {
  const connections = new Connections(config);
  const tokens = config.oauth2 && new OAuth2Tokens(config.oauth2, clock);

  /** @param secrets gets what is secret in the request, as soon as that is known */
  async function open(request: HttpRequest, secrets: string[], signal: AbortSignal): Promise<RawResponse> {
    const { method, body } = request;
    const start = parseUrl(request.url);
    const login = (await authorization(config)) ?? (await tokens?.header(signal)) ?? userInfo(start);
    if (login !== undefined) secrets.push(...loginSecrets(login));
    const { open, secret } = await extraHeaders(config.headers);
    secrets.push(...Object.values(secret).flat(), ...loginValues(open));
    const trusted = { ...join(open, secret), ...(login !== undefined && { Authorization: login }) };
    let next: Exchange = { method, url: start, headers: request.headers, body };
    for (let requests = 1; ; requests++) {
      const isHome = isTrusted(next.url, start);
      const headers = isHome ? { ...next.headers, ...trusted } : headersElsewhere(next, open, request.secrets);
      const response = await exchange(connections, { ...next, headers }, signal);
      if (response.status === 401) tokens?.forget();
      const target = config.followRedirects ? redirectOf(response, next.url) : undefined;
      if (target === undefined) return response;
      if (requests === MAX_REQUESTS) throw new Error(`stopped after ${MAX_REQUESTS} redirects`);
      await readBody(response, MAX_BYTES, bodyTime);
      next = response.status < 307 ? asGet(next, target) : { ...next, url: target };
    }
  }

  /** Opens the response and hands its body over. Whatever goes wrong is the client's error, without secrets. */
  async function run<T extends object>(
    request: HttpRequest,
    signal: AbortSignal,
    read: (response: RawResponse, explained: (error: unknown) => Error) => Promise<T> | T,
  ): Promise<ResponseHead & T> {
    const secrets = [...urlSecrets(request.url), ...(request.secrets ?? [])];
    const explained = (error: unknown): Error => explain(error as Error, request, redactor(secrets), signal);
    try {
      const response = await open(request, secrets, signal);
      const { status, headers } = response;
      const retryAfter = parseRetryAfter(headers['retry-after'], clock.now());
      return { status, headers, retryAfter, redact: redactor(secrets), ...(await read(response, explained)) };
    } catch (error) {
      throw explained(error);
    }
  }

  return {
    request: (request, signal) =>
      run(request, signal, async (response) => {
        const { text, truncated } = await readBody(response, request.maxBytes ?? MAX_BYTES, bodyTime);
        return { body: text, truncated };
      }),
    stream: (request, signal) => run(request, signal, ({ body }, explained) => ({ body: pieces(body, explained) })),
    warmUp: async () => {
      await tlsOptions(config.tls);
    },
    close: async () => {
      connections.close();
      await tokens?.close();
    },
  };
}

async function* pieces(
  body: AsyncIterable<Uint8Array>,
  explained: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw explained(error);
  }
}

/** Headers that are credentials wherever they come from: as in Go's client, they do not follow a redirect to another host. */
const LOGIN_HEADERS = new Set(['authorization', 'cookie', 'cookie2', 'proxy-authorization', 'www-authenticate']);

function loginValues(headers: Headers): string[] {
  return Object.entries(headers).flatMap(([name, values]) => (LOGIN_HEADERS.has(name.toLowerCase()) ? values : []));
}

function headersElsewhere(next: Exchange, open: Headers, secrets: HttpRequest['secrets']): Exchange['headers'] {
  if (holdsSecret(next.body, secrets)) {
    throw new Error('a redirect to another host is not followed: the body holds a secret');
  }
  const isOpen = ([name, value]: [string, unknown]): boolean =>
    !LOGIN_HEADERS.has(name.toLowerCase()) && !holdsSecret(String(value), secrets);
  return Object.fromEntries([...Object.entries(next.headers), ...Object.entries(open)].filter(isOpen));
}

function holdsSecret(text: Exchange['body'], secrets: HttpRequest['secrets'] = []): boolean {
  return typeof text === 'string' && secrets.some((secret) => secret !== '' && text.includes(secret));
}

type Headers = Readonly<Record<string, string[]>>;

function join(open: Headers, secret: Headers): Headers {
  const joined = Object.entries(secret).map(([name, values]) => [name, [...(open[name] ?? []), ...values]]);
  return { ...open, ...(Object.fromEntries(joined) as Headers) };
}

/** Credentials go where the file sends them, and not to whom that one redirects. */
function isTrusted(url: URL, start: URL): boolean {
  return url.host === start.host && (url.protocol === start.protocol || url.protocol === 'https:');
}

function asGet({ headers: { 'Content-Type': _type, ...headers } }: Exchange, url: URL): Exchange {
  return { method: 'GET', url, headers, body: undefined };
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('invalid URL');
  const url = new URL(text);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new Error(`unsupported protocol scheme "${url.protocol.slice(0, -1)}"`);
}

/** Where a redirect leads; undefined: the response is none. */
function redirectOf(response: { status: number; headers: ResponseHeaders }, from: URL): URL | undefined {
  const { location } = response.headers;
  if (![301, 302, 303, 307, 308].includes(response.status) || !location) return undefined;
  if (!URL.canParse(location, from.href)) throw new Error('failed to parse Location header');
  return parseUrl(new URL(location, from.href).href);
}

function userInfo({ username, password }: URL): string | undefined {
  return username === '' && password === ''
    ? undefined
    : basic(decodeURIComponent(username), decodeURIComponent(password));
}

/** Go's form of a failed request. Whatever the reason says, the URL is not in it. */
function explain(error: Error, { method }: HttpRequest, redact: Redact, signal: AbortSignal): HttpClientError {
  if (error instanceof HttpClientError && (error.failure === 'credentials' || error.failure === 'tls')) return error;
  const start = `${method.charAt(0)}${method.slice(1).toLowerCase()} "<redacted>"`;
  if (!signal.aborted) {
    const failure = error instanceof HttpClientError ? error.failure : 'network';
    return new HttpClientError(failure, `${start}: ${redact(error.message)}`);
  }
  const { name = '', message = '' } = (signal.reason ?? {}) as Partial<Error>;
  if (name !== 'TimeoutError') return new HttpClientError('canceled', `${start}: context canceled`);
  const cause = message === '' ? '' : `: ${message}`;
  return new HttpClientError('timeout', `${start}: context deadline exceeded${cause}`);
}
