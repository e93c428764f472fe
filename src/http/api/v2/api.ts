import express, { type RequestHandler, type Router } from 'express';
import type { BodyReader } from '../../body.ts';
import { redirectTo } from '../../clean-path.ts';
import type { HttpDeps } from '../../deps.ts';
import { answerErrors } from '../../errors.ts';
import type { HttpOptions } from '../../options.ts';
import { RefusalLog } from '../../refusal-log.ts';
import { type Area, areaRouter } from '../../routes.ts';
import { getAlerts, postAlerts } from './alerts.ts';
import { clusterStatus } from './cluster.ts';
import { cors } from './cors.ts';
import { requestError, sendJson, writeApiError } from './errors.ts';
import { getGroups } from './groups.ts';
import { Query } from './params.ts';
import { checkAccept } from './request.ts';
import { type MatcherReader, RequestMatchers } from './request-matchers.ts';
import { deleteSilence, getSilence, getSilences, postSilence } from './silences.ts';
import { receiverJson, statusViewJson } from './wire.ts';

/** Alertmanager's API v2, `/api/v2`. */
export function apiV2(deps: HttpDeps, options: HttpOptions, bodies: BodyReader): Router {
  const logger = deps.logger.child({ component: 'api', version: 'v2' });
  const reader: MatcherReader = {
    mode: options.matcherMode,
    warn: (warning) => logger.warn('A matcher in a request should be rewritten', { origin: 'api', err: warning }),
  };
  const refusals = new RefusalLog(deps.clock, logger);
  const { limits, corsOrigin } = options;
  const router = express.Router({ caseSensitive: true });
  if (corsOrigin) router.use('/api/v2', cors(corsOrigin));
  router.get('/api/v2', toFolder);
  const area: Area = {
    measureSizes: false,
    routes: {
      '/api/v2/alerts': { POST: postAlerts({ deps, bodies, limits, refusals }), GET: getAlerts(deps, reader) },
      '/api/v2/alerts/groups': { GET: getGroups(deps, reader) },
      '/api/v2/silences': { POST: postSilence(deps, bodies), GET: getSilences(deps, reader) },
      '/api/v2/silence/:silenceID': { DELETE: deleteSilence(deps), GET: getSilence(deps) },
      '/api/v2/status': { GET: getStatus(deps, options) },
      '/api/v2/receivers': { GET: getReceivers(deps, reader) },
      '/api/v2{/*rest}': {},
    },
    before(_request, response, next) {
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
    notAllowed,
    failed: answerErrors(logger, writeApiError),
  };
  return router.use(areaRouter(area, deps.metrics));
}

/** As Go's servers do where what is asked for has paths below it. */
const toFolder: RequestHandler = (request, response, next) => {
  if (request.path.endsWith('/')) next();
  else redirectTo(`${request.baseUrl}${request.path}/`, 301)(request, response, next);
};

function notAllowed(allowed: readonly string[]): RequestHandler {
  const list = allowed.join(',');
  return (request, response) => {
    if (allowed.length === 0) throw requestError(404, `path ${request.path} was not found`);
    response.setHeader('Allow', list);
    throw requestError(405, `method ${request.method} is not allowed, but [${list}] are`);
  };
}

function getStatus(deps: HttpDeps, { version, clusterListenAddress }: HttpOptions): RequestHandler {
  const startedAt = deps.clock.now();
  const cluster = clusterStatus(clusterListenAddress, startedAt);
  return (request, response) => {
    checkAccept(request);
    const config = deps.config().original;
    sendJson(response, 200, `${statusViewJson({ cluster, version, config, startedAt })}\n`);
  };
}

/** GET /api/v2/receivers: all of the file, in its order. */
function getReceivers(deps: HttpDeps, reader: MatcherReader): RequestHandler {
  return (request, response) => {
    checkAccept(request);
    const requested = new RequestMatchers(new Query(request), reader);
    const matchers = requested.receiverMatchers();
    const shown = deps.config().receivers.filter(({ labels }) => requested.matchesAll(matchers, labels));
    sendJson(response, 200, `[${shown.map(receiverJson).join(',')}]\n`);
  };
}
