import type { Response } from 'express';
import { HttpError } from '../../errors.ts';

/** A handler's error, a bare JSON string: `"silence not found"`. */
export function handlerError(status: number, message: string): HttpError {
  return new HttpError(status, message.toWellFormed());
}

/** An error of the request itself: `{"code":602,"message":"..."}`. Codes from 600 go out as 422. */
export function requestError(code: number, message: string): HttpError {
  return new HttpError(code >= 600 ? 422 : code, message.toWellFormed(), { code });
}

export function required(path: string): HttpError {
  return requestError(602, `${path} in body is required`);
}

/** Writes an error in one of Alertmanager's two shapes. */
export function writeApiError({ status, message, code }: HttpError, response: Response): void {
  sendJson(response, status, code === undefined ? `${JSON.stringify(message)}\n` : JSON.stringify({ code, message }));
}

/** Answers with a JSON text; the content type has no charset, as Alertmanager's has none. */
export function sendJson(response: Response, status: number, json: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(json);
}
