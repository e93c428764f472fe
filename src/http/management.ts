import type { RequestHandler } from 'router';
import { CROSS_SITE, isCrossSite } from './cross-site.ts';
import type { HttpDeps } from './deps.ts';
import { type Handler, type Request, type Response, sendEmpty, sendText } from './respond.ts';
import { type Area, areaRouter } from './routes.ts';

/** The text exposition format's media type. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Health, readiness, reload and metrics. */
export function management(deps: HttpDeps): RequestHandler {
  const health = healthHandler(deps);
  return areaRouter(
    {
      ...plainArea(deps),
      routes: {
        '/-/healthy': { GET: health, HEAD: health },
        '/-/ready': { GET: health, HEAD: health },
        '/-/reload': { POST: (request, response) => reload(deps, request, response) },
        '/metrics': { GET: (_request, response) => metrics(deps, response) },
      },
    },
    deps.metrics,
  );
}

/** How Alertmanager's plain pages answer when something is wrong. */
export function plainArea(deps: HttpDeps): Pick<Area, 'measureSizes' | 'notAllowed' | 'failed'> {
  return {
    measureSizes: true,
    notAllowed(request: Request, response: Response, allowed: readonly string[]): void {
      response.setHeader('Allow', [...allowed, 'OPTIONS'].sort().join(', '));
      if (request.method === 'OPTIONS') sendEmpty(response, 200);
      else sendText(response, 405, 'Method Not Allowed\n');
    },
    failed(error: unknown, request: Request, response: Response): void {
      deps.logger.error('Request failed', { path: request.url, method: request.method, err: error });
      sendText(response, 500, 'internal error, see the log\n');
    },
  };
}

function healthHandler(deps: HttpDeps): Handler {
  return (_request, response) => {
    const troubles = deps.troubles();
    if (troubles.length === 0) sendText(response, 200, 'OK');
    else sendText(response, 503, `${troubles.join('\n')}\n`);
  };
}

async function reload(deps: HttpDeps, request: Request, response: Response): Promise<void> {
  if (isCrossSite(request)) return sendText(response, 403, `${CROSS_SITE}\n`);
  try {
    await deps.reload();
    sendEmpty(response, 200);
  } catch (error) {
    sendText(response, 500, `failed to reload config: ${(error as Error).message}\n`);
  }
}

async function metrics(deps: HttpDeps, response: Response): Promise<void> {
  sendText(response, 200, await deps.metrics.text(), { 'Content-Type': METRICS_TYPE });
}
