import type { Dispatcher } from 'undici';
import { tlsProblem } from './tls-options.ts';

export interface HttpResponse {
  readonly status: number;
  readonly location: string | undefined;
  /** The header Retry-After, as it came. */
  readonly retryAfter: string | undefined;
  /** No more of it than the request says. */
  readonly body: string;
}

export interface Transfer {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | undefined;
  /** Of the answer no more bytes than this are read; absent: 64 kB. */
  readonly maxAnswer?: number | undefined;
}

const MAX_ANSWER = 64 * 1024;

/** One request and its answer, no redirects. @throws Error in plain words, without the URL */
export async function transfer(
  dispatcher: Dispatcher,
  { url, ...request }: Transfer,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, headers, body, maxAnswer = MAX_ANSWER } = request;
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers,
      body: body ?? null,
      signal,
    });
    const { location, 'retry-after': retryAfter } = answer.headers;
    return {
      status: answer.statusCode,
      location: first(location),
      retryAfter: first(retryAfter),
      body: await readStart(answer.body, maxAnswer),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error(describe(error as Error), { cause: error });
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

async function readStart(stream: Dispatcher.ResponseData['body'], most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most).toString('utf8');
}

/** Where all addresses of a name fail, the error has no message of its own. */
function describe(error: Error): string {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const { code } = first as NodeJS.ErrnoException;
  return tlsProblem({ code, message: first.message }) ?? first.message;
}
