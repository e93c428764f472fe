import type { Metrics } from '../metrics/metrics.ts';
import type { Handler, Request, Response } from './respond.ts';

/** Observes how long a handler's answers take and, where asked, how big they are. */
export function instrument(metrics: Metrics, handler: string, measureSizes: boolean, serve: Handler): Handler {
  return (request: Request, response: Response) => {
    const began = performance.now();
    response.once('close', () => {
      const method = methodLabel(request.method);
      const seconds = (performance.now() - began) / 1_000;
      metrics.httpRequestDurationSeconds.observe({ handler, method, code: String(response.statusCode) }, seconds);
      if (measureSizes) {
        metrics.httpResponseSizeBytes.observe({ handler, method }, Number(response.getHeader('content-length') ?? 0));
      }
    });
    return serve(request, response);
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Methods are the client's text: what is not known is one series. */
function methodLabel(method = ''): string {
  return METHODS.has(method) ? method.toLowerCase() : 'unknown';
}
