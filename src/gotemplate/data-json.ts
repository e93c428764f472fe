/** The data of a template as a JSON file describes it, read as Go's encoding/json reads Alertmanager's Data. */
import { parseRfc3339, type Time, ZERO_TIME } from '../time/go-time.ts';
import { alertStruct, dataStruct } from './data.ts';
import { Failure } from './errors.ts';
import { Slice, StringMap, type Struct } from './value.ts';

type Json = Readonly<Record<string, unknown>>;

/** @param value the parsed file: unknown keys are ignored, what is missing is empty. @throws Failure */
export function dataFromJson(value: unknown): Struct {
  const body = object(value, 'Data');
  return dataStruct({
    receiver: string(body, 'Data', 'receiver'),
    status: string(body, 'Data', 'status'),
    alerts: alerts(member(body, 'alerts')),
    notificationReason: string(body, 'Data', 'notification_reason'),
    groupLabels: map(body, 'Data', 'groupLabels'),
    commonLabels: map(body, 'Data', 'commonLabels'),
    commonAnnotations: map(body, 'Data', 'commonAnnotations'),
    routeLabels: map(body, 'Data', 'routeLabels'),
    externalURL: string(body, 'Data', 'externalURL'),
    routeLabelsRendered: false,
  });
}

function alerts(value: unknown): Slice {
  if (value === undefined || value === null) return new Slice('template.Alerts', [], { isNil: true });
  if (!Array.isArray(value)) throw mismatch(value, 'Data.alerts', 'template.Alerts');
  return new Slice('template.Alerts', value.map(alert));
}

function alert(value: unknown): Struct {
  const body = value === null ? {} : object(value, 'Alert');
  return alertStruct({
    status: string(body, 'Alert', 'status'),
    labels: map(body, 'Alert', 'labels'),
    annotations: map(body, 'Alert', 'annotations'),
    startsAt: time(body, 'startsAt'),
    endsAt: time(body, 'endsAt'),
    generatorURL: string(body, 'Alert', 'generatorURL'),
    fingerprint: string(body, 'Alert', 'fingerprint'),
  });
}

/** Keys are matched without regard to case; the last one counts. */
function member(body: Json, name: string): unknown {
  let found: unknown;
  for (const [key, value] of Object.entries(body)) if (key.toLowerCase() === name.toLowerCase()) found = value;
  return found;
}

function object(value: unknown, type: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw mismatch(value, '', `template.${type}`);
}

function string(body: Json, struct: string, name: string): string {
  const value = member(body, name);
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw mismatch(value, `${struct}.${name}`, 'string');
  return value.toWellFormed();
}

function map(body: Json, struct: string, name: string): StringMap {
  const value = member(body, name);
  if (value === undefined || value === null) return new StringMap('template.KV', new Map(), true);
  const where = `${struct}.${name}`;
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, where, 'template.KV');
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (text === null) return [key.toWellFormed(), ''];
    if (typeof text !== 'string') throw mismatch(text, where, 'string');
    return [key.toWellFormed(), text.toWellFormed()];
  });
  return new StringMap('template.KV', new Map(entries));
}

function time(body: Json, name: string): Time {
  const value = member(body, name);
  if (value === undefined || value === null) return ZERO_TIME;
  if (typeof value !== 'string') throw new Failure('Time.UnmarshalJSON: input is not a JSON string');
  const parsed = parseRfc3339(value);
  if (parsed === undefined) throw new Failure(`${name}: ${JSON.stringify(value)} is not a time as RFC 3339 has it`);
  return parsed;
}

function mismatch(value: unknown, where: string, type: string): Failure {
  const kind = Array.isArray(value)
    ? 'array'
    : value === null
      ? 'null'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value;
  const field = where === '' ? '' : ` struct field ${where}`;
  return new Failure(`json: cannot unmarshal ${kind} into Go${field === '' ? ' value' : field} of type ${type}`);
}
