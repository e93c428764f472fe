import type { HttpConfig } from '../config/types.ts';
import type { Clock } from '../time/clock.ts';
import { authorization, basic, extraHeaders } from './authorization.ts';
import { Dispatchers } from './dispatchers.ts';
import { HttpClientError } from './http-client-error.ts';
import { OAuth2Tokens } from './oauth2-tokens.ts';
import { redactUrl } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';
import { type Exchange, exchange, type HttpMethod, type ResponseHeaders, readBody } from './transfer.ts';

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
}

interface ResponseHead {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ResponseHeaders;
  /** The header Retry-After, ms from now; undefined: there is none that can be read. */
  readonly retryAfter: number | undefined;
}

export interface HttpResponse extends ResponseHead {
  readonly body: string;
  /** There was more of the body. */
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
  /** Loads what the first request would have to wait for. */
  warmUp(): Promise<void>;
  /** Ends idle connections, and the others once their requests are done. */
  close(): Promise<void>;
}

/** An HTTP client for one `http_config`. Its files are read for each request, so that they can be rotated. */
export function createHttpClient(config: HttpConfig, clock: Clock): HttpClient {
  const dispatchers = new Dispatchers(config);
  const tokens = config.oauth2 && new OAuth2Tokens(config.oauth2, clock);

  async function open(request: HttpRequest, signal: AbortSignal) {
    const { url: text, ...first } = request;
    const start = parseUrl(text);
    const { open, secret } = await extraHeaders(config.headers);
    const login = (await authorization(config)) ?? (await tokens?.header(signal)) ?? userInfo(start);
    const trusted = { ...join(open, secret), ...(login !== undefined && { Authorization: login }) };
    let next: Exchange = { ...first, url: start, body: first.body };
    for (let requests = 1; ; requests++) {
      const headers = { ...next.headers, ...(isTrusted(next.url, start) ? trusted : open) };
      const response = await exchange(await dispatchers.get(next.url), { ...next, headers }, signal);
      if (response.status === 401) tokens?.forget();
      const target = config.followRedirects ? redirectOf(response, next.url) : undefined;
      if (target === undefined) return response;
      if (requests === MAX_REQUESTS) throw new Error(`stopped after ${MAX_REQUESTS} redirects`);
      await readBody(response.body, MAX_BYTES);
      next = response.status < 307 ? asGet(next, target) : { ...next, url: target };
    }
  }

  async function explaining<T>(request: HttpRequest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(error as Error, request, signal);
    }
  }

  return {
    request: (request, signal) =>
      explaining(request, signal, async () => {
        const { body, ...head } = await open(request, signal);
        const { text, truncated } = await readBody(body, request.maxBytes ?? MAX_BYTES);
        return {
          ...head,
          retryAfter: parseRetryAfter(head.headers['retry-after'], clock.now()),
          body: text,
          truncated,
        };
      }),
    stream: (request, signal) =>
      explaining(request, signal, async () => {
        const { body, ...head } = await open(request, signal);
        const retryAfter = parseRetryAfter(head.headers['retry-after'], clock.now());
        return { ...head, retryAfter, body: pieces(body, (error) => explain(error, request, signal)) };
      }),
    warmUp: () => dispatchers.warmUp(),
    close: async () => {
      await Promise.all([dispatchers.close(), tokens?.close()]);
    },
  };
}

async function* pieces(
  body: AsyncIterable<Uint8Array>,
  explained: (error: Error) => Error,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw explained(error as Error);
  }
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
function explain(error: Error, { method, url }: HttpRequest, signal: AbortSignal): HttpClientError {
  if (error instanceof HttpClientError && (error.failure === 'credentials' || error.failure === 'tls')) return error;
  const start = `${method.charAt(0)}${method.slice(1).toLowerCase()} "<redacted>"`;
  if (!signal.aborted) {
    const failure = error instanceof HttpClientError ? error.failure : 'network';
    return new HttpClientError(failure, `${start}: ${redactUrl(error.message, url)}`, { cause: error });
  }
  const { name = '', message = '' } = (signal.reason ?? {}) as Partial<Error>;
  if (name !== 'TimeoutError') return new HttpClientError('canceled', `${start}: context canceled`);
  const cause = message === '' ? '' : `: ${message}`;
  return new HttpClientError('timeout', `${start}: context deadline exceeded${cause}`);
}
