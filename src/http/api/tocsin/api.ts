import Router, { type RequestHandler } from 'router';
import { CROSS_SITE, isCrossSite } from '../../cross-site.ts';
import type { HttpDeps } from '../../deps.ts';
import { plainArea } from '../../management.ts';
import { type Handler, sendJson } from '../../respond.ts';
import { areaRouter, type Methods } from '../../routes.ts';
import { deliveryRoutes } from './deliveries.ts';
import { receiverRoutes } from './receivers.ts';

/** Tocsin's own API, `/api/tocsin/v1`: JSON in and out; an error is `{"error": "..."}`. */
export function tocsinApi(deps: HttpDeps): RequestHandler {
  const routes = Object.entries({ ...deliveryRoutes(deps), ...receiverRoutes(deps) }).map(([path, methods]) => [
    `/api/tocsin/v1${path}`,
    ownSite(methods),
  ]);
  const router = Router({ caseSensitive: true });
  router.use(areaRouter({ ...plainArea(deps), routes: Object.fromEntries(routes) }, deps.metrics));
  return router;
}

/** What acts must not be set off by a page of another site, which needs no leave to send a POST without a body. */
function ownSite(methods: Methods): Methods {
  const { POST: act } = methods;
  if (!act) return methods;
  const guarded: Handler = (request, response) =>
    isCrossSite(request)
      ? sendJson(response, 403, `${JSON.stringify({ error: CROSS_SITE })}\n`)
      : act(request, response);
  return { ...methods, POST: guarded };
}
