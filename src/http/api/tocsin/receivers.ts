import { TEST_SOURCES } from '../../../notify/test-samples.ts';
import type { HttpDeps } from '../../deps.ts';
import { type Request, type Response, sendJson } from '../../respond.ts';
import type { Methods } from '../../routes.ts';
import { Query } from '../v2/params.ts';

/** Seconds after which to ask again when a test is under way. */
const RETRY_AFTER = 5;

/**
 * `POST /receivers/{name}/test?source=`: sends a test by every integration of a receiver and reports what the servers
 * said. 200 when all took it, 502 when one did not; one test at a time.
 */
export function receiverRoutes(deps: HttpDeps): Readonly<Record<string, Methods>> {
  let busy = false;

  async function test(request: Request, response: Response): Promise<void> {
    const name = request.params?.name ?? '';
    const source = new Query(request).last('source') || undefined;
    if (source !== undefined && !TEST_SOURCES.includes(source)) {
      return refuse(response, 400, `unknown source ${JSON.stringify(source)}: one of ${TEST_SOURCES.join(', ')}`);
    }
    if (busy) {
      response.setHeader('Retry-After', RETRY_AFTER);
      return refuse(response, 429, 'a test is under way: one at a time');
    }
    busy = true;
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client closed the connection')));
    try {
      const report = await deps.testReceiver(name, source, gone.signal);
      if (!report) return refuse(response, 404, unknown(name, deps));
      if (report.integrations.length === 0) {
        return refuse(response, 422, `receiver ${JSON.stringify(name)} has nothing that sends`);
      }
      deps.logger.info('Test sent', { receiver: name, ok: report.ok });
      sendJson(response, report.ok ? 200 : 502, `${JSON.stringify(report)}\n`);
    } finally {
      busy = false;
    }
  }

  return { '/receivers/:name/test': { POST: test } };
}

function unknown(name: string, deps: HttpDeps): string {
  const names = deps.config().receivers.map((receiver) => JSON.stringify(receiver.name));
  return `no receiver ${JSON.stringify(name)}: the configuration has ${names.join(', ')}`;
}

function refuse(response: Response, status: number, error: string): void {
  sendJson(response, status, `${JSON.stringify({ error })}\n`);
}
