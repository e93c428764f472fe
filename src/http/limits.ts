import type { RequestHandler, Response } from 'express';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import { formatGoDuration } from '../time/duration.ts';
import { sendTextError } from './errors.ts';
import type { HttpLimits } from './options.ts';

/**
 * Refuses GETs beyond `limit` at once: reading everything is expensive. `spared` paths have as many slots of their own, so
 * that health and metrics are answered whoever reads what else.
 */
export function limitConcurrency(limit: number, spared: readonly string[], metrics: Metrics): RequestHandler {
  const inFlight = metrics.httpRequestsInFlight.labels({ method: 'get' });
  const exceeded = metrics.httpConcurrencyLimitExceededTotal.labels({ method: 'get' });
  const text = `Limit of concurrent GET requests reached (${limit}), try again later.\n\n`;
  const ordinary = { running: 0 };
  const own = { running: 0 };
  return (request, response, next) => {
    if (request.method !== 'GET') return next();
    const slots = spared.includes(request.path) ? own : ordinary;
    if (slots.running >= limit) {
      exceeded.inc();
      return sendTextError(response, 503, text);
    }
    slots.running++;
    inFlight.inc();
    response.once('close', () => {
      slots.running--;
      inFlight.dec();
    });
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

/** Cuts off clients that do not read their answers, which would hold slots and memory for as long as they like. */
export function cutStalledReaders({ stalledTimeout, answerTimeout }: HttpLimits, clock: Clock): RequestHandler {
  return (request, response, next) => {
    // Other methods have short answers.
    if (request.method !== 'GET') return next();
    const began = clock.monotonic();
    let before = -1;
    let cancel = (): void => {};
    const look = (): void => {
      const read = bytesRead(response);
      const isLate = clock.monotonic() - began >= answerTimeout;
      if (isWaitingForReader(response) && (read === before || isLate)) return void response.destroy();
      before = read;
      cancel = clock.after(stalledTimeout, look);
    };
    cancel = clock.after(stalledTimeout, look);
    response.once('close', () => cancel());
    next();
  };
}

/** What the system has taken of the connection's answers. */
function bytesRead({ req: { socket } }: Response): number {
  return (socket.bytesWritten ?? 0) - socket.writableLength;
}

function isWaitingForReader(response: Response): boolean {
  return response.writableLength > 0 || response.req.socket.writableLength > 0;
}
