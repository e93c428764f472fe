import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from '../log/logger.ts';
import { RequestError } from '../sources/prometheus/request-error.ts';
import { StoreError } from '../store/store.ts';

/** Seconds after which a client may try again what cannot be stored now. */
const RETRY_AFTER = 5;

export interface HttpErrorOptions {
  /** go-openapi's code of a mistake in the request itself. */
  readonly code?: number;
  /** Headers of the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is an error. Its status and text are fixed here; each API writes it in its own shape. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, { code, headers = {}, cause }: HttpErrorOptions = {}) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The client left before it had sent everything: nobody is there to answer. */
export class RequestAbortedError extends Error {
  override readonly name = 'RequestAbortedError';
}

/** What a handler threw, as an answer. An error that nobody expected is a 500 without details; it has them as `cause`. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof RequestError) {
    const { status, message, code } = error;
    return new HttpError(status, message, { code });
  }
  if (error instanceof StoreError) {
    return new HttpError(503, `${error.message}; try again later`, {
      headers: { 'Retry-After': String(RETRY_AFTER) },
      cause: error,
    });
  }
  // Express refuses a path that cannot be decoded.
  if ((error as { status?: unknown } | undefined)?.status === 400) return new HttpError(400, '400 Bad Request');
  return new HttpError(500, 'internal error, see the log', { cause: error });
}

type WriteError = (error: HttpError, response: Response) => void;

/** The last handler of a router: logs what went wrong and answers it with `write`; what has begun is cut off. */
export function answerErrors(logger: Logger, write: WriteError): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    if (response.headersSent || thrown instanceof RequestAbortedError) return void response.destroy();
    const error = toHttpError(thrown);
    logError(logger, error, request);
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    write(error, response);
  };
}

function logError(logger: Logger, error: HttpError, { path, method }: Request): void {
  if (error.status < 500) logger.debug('Request refused', { path, method, err: error.message });
  else logger.error('Request failed', { path, method, err: error.cause ?? error });
}

/** Writes an error as plain text, as Go's http.Error does. */
export function writeText(error: HttpError, response: Response): void {
  sendTextError(response, error.status, `${error.message}\n`);
}

/** Writes an error as `{"error": "..."}`. */
export function writeJson(error: HttpError, response: Response): void {
  response.status(error.status).json({ error: error.message });
}

export function sendTextError(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').setHeader('X-Content-Type-Options', 'nosniff');
  response.send(text);
}
