import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A request as the router hands it over: `params` are the path's. */
export type Request = IncomingMessage & { params?: Record<string, string>; originalUrl?: string };
export type Response = ServerResponse;
export type Handler = (request: Request, response: Response) => void | Promise<void>;

/** Answers with plain text, as Go's http.Error does for errors. */
export function sendText(response: Response, status: number, text: string, headers: OutgoingHttpHeaders = {}): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (status >= 400) response.setHeader('X-Content-Type-Options', 'nosniff');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string);
  send(response, status, text);
}

/** Answers with a JSON text. */
export function sendJson(response: Response, status: number, json: string): void {
  response.setHeader('Content-Type', 'application/json');
  send(response, status, json);
}

/** Answers without a body. */
export function sendEmpty(response: Response, status: number): void {
  send(response, status, '');
}

function send(response: Response, status: number, body: string): void {
  response.statusCode = status;
  // 204 has no body, and so no length.
  if (status !== 204) response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

export function notFound(response: Response): void {
  sendText(response, 404, '404 page not found\n');
}
