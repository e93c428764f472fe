import Router, { type RequestHandler } from 'router';
import type { Metrics } from '../metrics/metrics.ts';
import { instrument } from './instrument.ts';
import type { Handler, Request, Response } from './respond.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
export type Methods = Readonly<Partial<Record<Method, Handler>>>;

/** Paths that answer alike when something is wrong. */
export interface Area {
  /** By path pattern; the pattern is also the metrics' `handler`. */
  readonly routes: Readonly<Record<string, Methods>>;
  /** Whether answers' sizes are measured (Alertmanager does so for all but its API). */
  readonly measureSizes: boolean;
  /** Runs before every handler of the area. */
  before?(request: Request, response: Response): void;
  /** The path exists, the method does not. */
  notAllowed(request: Request, response: Response, allowed: readonly string[]): void;
  /** A handler threw. Nothing has been answered yet. */
  failed(error: unknown, request: Request, response: Response): void;
}

/** The router of Express, without Express, for an area: only its matching of paths is used, so that it serves HTTP/2 too. */
export function areaRouter(area: Area, metrics: Metrics): RequestHandler {
  const router = Router({ caseSensitive: true });
  for (const [path, methods] of Object.entries(area.routes)) {
    const handler = instrument(metrics, labelOf(path), area.measureSizes, (request, response) =>
      serve(area, methods, request, response),
    );
    router.all(path, handler as unknown as RequestHandler);
  }
  return router;
}

/** A path pattern as Alertmanager's metrics name it: `{silenceID}` for a parameter. */
function labelOf(path: string): string {
  return path.replace(/\{?\/\*\w+\}?/, '/*').replace(/:(\w+)/g, '{$1}');
}

async function serve(area: Area, methods: Methods, request: Request, response: Response): Promise<void> {
  try {
    area.before?.(request, response);
    const handler = methods[request.method as Method];
    if (handler) await handler(request, response);
    else area.notAllowed(request, response, Object.keys(methods));
  } catch (error) {
    if (response.headersSent) response.destroy();
    else area.failed(error, request, response);
  }
}
