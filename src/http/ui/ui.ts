import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'router';
import type { HttpDeps } from '../deps.ts';
import { plainArea } from '../management.ts';
import { type Handler, type Request, type Response, sendText } from '../respond.ts';
import { areaRouter, type Methods } from '../routes.ts';

/** The page's files, each with its path. It talks to API v2 and loads nothing from elsewhere. */
const ASSETS: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/assets/style.css': 'style.css',
  '/assets/app.js': 'app.js',
  '/assets/alerts.js': 'alerts.js',
  '/assets/silences.js': 'silences.js',
  '/assets/silence-form.js': 'silence-form.js',
  '/assets/status.js': 'status.js',
  '/assets/matchers.js': 'matchers.js',
  '/assets/dom.js': 'dom.js',
  '/assets/visible.js': 'visible.js',
  '/favicon.ico': 'icon.svg',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Whatever an alert may bring into the page, it runs nothing and loads nothing. */
const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** The page at the root: alerts, silences and status. Alertmanager's links into its own page lead to the same here. */
export function ui(deps: HttpDeps): RequestHandler {
  const routes: Record<string, Methods> = {};
  for (const [path, file] of Object.entries(ASSETS)) {
    const serve = asset(file);
    routes[path] = { GET: path === '/' ? withSlash(serve) : serve };
  }
  return areaRouter({ ...plainArea(deps), routes }, deps.metrics);
}

function asset(file: string): Handler {
  let text: string | undefined;
  return (_request, response) => {
    text ??= readFileSync(new URL(`./assets/${file}`, import.meta.url), 'utf8');
    sendText(response, 200, text, { ...SECURITY_HEADERS, 'Content-Type': TYPES[extname(file)] });
  };
}

/** The page's addresses are relative, so below a prefix its own must end in a slash. */
function withSlash(serve: Handler): Handler {
  return (request: Request, response: Response) => {
    const path = (request.originalUrl ?? '/').split('?', 1)[0] as string;
    if (path.endsWith('/')) return serve(request, response);
    return sendText(response, 302, '', { Location: `${path}/` });
  };
}
