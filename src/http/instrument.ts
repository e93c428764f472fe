import type { RequestHandler } from 'express';
import type { Metrics } from '../metrics/metrics.ts';

/** Observes how long answers take and, where asked, how big they are. @param handler the label: a path pattern */
export function instrument(metrics: Metrics, handler: string, measureSizes: boolean): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    response.once('close', () => {
      const method = methodLabel(request.method);
      const seconds = (performance.now() - began) / 1_000;
      metrics.httpRequestDurationSeconds.observe({ handler, method, code: String(response.statusCode) }, seconds);
      if (measureSizes) {
        metrics.httpResponseSizeBytes.observe({ handler, method }, Number(response.getHeader('content-length') ?? 0));
      }
    });
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Methods are the client's text: all unknown ones share a series. */
function methodLabel(method: string): string {
  return METHODS.has(method) ? method.toLowerCase() : 'unknown';
}
