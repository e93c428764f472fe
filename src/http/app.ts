import express, { type Express } from 'express';
import { tocsinApi } from './api/tocsin/api.ts';
import { apiV1 } from './api/v1.ts';
import { apiV2 } from './api/v2/api.ts';
import { redirectTo, redirectToCleanPath, servePathCleaned } from './clean-path.ts';
import type { HttpDeps } from './deps.ts';
import { answerErrors, sendTextError, writeText } from './errors.ts';
import { limitConcurrency, limitTime } from './limits.ts';
import { management } from './management.ts';
import type { HttpOptions } from './options.ts';
import { ownLogin } from './own-login.ts';
import { ui } from './ui/ui.ts';
import type { WebGuard } from './web-config/web-guard.ts';
import { webhooks } from './webhooks.ts';

/** Everything that is served, below the route prefix, with the checks and limits that hold for all of it. */
export function createApp(deps: HttpDeps, options: HttpOptions, guard?: WebGuard): Express {
  const { routePrefix } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.disable('query parser');
  app.enable('case sensitive routing');

  app.use((_request, _response, next) => {
    deps.clock.sync();
    next();
  });
  app.use(servePathCleaned);
  if (guard) app.use(guard.middleware(ownLogin(deps, routePrefix)));
  app.use(limitConcurrency(options.getConcurrency, deps.metrics));
  if (options.timeout > 0) app.use(limitTime(options.timeout, deps.clock));
  app.use(redirectToCleanPath);
  app.use(
    escapePattern(routePrefix),
    apiV2(deps, options),
    apiV1(deps),
    tocsinApi(deps),
    management(deps),
    webhooks(deps, options.limits),
    ui(deps),
  );
  if (routePrefix !== '/') app.get('/', redirectTo(`${routePrefix}/`, 302));
  app.use((_request, response) => sendTextError(response, 404, '404 page not found\n'));
  app.use(answerErrors(deps.logger, writeText));
  return app;
}

/** A path whose characters mean nothing else to the router. */
function escapePattern(path: string): string {
  return path.replace(/[{}()[\]+?!:*\\]/g, '\\$&');
}
