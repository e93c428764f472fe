import { connect } from 'node:net';
import type { FailureReason } from '../../src/metrics/failure-reasons.ts';
import { certificates } from '../support/certificates.ts';
import { type Answer, type ReceivedRequest, TestHttpServer } from '../support/http-server.ts';

/**
 * What a kind of receiver says of itself so that the shared suite (contract.test.ts) can try it. Each kind that sends has
 * one, as `contract` of test/receivers/<kind>/contract.ts.
 */
export interface ReceiverContract {
  /** Starts the service that the receiver sends to. It takes every message until `fail` is called. */
  start(): Promise<Peer>;
  /** What the service can answer instead, and what is to be made of it. */
  readonly failures: readonly FailureCase[];
}

export interface Peer {
  /** An entry of `<kind>_configs` that sends to it; where the kind can have a login or secret, with one. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Keys of `global` for it. */
  readonly global?: Readonly<Record<string, unknown>>;
  /** Texts that must not be seen anywhere but at the service. */
  readonly secrets: readonly string[];
  /** How often the service was asked, in whatever way. */
  readonly attempts: number;
  /** The messages that it took, as its readers see them: what is markup there is resolved. */
  shown(): Promise<readonly string[]>;
  /** From now on it fails so. */
  fail(failure: FailureCase['failure']): void;
  /** From now on it never answers. */
  hang(): void;
  /** From now on it redirects to another host, where its protocol has that. */
  redirect?(url: string): void;
  /** Nobody listens any more. */
  close(): Promise<void>;
}

export interface FailureCase {
  readonly name: string;
  /** For `Peer.fail` of the same kind. */
  readonly failure: unknown;
  readonly retryable: boolean;
  readonly reason: FailureReason;
  /** ms */
  readonly retryAfter?: number;
}

export interface HttpContract {
  /** @param url of the service, path, query and login included */
  entry(url: string): Readonly<Record<string, unknown>>;
  global?(url: string): Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  /** Where the receiver posts to, e.g. `/hook?key=s3cret`; absent: `/`. */
  readonly path?: string;
  /** The service's URL is built in: it is reached through a proxy, whose URL `entry` gets. */
  readonly isProxied?: boolean;
  /** Absent: 200 without a body. */
  readonly success?: Answer | ((request: ReceivedRequest) => Answer);
  /** What a person reads of a request; undefined of one that brings no message: a search, a login. */
  shown(request: ReceivedRequest): string | undefined;
  /** Statuses that the kind judges otherwise than the others do, e.g. Alertmanager's own for it. */
  readonly statuses?: Readonly<Record<number, Pick<FailureCase, 'retryable' | 'reason'>>>;
  /** Answers that only this service has: `200 {"ok":false}`. */
  readonly more?: readonly (FailureCase & { readonly failure: Answer })[];
}

const STATUSES: Readonly<Record<number, Pick<FailureCase, 'retryable' | 'reason'>>> = {
  400: { retryable: false, reason: 'clientError' },
  401: { retryable: false, reason: 'authError' },
  403: { retryable: false, reason: 'authError' },
  404: { retryable: false, reason: 'clientError' },
  408: { retryable: true, reason: 'clientError' },
  413: { retryable: false, reason: 'clientError' },
  429: { retryable: true, reason: 'rateLimited' },
  500: { retryable: true, reason: 'serverError' },
  503: { retryable: true, reason: 'serverError' },
};

/** The contract of a kind that posts to an HTTP service. */
export function httpContract(kind: HttpContract): ReceiverContract {
  const { success = 200, path = '/', more = [] } = kind;
  const statuses = Object.entries({ ...STATUSES, ...kind.statuses });
  const rateLimited = kind.statuses?.[429]?.retryable ?? true;
  return {
    failures: [
      ...statuses.map(([status, judged]) => ({
        name: `${status} from a service that repeats the request`,
        failure: (request: ReceivedRequest): Answer => ({ status: Number(status), body: JSON.stringify(request) }),
        ...judged,
      })),
      ...['17', 'Sun, 01 Mar 2026 08:20:17 GMT'].map((text) => ({
        name: `503 with Retry-After: ${text}`,
        failure: { status: 503, headers: { 'Retry-After': text } },
        retryable: true,
        reason: 'serverError' as const,
        retryAfter: 17_000,
      })),
      ...(rateLimited ? ['17', 'Sun, 01 Mar 2026 08:20:17 GMT'] : []).map((text) => ({
        name: `429 with Retry-After: ${text}`,
        failure: { status: 429, headers: { 'Retry-After': text } },
        retryable: true,
        reason: 'rateLimited' as const,
        retryAfter: 17_000,
      })),
      { name: 'a connection that is reset', failure: 'drop', retryable: true, reason: 'other' },
      ...more,
    ],
    start: async () => {
      const tls = kind.isProxied ? certificates().services : undefined;
      const server = await TestHttpServer.start(typeof success === 'function' ? success : () => success, tls);
      const proxy = kind.isProxied ? await connectProxy(server.port) : undefined;
      const url = proxy?.url ?? server.url(path);
      let taken = true;
      return {
        entry: kind.entry(url),
        ...(kind.global && { global: kind.global(url) }),
        secrets: kind.secrets,
        get attempts() {
          return server.requests.length;
        },
        shown: async () => (taken ? server.requests.flatMap((request) => kind.shown(request) ?? []) : []),
        fail: (failure) => {
          taken = false;
          server.answer = typeof failure === 'function' ? (request) => failure(request) : () => failure as Answer;
        },
        redirect: (location) => {
          server.answer = () => ({ status: 307, headers: { location } });
        },
        hang: () => {
          server.answer = () => 'hang';
        },
        close: async () => {
          await Promise.all([server.close(), proxy?.close()]);
        },
      };
    },
  };
}

/** An HTTP proxy that connects everything to one port of this machine. */
async function connectProxy(port: number): Promise<{ readonly url: string; close(): Promise<void> }> {
  const proxy = await TestHttpServer.start();
  proxy.server.on('connect', (_request, socket) => {
    const peer = connect(port, '127.0.0.1');
    peer.on('error', () => socket.destroy());
    socket.on('error', () => peer.destroy());
    peer.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      peer.pipe(socket).pipe(peer);
    });
  });
  return { url: proxy.url(), close: () => proxy.close() };
}

/** Every text in a JSON value, a line each. */
export function textsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(textsIn).join('\n') : '';
}
