import type { RequestHandler, Router } from 'express';
import type { HttpDeps } from '../deps.ts';
import { answerErrors, writeText } from '../errors.ts';
import { areaRouter, type Methods } from '../routes.ts';

const GONE = {
  status: 'deprecated',
  error:
    'The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - ' +
    'please use the equivalent route in the v2 API',
};

/** API v1 is gone: 410 with Alertmanager's hint. */
export function apiV1(deps: HttpDeps): Router {
  const logger = deps.logger.child({ component: 'api', version: 'v1' });
  const gone: RequestHandler = (request, response) => {
    logger.warn('A client uses the v1 API, which was removed', { path: request.url, method: request.method });
    response.status(410).json(GONE);
  };
  const all: Methods = { GET: gone, POST: gone, DELETE: gone };
  return areaRouter(
    {
      measureSizes: true,
      routes: {
        '/api/v1/status': all,
        '/api/v1/receivers': all,
        '/api/v1/alerts': all,
        '/api/v1/alerts/groups': all,
        '/api/v1/silences': all,
        '/api/v1/silence/:sid': all,
      },
      notAllowed: () => (_request, _response, next) => next(),
      failed: answerErrors(logger, writeText),
    },
    deps.metrics,
  );
}
