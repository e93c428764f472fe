import type { RequestHandler } from 'express';
import type { AlertRecord } from '../../../alert/alert-record.ts';
import { LabelSet } from '../../../alert/label-set.ts';
import type { SourceConfig } from '../../../config/types.ts';
import { prometheus } from '../../../sources/prometheus/prometheus.ts';
import { isAuthorized } from '../../auth.ts';
import type { BodyReader } from '../../body.ts';
import type { HttpDeps } from '../../deps.ts';
import { HttpError } from '../../errors.ts';
import { JsonStream } from '../../json-stream.ts';
import type { HttpLimits } from '../../options.ts';
import type { RefusalLog } from '../../refusal-log.ts';
import { alertJson } from './alert-json.ts';
import { AlertView } from './alert-view.ts';
import { handlerError, requestError } from './errors.ts';
import { Query } from './params.ts';
import { checkAccept, readJsonBody } from './request.ts';
import { type MatcherReader, type ReceiverFilter, RequestMatchers } from './request-matchers.ts';
import { ReceiversJson } from './wire.ts';

/** GET /api/v2/alerts: sorted by fingerprint. */
export function getAlerts(deps: HttpDeps, reader: MatcherReader): RequestHandler {
  return async (request, response) => {
    checkAccept(request);
    const query = new Query(request);
    const matchers = new RequestMatchers(query, reader);
    const view = new AlertView(deps, query, matchers);
    const receivers = new ReceiversOf(deps, matchers.receiverFilter());
    const stream = new JsonStream(response);
    const buckets = await bucketsOf([...deps.alerts()], view, stream);

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
  };
}

type Buckets = ReadonlyMap<string, AlertRecord[]>;

/** The alerts that pass by the first two digits of their fingerprints. The rest of the process gets its turn meanwhile. */
async function bucketsOf(records: readonly AlertRecord[], view: AlertView, stream: JsonStream): Promise<Buckets> {
  const buckets = new Map<string, AlertRecord[]>();
  for (const record of records) {
    if (stream.due) await stream.turn();
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
  readonly #json = new ReceiversJson();

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
    return this.#json.of(names);
  }
}

const PROMETHEUS: SourceConfig = {
  path: prometheus.defaultPath,
  auth: undefined,
  staleAfter: prometheus.defaultStaleAfter,
  options: undefined,
};

/** Seconds after which an alert that exceeded a limit may be accepted. */
const RETRY_AFTER = '60';

/** What POST /api/v2/alerts needs. */
export interface Intake {
  readonly deps: HttpDeps;
  readonly bodies: BodyReader;
  readonly limits: HttpLimits;
  readonly refusals: RefusalLog;
}

/** POST /api/v2/alerts. What is valid is taken even where other alerts are not. */
export function postAlerts({ deps, bodies, limits, refusals }: Intake): RequestHandler {
  return async (request, response) => {
    const config = deps.config().sources.get(prometheus.name) ?? PROMETHEUS;
    if (!(await isAuthorized(config.auth, request, response))) {
      const err = 'wrong or missing credentials';
      refusals.warn('Alerts refused', request, { source: prometheus.name, code: 401, err });
      throw requestError(401, err);
    }
    const body = await readJsonBody(request, 'alerts', bodies);
    if (Array.isArray(body)) checkCount(body.length, limits);
    const { alerts } = prometheus.parse(body, { config, now: deps.clock.now(), query: {} });
    const { rejected, dropped } = await deps.receive(alerts, prometheus.name);
    if (rejected.length > 0) throw handlerError(400, [...rejected, ...dropped].join('\n'));
    // Alertmanager answers 200 here; a sender should know what is lost.
    if (dropped.length > 0) throw new HttpError(429, dropped.join('\n'), { headers: { 'Retry-After': RETRY_AFTER } });
    response.end();
  };
}

/** Before any of them is looked at. */
function checkCount(count: number, { alertsPerRequest }: HttpLimits): void {
  if (count <= alertsPerRequest) return;
  throw requestError(413, `too many alerts in one request: ${count} (limit: ${alertsPerRequest})`);
}
