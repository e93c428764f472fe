import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Router } from 'express';
import { redirectTo } from '../clean-path.ts';
import type { HttpDeps } from '../deps.ts';
import { plainArea } from '../management.ts';
import { areaRouter, type Methods } from '../routes.ts';

/** The page's files, each below its path. The page talks to API v2 and loads nothing from elsewhere. */
const FILES = fileURLToPath(new URL('./public', import.meta.url));

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
export function ui(deps: HttpDeps): Router {
  const file = express.static(FILES, {
    cacheControl: false,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    },
  });
  const icon: RequestHandler = (request, response, next) => {
    request.url = '/assets/icon.svg';
    file(request, response, next);
  };
  const get = (handler: RequestHandler): Methods => ({ GET: handler, HEAD: handler });
  // Alertmanager 0.35 has a second page there.
  const toPage: RequestHandler = (request, response, next) =>
    redirectTo(`${request.baseUrl}/`, 302)(request, response, next);
  const routes = { '/': get(file), '/assets/*file': get(file), '/favicon.ico': get(icon), '/ui{/*rest}': get(toPage) };
  return areaRouter({ ...plainArea(deps), routes }, deps.metrics);
}
