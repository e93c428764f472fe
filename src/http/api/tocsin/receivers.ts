import type { RequestHandler } from 'express';
import { TEST_SOURCES } from '../../../notify/test-samples.ts';
import type { HttpDeps } from '../../deps.ts';
import { HttpError } from '../../errors.ts';
import type { Methods } from '../../routes.ts';
import { Query } from '../v2/params.ts';

/** ms between two tests of a receiver. */
const INTERVAL = 10_000;

/**
 * `POST /receivers/{name}/test?source=&label=NAME=VALUE`: sends a test through every integration of a receiver and reports what the
 * servers answered. 200 when all succeeded, 502 when one did not. One test at a time, and of a receiver one in 10 seconds:
 * whoever reaches the API must not be able to flood a mailbox.
 */
export function receiverRoutes(deps: HttpDeps): Readonly<Record<string, Methods>> {
  let busy = false;
  /** By receiver; only those that the configuration has or had. */
  const testedAt = new Map<string, number>();

  const test: RequestHandler = async (request, response) => {
    const name = String(request.params.name);
    const query = new Query(request);
    const source = query.last('source') || undefined;
    if (source !== undefined && !TEST_SOURCES.includes(source)) {
      throw new HttpError(400, `unknown source ${JSON.stringify(source)}: one of ${TEST_SOURCES.join(', ')}`);
    }
    const labels = readLabels(query.all('label'));
    if (busy) throw tooMany('a test is under way: one at a time', INTERVAL);
    const now = deps.clock.monotonic();
    const wait = (testedAt.get(name) ?? -INTERVAL) + INTERVAL - now;
    if (wait > 0) throw tooMany(`receiver ${JSON.stringify(name)} was tested a moment ago`, wait);
    busy = true;
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client closed the connection')));
    try {
      const report = await deps.testReceiver(name, { source, labels }, gone.signal);
      if (!report) throw unknown(name, deps);
      if (report.integrations.length === 0) {
        throw new HttpError(422, `receiver ${JSON.stringify(name)} has no integrations`);
      }
      testedAt.set(name, deps.clock.monotonic());
      deps.logger.info('Test sent', { receiver: name, ok: report.ok });
      response.status(report.ok ? 200 : 502).json(report);
    } finally {
      busy = false;
    }
  };

  return { '/receivers/:name/test': { POST: test } };
}

/** @param wait ms */
function tooMany(message: string, wait: number): HttpError {
  return new HttpError(429, message, { headers: { 'Retry-After': String(Math.ceil(wait / 1_000)) } });
}

/** @param texts `NAME=VALUE` */
function readLabels(texts: readonly string[]): Readonly<Record<string, string>> {
  const labels = texts.map((text) => {
    const equals = text.indexOf('=');
    if (equals < 1) throw new HttpError(400, `label: expected NAME=VALUE, found ${JSON.stringify(text.slice(0, 80))}`);
    return [text.slice(0, equals), text.slice(equals + 1)] as const;
  });
  return Object.fromEntries(labels);
}

function unknown(name: string, deps: HttpDeps): HttpError {
  const names = deps.config().receivers.map((receiver) => JSON.stringify(receiver.name));
  return new HttpError(404, `no receiver ${JSON.stringify(name)}: the configuration has ${names.join(', ')}`);
}
