import type { Dispatcher } from 'undici';
import { tlsProblem } from './tls-options.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** By lower-case name; values of a header that came several times are joined by `, `. */
export type ResponseHeaders = Readonly<Record<string, string>>;

/** One request to one URL, redirects not followed. */
export interface Exchange {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array | undefined;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Must be read or left by `break`. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends a request and waits for the head of its response. @throws Error in plain words, without the URL */
export async function exchange(
  dispatcher: Dispatcher,
  { url, method, headers, body }: Exchange,
  signal: AbortSignal,
): Promise<RawResponse> {
  return describing(signal, async () => {
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body: body ?? null,
      signal,
    });
    return {
      status: response.statusCode,
      headers: plainHeaders(response.headers),
      body: chunks(response.body, signal),
    };
  });
}

async function* chunks(body: Dispatcher.ResponseData['body'], signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await describing(signal, () => iterator.next());
      if (done) return;
      yield value as Uint8Array;
    }
  } finally {
    body.destroy();
  }
}

async function describing<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? error : new Error(describe(error as Error), { cause: error });
  }
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): ResponseHeaders {
  const plain: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(headers)) {
    plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** The first `most` bytes of a body as text, and whether there are more. */
export async function readBody(body: AsyncIterable<Uint8Array>, most: number) {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    read.push(chunk);
    length += chunk.length;
    if (length > most) break;
  }
  return { text: Buffer.concat(read).subarray(0, most).toString('utf8'), truncated: length > most };
}

/** Where all addresses of a name fail, the error has no message of its own. */
function describe(error: Error): string {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const { code } = first as NodeJS.ErrnoException;
  return tlsProblem({ code, message: first.message }) ?? first.message;
}
