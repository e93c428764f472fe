import type { RequestHandler } from 'express';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import { formatGoDuration } from '../time/duration.ts';
import { sendTextError } from './errors.ts';

/** Refuses GETs beyond `limit` at once, over all paths: reading everything is expensive. */
export function limitConcurrency(limit: number, metrics: Metrics): RequestHandler {
  const inFlight = metrics.httpRequestsInFlight.labels({ method: 'get' });
  const exceeded = metrics.httpConcurrencyLimitExceededTotal.labels({ method: 'get' });
  let running = 0;
  return (request, response, next) => {
    if (request.method !== 'GET') return next();
    if (running >= limit) {
      exceeded.inc();
      const text = `Limit of concurrent GET requests reached (${limit}), try again later.\n\n`;
      return sendTextError(response, 503, text);
    }
    inFlight.set(++running);
    response.once('close', () => inFlight.set(--running));
    next();
  };
}

/** Answers 503 in place of what takes longer than `ms`; an answer under way is cut off. */
export function limitTime(ms: number, clock: Clock): RequestHandler {
  const text = `Exceeded configured timeout of ${formatGoDuration(ms)}.\n`;
  return (_request, response, next) => {
    const cancel = clock.after(ms, () => {
      if (response.headersSent) response.destroy();
      else sendTextError(response, 503, text);
    });
    response.once('close', cancel);
    next();
  };
}
