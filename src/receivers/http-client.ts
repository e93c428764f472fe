import type { HttpConfig } from '../config/types.ts';
import type { Clock } from '../time/clock.ts';
import { authorization, basic, extraHeaders } from './http-auth.ts';
import { Dispatchers, loadUndici } from './http-dispatcher.ts';
import { OAuth2Tokens } from './http-oauth2.ts';
import { type HttpResponse, type Transfer, transfer } from './http-transfer.ts';
import { DeliveryError, RetryableError } from './receiver.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the answer no more bytes than this are read; absent: 64 kB. */
  readonly maxAnswer?: number;
}

export interface HttpClient {
  /**
   * Sends a request with all that `http_config` says, follows redirects as Go's client does (301, 302 and 303 by GET),
   * and reads the start of the answer. Any status is an answer.
   * @throws RetryableError `Post "<redacted>": ...` when there is none; PermanentError when a file cannot be read.
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Loads what the first request would have to wait for. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** The first one and the redirected ones. */
const MAX_REQUESTS = 10;

/** An HTTP client for one `http_config`. Loads undici at the first request at the latest; files are read for each. */
export function createHttpClient(config: HttpConfig, clock: Clock): HttpClient {
  const dispatchers = new Dispatchers(config);
  const tokens = config.oauth2 && new OAuth2Tokens(config.oauth2, clock);

  async function request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await follow(request, signal);
    } catch (error) {
      if (error instanceof DeliveryError && !(error instanceof RetryableError)) throw error;
      throw explain(error as Error, request, signal);
    }
  }

  async function follow(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { url: text, ...first } = request;
    const start = parseUrl(text);
    const { open, secret } = await extraHeaders(config.headers);
    const login = (await authorization(config)) ?? (await tokens?.header(signal)) ?? userInfo(start);
    const trusted = { ...join(open, secret), ...(login !== undefined && { Authorization: login }) };
    let next: Transfer = { ...first, url: start, body: first.body };
    for (let requests = 1; ; requests++) {
      const headers = { ...next.headers, ...(isTrusted(next.url, start) ? trusted : open) };
      const answer = await transfer(await dispatchers.get(next.url), { ...next, headers }, signal);
      if (answer.status === 401) tokens?.forget();
      const target = config.followRedirects ? redirectOf(answer, next.url) : undefined;
      if (target === undefined) return answer;
      if (requests === MAX_REQUESTS) throw new Error(`stopped after ${MAX_REQUESTS} redirects`);
      next = answer.status < 307 ? asGet(next, target) : { ...next, url: target };
    }
  }

  return {
    request,
    warmUp: async () => {
      await loadUndici();
    },
    close: async () => {
      await Promise.all([dispatchers.close(), tokens?.close()]);
    },
  };
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

function asGet({ headers: { 'Content-Type': _type, ...headers }, maxAnswer }: Transfer, url: URL): Transfer {
  return { method: 'GET', url, headers, body: undefined, maxAnswer };
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('invalid URL');
  const url = new URL(text);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new Error(`unsupported protocol scheme "${url.protocol.slice(0, -1)}"`);
}

/** Where a redirect leads; undefined: the answer is none. */
function redirectOf({ status, location }: HttpResponse, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || !location) return undefined;
  if (!URL.canParse(location, from.href)) throw new Error('failed to parse Location header');
  return parseUrl(new URL(location, from.href).href);
}

function userInfo({ username, password }: URL): string | undefined {
  return username === '' && password === ''
    ? undefined
    : basic(decodeURIComponent(username), decodeURIComponent(password));
}

/** Go's form of a failed request. Whatever the reason says, the URL is not in it. */
function explain(error: Error, { method, url }: HttpRequest, signal: AbortSignal): RetryableError {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const reason = signal.reason as { name?: string; message?: string } | undefined;
  const late = signal.aborted && reason?.name === 'TimeoutError';
  const words = signal.aborted ? (late ? 'context deadline exceeded' : 'context canceled') : redact(error.message, url);
  const cause = late && reason?.message !== '' ? `: ${reason?.message}` : '';
  const failure = signal.aborted ? (late ? 'contextDeadlineExceeded' : 'contextCanceled') : undefined;
  return new RetryableError(
    `${verb} "<redacted>": ${words}${cause}`,
    failure ?? (error instanceof DeliveryError ? error.reason : 'other'),
  );
}

/** Takes a URL out of a text, as a whole and its telling parts. */
export function redact(text: string, url: string): string {
  const parts = [url];
  if (URL.canParse(url)) {
    const { href, pathname, search, username, password } = new URL(url);
    parts.push(href, pathname + search, search, pathname, username, password);
  }
  let clean = text;
  for (const part of parts) if (part.length > 3) clean = clean.replaceAll(part, '<redacted>');
  return clean;
}
