import type { Metrics } from '../metrics/metrics.ts';
import { formatGoDuration } from '../time/duration.ts';
import { type Handler, sendText } from './respond.ts';

/** Refuses GETs beyond `limit` at once, over all paths: a read of everything is dear. */
export function limitConcurrency(limit: number, metrics: Metrics, serve: Handler): Handler {
  const inFlight = metrics.httpRequestsInFlight.labels({ method: 'get' });
  const exceeded = metrics.httpConcurrencyLimitExceededTotal.labels({ method: 'get' });
  let running = 0;
  return (request, response) => {
    if (request.method !== 'GET') return serve(request, response);
    if (running >= limit) {
      exceeded.inc();
      sendText(response, 503, `Limit of concurrent GET requests reached (${limit}), try again later.\n\n`);
      return undefined;
    }
    inFlight.set(++running);
    response.once('close', () => inFlight.set(--running));
    return serve(request, response);
  };
}

/** Answers 503 in place of what takes longer than `ms` (0: no limit); an answer under way is cut off. */
export function limitTime(ms: number, serve: Handler): Handler {
  if (ms <= 0) return serve;
  const text = `Exceeded configured timeout of ${formatGoDuration(ms)}.\n`;
  return (request, response) => {
    const timer = setTimeout(() => {
      if (response.headersSent) response.destroy();
      else sendText(response, 503, text);
    }, ms);
    response.once('close', () => clearTimeout(timer));
    return serve(request, response);
  };
}
