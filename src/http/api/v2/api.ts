import type { RequestHandler } from 'router';
import { matchesAll } from '../../../alert/matcher.ts';
import type { Logger } from '../../../log/logger.ts';
import { StoreError } from '../../../store/store.ts';
import { RequestAbortedError } from '../../body.ts';
import type { HttpDeps } from '../../deps.ts';
import type { HttpOptions } from '../../options.ts';
import { RefusalLog } from '../../refusal-log.ts';
import { type Handler, type Request, type Response, sendJson } from '../../respond.ts';
import { type Area, areaRouter } from '../../routes.ts';
import { getAlerts, postAlerts } from './alerts.ts';
import { clusterStatus } from './cluster.ts';
import { preflight, setCommonHeaders } from './cors.ts';
import { ApiError, handlerError, requestError } from './errors.ts';
import { getGroups } from './groups.ts';
import { type MatcherReader, Query, receiverMatchers } from './params.ts';
import { checkAccept } from './request.ts';
import { deleteSilence, getSilence, getSilences, postSilence } from './silences.ts';
import { receiverJson, statusViewJson } from './wire.ts';

/** Seconds after which a client may try again what could not be stored. */
const RETRY_AFTER = 5;

/** Alertmanager's API v2, below `<prefix>/api/v2`. */
export function apiV2(deps: HttpDeps, options: HttpOptions): RequestHandler {
  const logger = deps.logger.child({ component: 'api', version: 'v2' });
  const reader: MatcherReader = {
    mode: options.matcherMode,
    warn: (warning) => logger.warn('Matcher of a request should be rewritten', { origin: 'api', err: warning }),
  };
  const { limits } = options;
  const refusals = new RefusalLog(deps.clock, logger);
  const area: Area = {
    measureSizes: false,
    routes: {
      '/api/v2/status': { GET: getStatus(deps, options) },
      '/api/v2/receivers': { GET: (request, response) => getReceivers(deps, reader, request, response) },
      '/api/v2/alerts': {
        POST: (request, response) => postAlerts({ deps, limits, refusals }, request, response),
        GET: (request, response) => getAlerts(deps, reader, request, response),
      },
      '/api/v2/alerts/groups': { GET: (request, response) => getGroups(deps, reader, request, response) },
      '/api/v2/silences': {
        POST: (request, response) => postSilence(deps, limits, request, response),
        GET: (request, response) => getSilences(deps, reader, request, response),
      },
      '/api/v2/silence/:silenceID': {
        DELETE: (request, response) => deleteSilence(deps, request, response),
        GET: (request, response) => getSilence(deps, request, response),
      },
      '/api/v2{/*rest}': {},
    },
    before: setCommonHeaders,
    notAllowed(request, response, allowed) {
      if (preflight(request, response)) return;
      if (allowed.length === 0) throw requestError(404, `path ${pathOf(request, options.routePrefix)} was not found`);
      response.setHeader('Allow', allowed.join(','));
      throw requestError(405, `method ${request.method} is not allowed, but [${allowed.join(',')}] are`);
    },
    failed: (error, request, response) => fail(logger, error, request, response),
  };
  return areaRouter(area, deps.metrics);
}

function pathOf(request: Request, prefix: string): string {
  const path = (request.originalUrl ?? request.url ?? '').split('?', 1)[0] as string;
  return prefix === '/' ? path : path.slice(prefix.length);
}

function fail(logger: Logger, error: unknown, request: Request, response: Response): void {
  if (error instanceof ApiError) {
    logger.debug('API error', { path: request.url, method: request.method, err: error.body.trim() });
    error.send(response);
  } else if (error instanceof RequestAbortedError) {
    response.destroy();
  } else if (error instanceof StoreError) {
    logger.error('API error', { path: request.url, method: request.method, err: error });
    response.setHeader('Retry-After', RETRY_AFTER);
    handlerError(503, `${error.message}; try again later`).send(response);
  } else {
    logger.error('API error', { path: request.url, method: request.method, err: error });
    handlerError(500, 'internal error, see the log').send(response);
  }
}

function getStatus(deps: HttpDeps, { version, clusterListenAddress }: HttpOptions): Handler {
  const startedAt = deps.clock.now();
  const cluster = clusterStatus(clusterListenAddress, startedAt);
  return (request, response) => {
    checkAccept(request);
    const config = deps.config().original;
    sendJson(response, 200, `${statusViewJson({ cluster, version, config, startedAt })}\n`);
  };
}

/** GET /api/v2/receivers: all of the file, in its order. @throws ApiError */
function getReceivers(deps: HttpDeps, reader: MatcherReader, request: Request, response: Response): void {
  checkAccept(request);
  const matchers = receiverMatchers(new Query(request), reader);
  const shown = deps.config().receivers.filter(({ labels }) => matchesAll(matchers, labels));
  sendJson(response, 200, `[${shown.map(receiverJson).join(',')}]\n`);
}
