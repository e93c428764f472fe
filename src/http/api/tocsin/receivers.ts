import type { RequestHandler } from 'express';
import { TEST_SOURCES } from '../../../notify/test-samples.ts';
import type { HttpDeps } from '../../deps.ts';
import { HttpError } from '../../errors.ts';
import type { Methods } from '../../routes.ts';
import { Query } from '../v2/params.ts';

/** Seconds after which to ask again when a test is under way. */
const RETRY_AFTER = '5';

/**
 * `POST /receivers/{name}/test?source=`: sends a test through every integration of a receiver and reports what the
 * servers answered. 200 when all succeeded, 502 when one did not; one test at a time.
 */
export function receiverRoutes(deps: HttpDeps): Readonly<Record<string, Methods>> {
  let busy = false;

  const test: RequestHandler = async (request, response) => {
    const name = String(request.params.name);
    const source = new Query(request).last('source') || undefined;
    if (source !== undefined && !TEST_SOURCES.includes(source)) {
      throw new HttpError(400, `unknown source ${JSON.stringify(source)}: one of ${TEST_SOURCES.join(', ')}`);
    }
    if (busy) {
      throw new HttpError(429, 'a test is under way: one at a time', { headers: { 'Retry-After': RETRY_AFTER } });
    }
    busy = true;
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client closed the connection')));
    try {
      const report = await deps.testReceiver(name, source, gone.signal);
      if (!report) throw unknown(name, deps);
      if (report.integrations.length === 0) {
        throw new HttpError(422, `receiver ${JSON.stringify(name)} has no integrations`);
      }
      deps.logger.info('Test sent', { receiver: name, ok: report.ok });
      response.status(report.ok ? 200 : 502).json(report);
    } finally {
      busy = false;
    }
  };

  return { '/receivers/:name/test': { POST: test } };
}

function unknown(name: string, deps: HttpDeps): HttpError {
  const names = deps.config().receivers.map((receiver) => JSON.stringify(receiver.name));
  return new HttpError(404, `no receiver ${JSON.stringify(name)}: the configuration has ${names.join(', ')}`);
}
