import type { RequestHandler } from 'router';
import type { SourceConfig } from '../config/types.ts';
import { RequestError } from '../sources/prometheus/request-error.ts';
import { sources } from '../sources/registry.ts';
import { type Source, UnknownMessageError, UnreadableError } from '../sources/source.ts';
import { StoreError } from '../store/store.ts';
import { Query } from './api/v2/params.ts';
import { mediaType } from './api/v2/request.ts';
import { isAuthorized } from './auth.ts';
import { BodyTooLargeError, RequestAbortedError, readBody } from './body.ts';
import type { HttpDeps } from './deps.ts';
import { instrument } from './instrument.ts';
import { JsonError, parseJson } from './json.ts';
import type { HttpLimits } from './options.ts';
import { RefusalLog } from './refusal-log.ts';
import { type Request, type Response, sendJson } from './respond.ts';

/** Seconds after which a sender may try again. */
const RETRY_AFTER = 5;

/**
 * The paths of the configured sources. They are looked up per request, so that a reload's paths and credentials act at
 * once. A sender whose request would succeed later gets 503 with Retry-After, never a 4xx.
 */
export function webhooks(deps: HttpDeps, limits: HttpLimits): RequestHandler {
  const refusals = new RefusalLog(deps.clock, deps.logger);
  return (request, response, next) => {
    const found = findSource(deps, pathOf(request.url));
    if (!found) return next();
    const serve = instrument(deps.metrics, found.config.path, true, (plain) =>
      answer({ deps, limits, refusals }, found, plain, response),
    );
    return serve(request as unknown as Request, response);
  };
}

interface Found {
  readonly source: Source;
  readonly config: SourceConfig;
}

function pathOf(url = '/'): string {
  return url.split('?', 1)[0] as string;
}

function findSource(deps: HttpDeps, path: string): Found | undefined {
  const configured = deps.config().sources;
  for (const source of sources) {
    const config = configured.get(source.name);
    if (config?.path === path) return { source, config };
  }
  return undefined;
}

/** An answer that is no success. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface WebhookContext {
  readonly deps: HttpDeps;
  readonly limits: HttpLimits;
  readonly refusals: RefusalLog;
}

async function answer(context: WebhookContext, found: Found, request: Request, response: Response): Promise<void> {
  const { deps } = context;
  const { name } = found.source;
  let status = 200;
  try {
    const outcome = await take(context, found, request, response);
    const { tocsinSourceAlertsTotal } = deps.metrics;
    tocsinSourceAlertsTotal.inc({ source: name, outcome: 'accepted' }, outcome.accepted);
    tocsinSourceAlertsTotal.inc({ source: name, outcome: 'rejected' }, outcome.rejected.length);
    if (outcome.rejected.length > 0) {
      deps.logger.warn('Alerts of a source rejected', { source: name, err: outcome.rejected.slice(0, 5).join('; ') });
    }
    sendJson(response, 200, `${JSON.stringify(outcome)}\n`);
  } catch (error) {
    status = refuse(context, name, error, request, response);
  }
  deps.metrics.tocsinSourceRequestsTotal.inc({ source: name, code: String(status) });
}

interface Outcome {
  readonly accepted: number;
  readonly rejected: readonly string[];
}

/** The ladder: method, credentials, content type, size, JSON, meaning, intake. @throws Refusal and what intake throws */
async function take(
  { deps, limits }: WebhookContext,
  { source, config }: Found,
  request: Request,
  response: Response,
): Promise<Outcome> {
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw new Refusal(405, `method ${request.method} is not allowed: this path takes POST from ${source.name}`);
  }
  if (!(await isAuthorized(config.auth, request, response))) throw new Refusal(401, 'wrong or missing credentials');
  const type = request.headers['content-type'] ?? '';
  if (mediaType(type) !== 'application/json') {
    throw new Refusal(415, `unsupported content type ${JSON.stringify(type)}: send application/json`);
  }
  const body = parseJson(await readBody(request, limits.bodyBytes));
  if (body === undefined) throw new UnreadableError('the body is empty');
  const query = new Query(request).toObject();
  const { alerts, rejected, endings } = source.parse(body, { config, now: deps.clock.now(), query });
  if (alerts.length > limits.alertsPerRequest) {
    throw new Refusal(413, `too many alerts in one request: ${alerts.length} (limit: ${limits.alertsPerRequest})`);
  }
  const receipt = await deps.receive(alerts, source.name, endings);
  return { accepted: receipt.accepted, rejected: [...rejected, ...receipt.rejected] };
}

/** Answers what went wrong. @returns the status, for the metrics */
function refuse(
  { deps, refusals }: WebhookContext,
  source: string,
  error: unknown,
  request: Request,
  response: Response,
): number {
  if (error instanceof RequestAbortedError) {
    response.destroy();
    return 499;
  }
  const status = statusOf(error);
  const message = messageOf(error);
  if (status === 400 || error instanceof UnknownMessageError) deps.metrics.tocsinSourceUnreadableTotal.inc({ source });
  const attributes = { source, code: status, err: message };
  if (status < 500) refusals.warn('Webhook refused', request, attributes);
  else {
    deps.logger.error('Webhook failed', attributes);
    response.setHeader('Retry-After', RETRY_AFTER);
  }
  const shown = status === 500 ? 'internal error, see the log' : message;
  if (response.headersSent) response.destroy();
  else sendJson(response, status === 500 ? 503 : status, `${JSON.stringify({ error: shown })}\n`);
  return status;
}

/** API v2 says a JSON error in Go's words alone; here it is said where. */
function messageOf(error: unknown): string {
  const { message } = error as Error;
  return error instanceof JsonError && error.at !== undefined ? `${message} at byte ${error.at}` : message;
}

function statusOf(error: unknown): number {
  if (error instanceof Refusal || error instanceof RequestError) return error.status;
  if (error instanceof UnknownMessageError) return 503;
  if (error instanceof UnreadableError || error instanceof JsonError) return 400;
  if (error instanceof BodyTooLargeError) return 413;
  return error instanceof StoreError ? 503 : 500;
}
