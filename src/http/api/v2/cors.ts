import { type Request, type Response, sendEmpty } from '../../respond.ts';

const METHODS = new Set(['GET', 'POST', 'HEAD']);
const HEADERS = new Set(['accept', 'content-type', 'x-requested-with']);

/** Headers of every API v2 answer: any page may read, nothing is kept. */
export function setCommonHeaders(request: Request, response: Response): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', 'Origin');
  const method = request.method ?? '';
  if (request.headers.origin !== undefined && (METHODS.has(method) || method === 'OPTIONS')) {
    response.setHeader('Access-Control-Allow-Origin', '*');
  }
}

/** Answers a browser's question whether it may send a request. @returns false when it is not one. */
export function preflight(request: Request, response: Response): boolean {
  const method = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || !method) return false;
  response.removeHeader('Access-Control-Allow-Origin');
  response.removeHeader('Cache-Control');
  response.setHeader('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  const headers = request.headers['access-control-request-headers'];
  if (request.headers.origin !== undefined && METHODS.has(method) && allAllowed(headers)) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Methods', method);
    if (headers) response.setHeader('Access-Control-Allow-Headers', headers);
  }
  sendEmpty(response, 204);
  return true;
}

function allAllowed(headers: string | undefined): boolean {
  if (!headers) return true;
  return headers.split(',').every((header) => HEADERS.has(header.trim().toLowerCase()));
}
