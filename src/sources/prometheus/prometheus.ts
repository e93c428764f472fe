import { type AlertInput, ZERO_TIME } from '../../alert/alert.ts';
import { goQuote, LabelSet } from '../../alert/label-set.ts';
import { parseTimestamp, type Timestamp } from '../../time/timestamp.ts';
import { readLabelSet } from '../label-values.ts';
import type { Source, SourceContext, SourceResult } from '../source.ts';
import { prometheusSchema } from './config.ts';
import { dateTimeError } from './date-time-error.ts';
import { missing, RequestError, undecodable, wrongType } from './request-error.ts';
import { isRequestUri } from './request-uri.ts';
import { testSample } from './sample.ts';

const UNSET: Timestamp = { ms: ZERO_TIME, text: '' };

/**
 * The body of Alertmanager's POST /api/v2/alerts, which Prometheus, amtool and vmalert send. Only its shape is judged
 * here, with go-openapi's words and order; what an alert must be is intake's to say.
 * This is the hot path: one pass, no copy of what JSON.parse made.
 */
export const prometheus: Source = {
  ...prometheusSchema,
  sample: testSample,

  /** @throws RequestError */
  parse(body: unknown, context: SourceContext): SourceResult {
    if (body === undefined) throw missing('alerts');
    if (body === null) return { alerts: [], rejected: [] };
    if (!Array.isArray(body)) throw wrongType(body, 'Go value of type models.PostableAlerts');
    const reader = new Reader(context.config.staleAfter);
    const alerts: AlertInput[] = [];
    for (let i = 0; i < body.length; i++) alerts.push(reader.read(body[i], i));
    if (reader.invalid) throw reader.invalid;
    return { alerts, rejected: [] };
  },
};

/** Reads the alerts of one body. What is the same as in the alert before it is not looked at again. */
class Reader {
  /** The first fault that go-openapi finds only once everything is decoded. */
  invalid: RequestError | undefined;
  readonly #staleAfter: number | undefined;
  #endsAtRead: unknown;
  #endsAt = UNSET;
  #urlRead: unknown;
  #url = '';
  #annotations = LabelSet.empty;

  constructor(staleAfter: number | undefined) {
    this.#staleAfter = staleAfter;
  }

  read(raw: unknown, index: number): AlertInput {
    if (typeof raw !== 'object' || Array.isArray(raw)) throw wrongType(raw, `Go value of type ${GO_STRUCT}`);
    const alert = fields(raw, index);
    if (alert.endsAt !== this.#endsAtRead) {
      this.#endsAt = readTime(alert.endsAt, 'endsAt');
      this.#endsAtRead = alert.endsAt;
    }
    const startsAt = readTime(alert.startsAt, 'startsAt');
    const annotations = readTexts(alert.annotations, '.annotations', true, this.#annotations);
    this.#annotations = annotations ?? LabelSet.empty;
    if (alert.generatorURL !== this.#urlRead) {
      this.#url = this.#readURL(alert.generatorURL, index);
      this.#urlRead = alert.generatorURL;
    }
    const labels = readTexts(alert.labels, 'Alert.labels', false);
    if (labels === undefined) this.invalid ??= missing(`${index}.labels`);
    const input = {
      labels: labels ?? LabelSet.empty,
      annotations: this.#annotations,
      startsAt: startsAt.ms,
      endsAt: this.#endsAt.ms,
      startsAtText: startsAt.text,
      endsAtText: this.#endsAt.text,
      generatorURL: this.#url,
    };
    return this.#staleAfter === undefined ? input : { ...input, staleAfter: this.#staleAfter };
  }

  #readURL(value: unknown, index: number): string {
    if (value === undefined || value === null) return '';
    if (typeof value !== 'string') throw wrongType(value, 'Go struct field Alert.generatorURL of type string');
    if (value !== '' && !isRequestUri(value)) this.invalid ??= invalidURL(value, index);
    return value.toWellFormed();
  }
}

const GO_STRUCT =
  'struct { Annotations models.LabelSet "json:\\"annotations,omitempty\\""; EndsAt strfmt.DateTime ' +
  '"json:\\"endsAt,omitempty\\""; StartsAt strfmt.DateTime "json:\\"startsAt,omitempty\\"" }';

interface RawAlert {
  readonly labels?: unknown;
  readonly annotations?: unknown;
  readonly startsAt?: unknown;
  readonly endsAt?: unknown;
  readonly generatorURL?: unknown;
}

const FIELDS = new Map(
  (['labels', 'annotations', 'startsAt', 'endsAt', 'generatorURL'] as const).map((name) => [name.toLowerCase(), name]),
);

/** Go matches property names in any case; as senders write them in one case, only an alert without `labels` is looked at again. */
function fields(raw: object | null, index: number): RawAlert {
  // Alertmanager dereferences a null alert and drops the connection; this answers in its words instead.
  if (raw === null) throw missing(String(index));
  if ((raw as RawAlert).labels !== undefined) return raw;
  const found: Partial<Record<keyof RawAlert, unknown>> = {};
  for (const [name, value] of Object.entries(raw)) {
    const field = FIELDS.get(name.toLowerCase());
    if (field) found[field] = value;
  }
  return found;
}

function readTime(value: unknown, field: string): Timestamp {
  if (value === undefined || value === null) return UNSET;
  if (typeof value !== 'string') throw wrongType(value, `Go struct field .${field} of type string`);
  const time = parseTimestamp(value);
  if (!time) throw undecodable(dateTimeError(cut(value)));
  return time;
}

function readTexts(value: unknown, field: string, keepEmpty: boolean, like?: LabelSet): LabelSet | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw wrongType(value, `Go struct field ${field} of type models.LabelSet`);
  }
  const set = readLabelSet(value, keepEmpty, like);
  if (set instanceof LabelSet) return set;
  throw wrongType(set.value, `Go struct field ${field} of type string`);
}

function invalidURL(url: string, index: number): RequestError {
  return new RequestError(422, 601, `${index}.generatorURL in body must be of type uri: ${goQuote(cut(url))}`);
}

/** Answers quote what was sent, but not megabytes of it. */
function cut(text: string): string {
  return text.length > 2048 ? text.slice(0, 2048) : text;
}
