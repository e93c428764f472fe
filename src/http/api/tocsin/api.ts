import { type RequestHandler, Router } from 'express';
import type { HttpDeps } from '../../deps.ts';
import { plainArea } from '../../management.ts';
import { areaRouter } from '../../routes.ts';
import { deliveryRoutes } from './deliveries.ts';
import { receiverRoutes } from './receivers.ts';

/** Tocsin's own API, `/api/tocsin/v1`: JSON in and out; an error is `{"error": "..."}`. */
export function tocsinApi(deps: HttpDeps): RequestHandler {
  const routes = Object.entries({ ...deliveryRoutes(deps), ...receiverRoutes(deps) }).map(([path, methods]) => [
    `/api/tocsin/v1${path}`,
    methods,
  ]);
  const router = Router({ caseSensitive: true });
  router.use(areaRouter({ ...plainArea(deps), routes: Object.fromEntries(routes) }, deps.metrics));
  return router;
}
