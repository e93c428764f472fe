import type { RequestHandler } from 'express';
import type { HttpDeps } from '../deps.ts';
import { plainArea } from '../management.ts';
import { sendText } from '../respond.ts';
import { areaRouter } from '../routes.ts';

/** The page at the root. */
export function ui(deps: HttpDeps): RequestHandler {
  return areaRouter(
    { ...plainArea(deps), routes: { '/': { GET: (_request, response) => sendText(response, 200, 'Tocsin\n') } } },
    deps.metrics,
  );
}
