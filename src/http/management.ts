import type { RequestHandler, Router } from 'express';
import { Query } from './api/v2/params.ts';
import { CROSS_SITE, isCrossSite } from './cross-site.ts';
import type { HttpDeps } from './deps.ts';
import { answerErrors, HttpError, sendTextError, writeText } from './errors.ts';
import { type Area, areaRouter } from './routes.ts';

/** The text exposition format's media type. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Health, readiness, reload and metrics. */
export function management(deps: HttpDeps): Router {
  const health = healthHandler(deps);
  return areaRouter(
    {
      ...plainArea(deps),
      routes: {
        '/-/healthy': { GET: health, HEAD: health },
        '/-/ready': { GET: health, HEAD: health },
        '/-/reload': { POST: reload(deps) },
        '/metrics': { GET: metrics(deps) },
      },
    },
    deps.metrics,
  );
}

/** Answers 405 and OPTIONS as Alertmanager's plain pages do; errors are text. */
export function plainArea(deps: HttpDeps): Pick<Area, 'measureSizes' | 'notAllowed' | 'failed'> {
  return {
    measureSizes: true,
    notAllowed: (allowed) => (request, response) => {
      response.setHeader('Allow', [...allowed, 'OPTIONS'].sort().join(', '));
      if (request.method === 'OPTIONS') response.send('');
      else sendTextError(response, 405, 'Method Not Allowed\n');
    },
    failed: answerErrors(deps.logger, writeText),
  };
}

function healthHandler(deps: HttpDeps): RequestHandler {
  return (_request, response) => {
    const troubles = deps.troubles();
    response.status(troubles.length === 0 ? 200 : 503).type('text/plain');
    response.send(troubles.length === 0 ? 'OK' : `${troubles.join('\n')}\n`);
  };
}

function reload(deps: HttpDeps): RequestHandler {
  return async (request, response) => {
    if (isCrossSite(request)) throw new HttpError(403, CROSS_SITE);
    try {
      await deps.reload();
    } catch (error) {
      return sendTextError(response, 500, `failed to reload config: ${(error as Error).message}\n`);
    }
    response.end();
  };
}

function metrics(deps: HttpDeps): RequestHandler {
  return async (request, response) => {
    response.setHeader('Content-Type', METRICS_TYPE);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    response.send(Buffer.from(await deps.metrics.text(new Query(request).all('name[]'))));
  };
}
