import Router, { type ErrorRequestHandler, type RequestHandler } from 'router';
import { tocsinApi } from './api/tocsin/api.ts';
import { apiV1 } from './api/v1.ts';
import { apiV2 } from './api/v2/api.ts';
import type { HttpDeps } from './deps.ts';
import { limitConcurrency, limitTime } from './limits.ts';
import { management } from './management.ts';
import type { HttpOptions } from './options.ts';
import { type Handler, notFound, type Response, sendText } from './respond.ts';
import { ui } from './ui/ui.ts';
import { webhooks } from './webhooks.ts';

/** Everything that is served, below the route prefix, with the limits that hold for all of it. */
export function createApp(deps: HttpDeps, options: HttpOptions): Handler {
  const inside = Router({ caseSensitive: true });
  inside.use(
    apiV2(deps, options),
    apiV1(deps),
    tocsinApi(deps),
    management(deps),
    webhooks(deps, options.limits),
    ui(deps),
  );

  const router = Router({ caseSensitive: true });
  router.use(options.routePrefix, inside);
  if (options.routePrefix !== '/') router.get('/', redirectTo(`${options.routePrefix}/`));
  router.use(((_request, response) => notFound(response)) as RequestHandler);
  router.use(failed(deps));

  const apiRoot = `${options.routePrefix === '/' ? '' : options.routePrefix}/api/v2`;
  const route: Handler = (request, response) => {
    const clean = cleanUrl(request.url ?? '/', apiRoot);
    if (clean !== undefined) redirect(response, 301, clean);
    else router(request as never, response as never, () => {});
  };
  return limitConcurrency(options.getConcurrency, deps.metrics, limitTime(options.timeout, route));
}

function redirectTo(location: string): RequestHandler {
  return (_request, response) => redirect(response, 302, location);
}

function redirect(response: Response, status: number, location: string): void {
  response.setHeader('Location', location);
  const text = status === 302 ? 'Found' : 'Moved Permanently';
  const href = location.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  sendText(response, status, `<a href="${href}">${text}</a>.\n\n`, { 'Content-Type': 'text/html; charset=utf-8' });
}

/** Go's servers redirect paths with empty, `.` or `..` elements to what they mean, and a folder's to the one with a slash. @returns undefined for a clean URL */
function cleanUrl(url: string, apiRoot: string): string | undefined {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (path === apiRoot) return `${path}/${end < 0 ? '' : url.slice(end)}`;
  if (!path.includes('//') && !path.includes('/.')) return undefined;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const clean = `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
  return clean === path ? undefined : clean + (end < 0 ? '' : url.slice(end));
}

/** The router itself refuses a path that cannot be decoded. */
function failed(deps: HttpDeps): ErrorRequestHandler {
  return (error: Error & { status?: number }, request, response, _next) => {
    if (error.status === 400) sendText(response, 400, '400 Bad Request');
    else {
      deps.logger.error('Request failed', { path: request.url, method: request.method, err: error });
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'internal error, see the log\n');
    }
  };
}
