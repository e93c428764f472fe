import type { BodyTooLargeError } from '../../body.ts';
import { type Response, sendJson } from '../../respond.ts';

/**
 * An answer that is an error, in one of Alertmanager's two shapes: what its handlers say is a bare JSON string, what
 * is wrong with the request itself an object with a code.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(body);
    this.status = status;
    this.body = body;
  }

  send(response: Response): void {
    sendJson(response, this.status, this.body);
  }
}

/** A handler's error: `"silence not found"`. */
export function handlerError(status: number, message: string): ApiError {
  return new ApiError(status, `${JSON.stringify(message.toWellFormed())}\n`);
}

/** An error of the request: `{"code":602,"message":"..."}`. Codes from 600 go out as 422. */
export function requestError(code: number, message: string): ApiError {
  return new ApiError(code >= 600 ? 422 : code, JSON.stringify({ code, message: message.toWellFormed() }));
}

export function required(path: string): ApiError {
  return requestError(602, `${path} in body is required`);
}

export function tooLarge(error: BodyTooLargeError): ApiError {
  return requestError(413, error.message);
}
