import type { Request, RequestHandler } from 'express';
import { HttpError } from './errors.ts';

const BAD_ESCAPE = /%(?![\da-f]{2})/i;

/**
 * Serves paths with empty, `.` or `..` elements as what they mean. Go's servers redirect them, but many clients repeat a
 * redirected POST as a GET: they would get 200, and their alerts would be lost.
 */
export const servePathCleaned: RequestHandler = (request, _response, next) => {
  if (BAD_ESCAPE.test(request.path)) throw new HttpError(400, '400 Bad Request');
  if (!isRead(request)) request.url = cleanUrl(request.url);
  next();
};

/** Redirects GET and HEAD of such a path, as Go's servers do. */
export const redirectToCleanPath: RequestHandler = (request, response, next) => {
  const clean = isRead(request) ? cleanUrl(request.url) : request.url;
  if (clean === request.url) next();
  else redirectTo(clean, 301)(request, response, next);
};

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Answers with a redirect whose target a browser cannot take for another host's. @param location an absolute path */
export function redirectTo(location: string, status: 301 | 302): RequestHandler {
  return (_request, response) => {
    const target = location.replace(/[^!-~]|["<>\\^`{|}]/g, encodeURIComponent);
    const text = status === 302 ? 'Found' : 'Moved Permanently';
    response.status(status).setHeader('Location', target);
    response
      .type('text/html')
      .send(`<a href="${target.replaceAll('&', '&#38;').replaceAll("'", '&#39;')}">${text}</a>.\n\n`);
  };
}

function cleanUrl(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (!path.includes('//') && !path.includes('/.')) return url;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const slash = kept.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${kept.join('/')}${slash}${end < 0 ? '' : url.slice(end)}`;
}
