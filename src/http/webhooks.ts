import type { Request, RequestHandler, Response } from 'express';
import type { SourceConfig } from '../config/types.ts';
import { sources } from '../sources/registry.ts';
import { type Source, UnknownMessageError, UnreadableError } from '../sources/source.ts';
import { Query } from './api/v2/params.ts';
import { mediaType } from './api/v2/request.ts';
import { isAuthorized } from './auth.ts';
import type { BodyReader } from './body.ts';
import type { HttpDeps } from './deps.ts';
import { HttpError, RequestAbortedError, toHttpError, writeJson } from './errors.ts';
import { instrument } from './instrument.ts';
import { JsonError, JsonTooLargeError, parseBody } from './json.ts';
import type { HttpLimits } from './options.ts';
import { samePath } from './own-login.ts';
import { RefusalLog } from './refusal-log.ts';

/** Seconds after which a sender may try again. */
const RETRY_AFTER = '5';

/**
 * The paths of the configured sources. They are looked up per request, so that a reload's paths and credentials act at
 * once. A sender whose request would succeed later gets 503 with Retry-After, never a 4xx.
 */
export function webhooks(deps: HttpDeps, limits: HttpLimits, bodies: BodyReader): RequestHandler {
  const refusals = new RefusalLog(deps.clock, deps.logger);
  return (request, response, next) => {
    const found = findSource(deps, request.path);
    if (!found) return next();
    instrument(deps.metrics, found.config.path, true)(request, response, () => {});
    return answer({ deps, bodies, limits, refusals }, found, request, response);
  };
}

interface Found {
  readonly source: Source;
  readonly config: SourceConfig;
}

function findSource(deps: HttpDeps, path: string): Found | undefined {
  const configured = deps.config().sources;
  for (const source of sources) {
    const config = configured.get(source.name);
    if (config && samePath(config.path, path)) return { source, config };
  }
  return undefined;
}

interface WebhookContext {
  readonly deps: HttpDeps;
  readonly bodies: BodyReader;
  readonly limits: HttpLimits;
  readonly refusals: RefusalLog;
}

async function answer(context: WebhookContext, found: Found, request: Request, response: Response): Promise<void> {
  const { tocsinSourceAlertsTotal, tocsinSourceRequestsTotal } = context.deps.metrics;
  const { name } = found.source;
  let status = 200;
  try {
    const outcome = await take(context, found, request, response);
    tocsinSourceAlertsTotal.inc({ source: name, outcome: 'accepted' }, outcome.accepted);
    tocsinSourceAlertsTotal.inc({ source: name, outcome: 'rejected' }, outcome.rejected.length);
    if (outcome.rejected.length > 0) {
      const err = outcome.rejected.slice(0, 5).join('; ');
      context.deps.logger.warn('Alerts rejected', { source: name, err });
    }
    response.json(outcome);
  } catch (error) {
    status = refuse(context, name, error, request, response);
  }
  tocsinSourceRequestsTotal.inc({ source: name, code: String(status) });
}

interface Outcome {
  readonly accepted: number;
  readonly rejected: readonly string[];
}

/** The ladder: method, credentials, content type, size, JSON, meaning, intake. @throws HttpError and what intake throws */
async function take(
  { deps, bodies, limits }: WebhookContext,
  { source, config }: Found,
  request: Request,
  response: Response,
): Promise<Outcome> {
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw new HttpError(405, `method ${request.method} is not allowed: this path takes POST from ${source.name}`);
  }
  if (!(await isAuthorized(config.auth, request, response))) throw new HttpError(401, 'wrong or missing credentials');
  const type = request.headers['content-type'] ?? '';
  if (mediaType(type) !== 'application/json') {
    throw new HttpError(415, `unsupported content type ${JSON.stringify(type)}: send application/json`);
  }
  const body = await parseBody(await bodies.read(request));
  if (body === undefined) throw new UnreadableError('the body is empty');
  const query = new Query(request).toObject();
  const { alerts, rejected, endings } = source.parse(body, { config, now: deps.clock.now(), query });
  if (alerts.length > limits.alertsPerRequest) {
    throw new HttpError(413, `too many alerts in one request: ${alerts.length} (limit: ${limits.alertsPerRequest})`);
  }
  const receipt = await deps.receive(alerts, source.name, endings);
  // A retry can succeed once other alerts have ended.
  if (receipt.dropped.length > 0) throw new HttpError(503, receipt.dropped.join('; '));
  return { accepted: receipt.accepted, rejected: [...rejected, ...receipt.rejected] };
}

/** Answers what went wrong. @returns the status, for the metrics */
function refuse(
  { deps, refusals }: WebhookContext,
  source: string,
  thrown: unknown,
  request: Request,
  response: Response,
): number {
  if (response.headersSent || thrown instanceof RequestAbortedError) {
    response.destroy();
    return 499;
  }
  const error = toWebhookError(thrown);
  const attributes = { source, code: error.status, err: error.message };
  if (error.status === 400 || thrown instanceof UnknownMessageError) {
    deps.metrics.tocsinSourceUnreadableTotal.inc({ source });
  }
  if (error.status < 500) refusals.warn('Webhook refused', request, attributes);
  else {
    deps.logger.error('Webhook request failed', { ...attributes, err: error.cause ?? error.message });
    response.setHeader('Retry-After', RETRY_AFTER);
  }
  writeJson(error, response);
  return error.status;
}

/** What a source cannot read is the sender's mistake; what fails here is a 503, so that the sender tries again. */
function toWebhookError(error: unknown): HttpError {
  if (error instanceof UnknownMessageError) return new HttpError(503, error.message);
  if (error instanceof UnreadableError) return new HttpError(400, error.message);
  if (error instanceof JsonTooLargeError) return new HttpError(413, error.message);
  if (error instanceof JsonError) {
    // API v2 gives a JSON error in Go's words alone; here it has its place too.
    return new HttpError(400, error.at === undefined ? error.message : `${error.message} at byte ${error.at}`);
  }
  const known = toHttpError(error);
  return known.status === 500 ? new HttpError(503, known.message, { cause: known.cause }) : known;
}
