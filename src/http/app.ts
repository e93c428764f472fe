import express, { type Express } from 'express';
import { tocsinApi } from './api/tocsin/api.ts';
import { unknownApi } from './api/unknown.ts';
import { apiV1 } from './api/v1.ts';
import { apiV2 } from './api/v2/api.ts';
import { BodyReader } from './body.ts';
import { redirectTo, redirectToCleanPath, servePathCleaned } from './clean-path.ts';
import { refuseForeignHosts } from './cross-site.ts';
import type { HttpDeps } from './deps.ts';
import { answerErrors, sendTextError, writeText } from './errors.ts';
import { cutStalledReaders, limitConcurrency, limitTime } from './limits.ts';
import { management } from './management.ts';
import type { HttpOptions } from './options.ts';
import { ownLogin } from './own-login.ts';
import { ui } from './ui/ui.ts';
import type { WebGuard } from './web-config/web-guard.ts';
import { webhooks } from './webhooks.ts';

/** Paths that must be answered whatever else is being read. */
const MANAGEMENT = ['/-/healthy', '/-/ready', '/metrics'];

/** Everything that is served, below the route prefix, with the checks and limits that hold for all of it. */
export function createApp(deps: HttpDeps, options: HttpOptions, guard?: WebGuard): Express {
  const { routePrefix, limits } = options;
  const bodies = new BodyReader(limits.bodyBytes, limits.unfinishedBytes);
  const below = (path: string): string => (routePrefix === '/' ? path : routePrefix + path);
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
  app.use(refuseForeignHosts(options.allowedHosts, options.corsOrigin));
  app.use(limitConcurrency(options.getConcurrency, MANAGEMENT.map(below), deps.metrics));
  app.use(cutStalledReaders(limits, deps.clock));
  if (options.timeout > 0) app.use(limitTime(options.timeout, deps.clock));
  app.use(redirectToCleanPath);
  app.use(
    escapePattern(routePrefix),
    apiV2(deps, options, bodies),
    apiV1(deps),
    tocsinApi(deps),
    unknownApi(),
    management(deps),
    webhooks(deps, limits, bodies),
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
