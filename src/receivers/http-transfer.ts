import type { Dispatcher } from 'undici';
import { tlsProblem } from './tls-options.ts';

export interface HttpResponse {
  readonly status: number;
  readonly location: string | undefined;
  /** At most MAX_BODY bytes of it. */
  readonly body: string;
}

export interface Transfer {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | undefined;
}

/** Of an answer no more than this is read. */
const MAX_BODY = 64 * 1024;

/** One request and its answer, no redirects. @throws Error in plain words, without the URL */
export async function transfer(
  dispatcher: Dispatcher,
  { url, ...request }: Transfer,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, headers, body } = request;
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers,
      body: body ?? null,
      signal,
    });
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      location: Array.isArray(location) ? location[0] : location,
      body: await readStart(answer.body),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error(describe(error as Error), { cause: error });
  }
}

async function readStart(stream: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= MAX_BODY) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8');
}

/** Where all addresses of a name fail, the error has no message of its own. */
function describe(error: Error): string {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const { code } = first as NodeJS.ErrnoException;
  return tlsProblem({ code, message: first.message }) ?? first.message;
}
