import type { Request } from 'express';
import type { BodyReader } from '../../body.ts';
import { JsonError, JsonTooLargeError, parseBody } from '../../json.ts';
import { requestError, required } from './errors.ts';

/**
 * Reads the JSON body of a POST, with the checks, the order and the texts of go-openapi.
 * @param name what the body is called in errors: `alerts` or `silence`.
 * @throws HttpError, RequestAbortedError
 */
export async function readJsonBody(request: Request, name: string, bodies: BodyReader): Promise<unknown> {
  const hasBody = request.headers['content-length'] !== '0' && hasContent(request);
  if (hasBody) checkContentType(request.headers['content-type']);
  else checkAccept(request);
  const value = await parse(await bodies.read(request), name);
  if (value === undefined) throw required(name);
  return value;
}

function hasContent(request: Request): boolean {
  return request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
}

async function parse(body: Buffer, name: string): Promise<unknown> {
  try {
    return await parseBody(body);
  } catch (error) {
    if (error instanceof JsonTooLargeError) throw requestError(413, error.message);
    if (error instanceof JsonError) throw badBody(name, error.message);
    throw error;
  }
}

/** 400: the body is JSON but not of the right shape, or no JSON at all. */
export function badBody(name: string, reason: string): Error {
  return requestError(400, `parsing ${name} body from "" failed, because ${reason}`);
}

const TYPE = /^[^\s;/]+\/[^\s;/]+$/;
const PARAMETER = /\s*;\s*[^\s;="]+=(?:"[^"]*"|[^\s;"]*)/y;

/**
 * The header is the client's: each step goes on where the last one ended, so that the time is linear in its length.
 * @returns the media type in lower case, or undefined where the header cannot be read.
 */
export function mediaType(header: string): string | undefined {
  const semicolon = header.indexOf(';');
  let end = semicolon < 0 ? header.length : semicolon;
  const type = header.slice(0, end).trim();
  if (!TYPE.test(type)) return undefined;
  PARAMETER.lastIndex = end;
  while (PARAMETER.test(header)) end = PARAMETER.lastIndex;
  const rest = header.slice(end).trim();
  return rest === '' || rest === ';' ? type.toLowerCase() : undefined;
}

function checkContentType(header: string | undefined): void {
  // Exactly what clients send, most of the time.
  if (header === 'application/json') return;
  const type = header ? mediaType(header) : 'application/octet-stream';
  if (type === undefined) {
    throw requestError(
      400,
      `parsing Content-Type header from ${JSON.stringify(header)} failed, because mime: invalid media parameter`,
    );
  }
  if (type !== 'application/json') {
    throw requestError(415, `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`);
  }
}

/** Refuses a client that does not take JSON. @throws HttpError 406 */
export function checkAccept(request: Request): void {
  const accept = request.headers.accept;
  if (!accept || accept === '*/*' || accept === 'application/json') return;
  if (accept.split(',').some(takesJson)) return;
  throw requestError(406, 'unsupported media type requested, only [application/json] are available');
}

function takesJson(range: string): boolean {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return Number(quality) > 0 && ['*/*', 'application/*', 'application/json'].includes(type);
}
