import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import type { Metrics } from '../metrics/metrics.ts';
import { instrument } from './instrument.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'DELETE';
export type Methods = Readonly<Partial<Record<Method, RequestHandler>>>;

/** Paths that behave alike: the same headers, the same shape of errors. */
export interface Area {
  /** By path pattern; the pattern is also the metrics' `handler`. */
  readonly routes: Readonly<Record<string, Methods>>;
  /** Whether answers' sizes are measured (Alertmanager does so for all but its API). */
  readonly measureSizes: boolean;
  /** Runs before every handler of the area. */
  readonly before?: RequestHandler;
  /** For a path that exists and a method that does not. @param allowed the path's methods */
  notAllowed(allowed: readonly string[]): RequestHandler;
  /** Answers what a handler threw. */
  readonly failed: ErrorRequestHandler;
}

/** The router of an area. Where a path has no HEAD of its own, HEAD is not allowed, as in Alertmanager. */
export function areaRouter(area: Area, metrics: Metrics): Router {
  const router = express.Router({ caseSensitive: true });
  for (const [path, methods] of Object.entries(area.routes)) {
    const notAllowed = area.notAllowed(Object.keys(methods));
    const route = router.route(path).all(instrument(metrics, labelOf(path), area.measureSizes));
    if (area.before) route.all(area.before);
    if (!methods.HEAD) route.head(notAllowed);
    for (const [method, handler] of Object.entries(methods)) route[method.toLowerCase() as Verb](handler);
    route.all(notAllowed);
  }
  router.use(area.failed);
  return router;
}

type Verb = Lowercase<Method>;

/** A path pattern as Alertmanager's metrics name it: `{silenceID}` for a parameter. */
function labelOf(path: string): string {
  return path.replace(/\{?\/\*\w+\}?/, '/*').replace(/:(\w+)/g, '{$1}');
}
