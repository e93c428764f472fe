import type { AlertRecord } from '../../../alert/alert-record.ts';
import { LabelSet } from '../../../alert/label-set.ts';
import type { SourceConfig } from '../../../config/types.ts';
import { yieldTurn } from '../../../process/yield-turn.ts';
import { prometheus } from '../../../sources/prometheus/prometheus.ts';
import { RequestError } from '../../../sources/prometheus/request-error.ts';
import type { SourceResult } from '../../../sources/source.ts';
import { isAuthorized } from '../../auth.ts';
import type { HttpDeps } from '../../deps.ts';
import { JsonStream } from '../../json-stream.ts';
import type { HttpLimits } from '../../options.ts';
import type { RefusalLog } from '../../refusal-log.ts';
import { type Request, type Response, sendEmpty } from '../../respond.ts';
import { alertJson } from './alert-json.ts';
import { AlertView } from './alert-view.ts';
import { ApiError, handlerError, requestError } from './errors.ts';
import { type MatcherReader, Query, type ReceiverFilter, receiverFilter } from './params.ts';
import { checkAccept, readJsonBody } from './request.ts';
import { receiversJson } from './wire.ts';

/** Alerts that are looked at in one go: a fraction of a ms. */
const SLICE = 1_000;

/** GET /api/v2/alerts: sorted by fingerprint. @throws ApiError */
export async function getAlerts(
  deps: HttpDeps,
  reader: MatcherReader,
  request: Request,
  response: Response,
): Promise<void> {
  checkAccept(request);
  const query = new Query(request);
  const view = new AlertView(deps, query, reader);
  const receivers = new ReceiversOf(deps, receiverFilter(query, reader));
  const buckets = await bucketsOf([...deps.alerts()], view);

  const stream = new JsonStream(response);
  let separator = '[';
  for (const record of inOrder(buckets)) {
    if (stream.due && !(await stream.turn())) return;
    const names = receivers.json(record);
    const status = names && view.status(record);
    if (!names || !status) continue;
    stream.text += separator + alertJson(record.alert, names, status);
    separator = ',';
  }
  stream.text += separator === '[' ? '[]\n' : ']\n';
  stream.end();
}

type Buckets = ReadonlyMap<string, AlertRecord[]>;

/** The alerts that pass by the first two digits of their fingerprints. The rest of the process gets its turn meanwhile. */
async function bucketsOf(records: readonly AlertRecord[], view: AlertView): Promise<Buckets> {
  const buckets = new Map<string, AlertRecord[]>();
  for (const [i, record] of records.entries()) {
    if (i % SLICE === 0) await yieldTurn();
    if (!view.passes(record)) continue;
    const digits = record.fingerprint.slice(0, 2);
    const bucket = buckets.get(digits);
    if (bucket) bucket.push(record);
    else buckets.set(digits, [record]);
  }
  return buckets;
}

/**
 * Sorts bucket by bucket, as they are asked for: 100,000 alerts in one go would hold up the rest for a tenth of a second.
 * Half the work of sortInTurns, which can make no use of the digits.
 */
function* inOrder(buckets: Buckets): Generator<AlertRecord> {
  for (const digits of [...buckets.keys()].sort()) {
    yield* buckets.get(digits)?.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)) ?? [];
  }
}

/** The receivers of an alert's routes as JSON, made once per combination. */
class ReceiversOf {
  readonly #deps: HttpDeps;
  readonly #filter: ReceiverFilter;
  readonly #labels: ReadonlyMap<string, LabelSet>;
  readonly #json = new Map<string, string>();

  constructor(deps: HttpDeps, filter: ReceiverFilter) {
    this.#deps = deps;
    this.#filter = filter;
    this.#labels = new Map(deps.config().receivers.map(({ name, labels }) => [name, labels]));
  }

  /** @returns undefined where none of them passes the filter. */
  json(record: AlertRecord): string | undefined {
    const names = this.#deps.receiversOf(record);
    const passes =
      this.#filter.all || names.some((name) => this.#filter.matches(name, this.#labels.get(name) ?? LabelSet.empty));
    if (!passes) return undefined;
    const key = names.join('\u0000');
    let json = this.#json.get(key);
    if (json === undefined) {
      json = receiversJson(names);
      this.#json.set(key, json);
    }
    return json;
  }
}

const PROMETHEUS: SourceConfig = {
  path: prometheus.defaultPath,
  auth: undefined,
  staleAfter: prometheus.defaultStaleAfter,
  options: undefined,
};

/** POST /api/v2/alerts. What is valid is taken even where other alerts are not. @throws ApiError, StoreError */
export async function postAlerts(
  { deps, limits, refusals }: { deps: HttpDeps; limits: HttpLimits; refusals: RefusalLog },
  request: Request,
  response: Response,
): Promise<void> {
  const { auth } = deps.config().sources.get(prometheus.name) ?? PROMETHEUS;
  if (!(await isAuthorized(auth, request, response))) {
    const err = 'wrong or missing credentials';
    refusals.warn('Alerts refused', request, { source: prometheus.name, code: 401, err });
    throw requestError(401, err);
  }
  const body = await readJsonBody(request, 'alerts', limits.bodyBytes);
  const { alerts } = parseAlerts(deps, body);
  if (alerts.length > limits.alertsPerRequest) {
    throw requestError(413, `too many alerts in one request: ${alerts.length} (limit: ${limits.alertsPerRequest})`);
  }
  const { rejected } = await deps.receive(alerts, prometheus.name);
  if (rejected.length > 0) throw handlerError(400, rejected.join('\n'));
  sendEmpty(response, 200);
}

function parseAlerts(deps: HttpDeps, body: unknown): SourceResult {
  const config = deps.config().sources.get(prometheus.name) ?? PROMETHEUS;
  try {
    return prometheus.parse(body, { config, now: deps.clock.now(), query: {} });
  } catch (error) {
    if (error instanceof RequestError) {
      throw new ApiError(error.status, JSON.stringify({ code: error.code, message: error.message }));
    }
    throw error;
  }
}
