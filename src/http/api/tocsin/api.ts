import type { RequestHandler, Router } from 'express';
import { CROSS_SITE, isCrossSite } from '../../cross-site.ts';
import type { HttpDeps } from '../../deps.ts';
import { answerErrors, HttpError, writeJson } from '../../errors.ts';
import { plainArea } from '../../management.ts';
import { areaRouter } from '../../routes.ts';
import { deliveryRoutes } from './deliveries.ts';
import { receiverRoutes } from './receivers.ts';

/** Tocsin's own API, `/api/tocsin/v1`: JSON in and out; an error is `{"error": "..."}`. */
export function tocsinApi(deps: HttpDeps): Router {
  const routes = Object.entries({ ...deliveryRoutes(deps), ...receiverRoutes(deps) }).map(([path, methods]) => [
    `/api/tocsin/v1${path}`,
    methods,
  ]);
  const area = { ...plainArea(deps), before: ownSite, failed: answerErrors(deps.logger, writeJson) };
  const router = areaRouter({ ...area, routes: Object.fromEntries(routes) }, deps.metrics);
  return router.use('/api/tocsin', unknownPath, area.failed);
}

const unknownPath: RequestHandler = (request) => {
  throw new HttpError(404, `there is no ${request.baseUrl}${request.path}`);
};

/** A page of another site must not set anything off: browsers send a POST without a body for it, unasked. */
const ownSite: RequestHandler = (request, _response, next) => {
  if (request.method === 'POST' && isCrossSite(request)) throw new HttpError(403, CROSS_SITE);
  next();
};
