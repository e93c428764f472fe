import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { systemClock } from '../time/clock.ts';
import { unlessAborted } from '../time/deadline.ts';
import type { Connections, Way } from './connections.ts';
import { StatusLine } from './status-line.ts';
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
  /** Ends the body now. */
  readonly destroy: () => void;
}

// These bounds are for the network, which keeps no time but the system's: a test's clock may stand still, or pass hours.
/** ms until there is a connection. */
const CONNECT_TIME = 30_000;
/** ms that a body, or its next part, may take. */
export const BODY_TIME = 10_000;
/** Bytes of a response's head; more is skipped where its status is known. */
const MAX_HEAD = 256 * 1024;

/**
 * Sends a request and waits for the head of its response. Responses are read as leniently as can be: what has a status
 * line has been taken, or refused, by the server, however loose the rest of its HTTP is.
 * @throws Error in plain words, without the URL
 */
export async function exchange(connections: Connections, wanted: Exchange, signal: AbortSignal): Promise<RawResponse> {
  const way = await connections.to(wanted.url);
  return describing(signal, async () => {
    const session = await (way.http2 && unlessAborted(way.http2.to(wanted.url), signal));
    if (!session) return await overHttp1(way, wanted, signal);
    try {
      return await overHttp2(session, wanted, signal);
    } catch (error) {
      way.http2?.forget(wanted.url);
      throw error;
    }
  });
}

/** A kept connection that the server has closed meanwhile is no reason to fail: a new one is tried at once. */
async function overHttp1(way: Way, wanted: Exchange, signal: AbortSignal): Promise<RawResponse> {
  try {
    return await once(way, wanted, signal);
  } catch (error) {
    if (!(error instanceof StaleConnection) || signal.aborted) throw error;
    return await overHttp1(way, wanted, signal);
  }
}

class StaleConnection extends Error {}

function once({ agent, proxy }: Way, wanted: Exchange, signal: AbortSignal): Promise<RawResponse> {
  const { method, url, body } = wanted;
  const { hostname, port, protocol } = proxy?.url ?? url;
  const proxyHeaders = proxy && { Host: url.host, ...(proxy.login && { 'Proxy-Authorization': proxy.login }) };
  return new Promise((resolve, reject) => {
    const outgoing = (protocol === 'https:' ? tlsRequest : request)({
      method,
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: proxy ? url.href : url.pathname + url.search,
      headers: { ...wanted.headers, ...proxyHeaders },
      agent,
      signal,
      insecureHTTPParser: true,
      maxHeaderSize: MAX_HEAD,
    });
    const line = new StatusLine();
    let socket: Socket | undefined;
    const cancel = systemClock.after(CONNECT_TIME, () => {
      if (!socket || socket.connecting) outgoing.destroy(new Error(`no connection within ${CONNECT_TIME / 1_000} s`));
    });
    const look = (chunk: Buffer): void => line.read(chunk);
    const done = (): void => {
      cancel();
      socket?.off('data', look);
    };
    outgoing.on('socket', (given) => {
      socket = given;
      // Before Node's own listener, which may find the response malformed.
      socket.prependListener('data', look);
    });
    outgoing.on('response', (incoming: IncomingMessage) => {
      done();
      const { statusCode = 0, headers } = incoming;
      const destroy = (): void => void incoming.destroy();
      resolve({ status: statusCode, headers: plainHeaders(headers), body: chunks(incoming, signal), destroy });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      done();
      if (line.status !== undefined) resolve({ status: line.status, headers: {}, body: nothing(), destroy: () => {} });
      else if (outgoing.reusedSocket && line.isEmpty && !signal.aborted) reject(new StaleConnection(error.message));
      else reject(error);
    });
    outgoing.end(body);
  });
}

function overHttp2(session: ClientHttp2Session, wanted: Exchange, signal: AbortSignal): Promise<RawResponse> {
  const { method, url, body } = wanted;
  const headers = Object.entries(wanted.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return new Promise((resolve, reject) => {
    const stream = session.request(
      { ...Object.fromEntries(headers), ':method': method, ':path': url.pathname + url.search },
      { signal, endStream: body === undefined },
    );
    stream.on('response', ({ ':status': status = 0, ...received }) => {
      const destroy = (): void => stream.close();
      resolve({ status, headers: plainHeaders(received), body: chunks(stream, signal), destroy });
    });
    stream.on('error', reject);
    stream.on('close', () => reject(new Error('the server closed the connection')));
    if (body !== undefined) stream.end(body);
  });
}

/**
 * The first `most` bytes of a body as text; `truncated`: it has more, or did not come to its end. The status has come
 * before: the server has decided, and what it adds to that is neither waited for nor worth another request.
 */
export async function readBody({ body, destroy }: RawResponse, most: number, time = BODY_TIME) {
  const read: Uint8Array[] = [];
  let length = 0;
  let whole = true;
  let cancel = systemClock.after(time, destroy);
  try {
    for await (const chunk of body) {
      cancel();
      read.push(chunk);
      length += chunk.length;
      if (length > most) break;
      cancel = systemClock.after(time, destroy);
    }
  } catch {
    whole = false;
  } finally {
    cancel();
  }
  return { text: Buffer.concat(read).subarray(0, most).toString('utf8'), truncated: !whole || length > most };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* chunks(body: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await describing(signal, () => iterator.next());
      if (done) return;
      yield value as Uint8Array;
    }
  } finally {
    await iterator.return?.();
  }
}

async function describing<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? signal.reason : new Error(describe(error as Error), { cause: error });
  }
}

function plainHeaders(headers: IncomingHttpHeaders): ResponseHeaders {
  const plain: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(headers)) {
    plain[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return plain;
}

/** Where all addresses of a name fail, the error has no message of its own. */
function describe(error: Error): string {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const { code } = first as NodeJS.ErrnoException;
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the server closed the connection';
  if (code?.startsWith('HPE_')) return 'the server did not answer with HTTP';
  return tlsProblem({ code, message: first.message }) ?? first.message;
}
