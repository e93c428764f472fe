import type { TemplateAlert } from '../../../templating/data.ts';
import type { Limits } from '../../../templating/limits.ts';
import { cutText, visibleLine } from '../../../templating/visible-text.ts';
import { asObject, type JsonObject, objectAt, objectsAt, scalarAt } from '../../json.ts';
import { type Fact, facts, lineAt } from './read.ts';

/** An RHACS audit message: who did what to Central. */
export interface RhacsAudit {
  readonly user: string;
  /** `UPDATE /v1/alerts/...`. */
  readonly action: string;
  /** Succeeded, refused or failed, in words. */
  readonly outcome: string;
  readonly succeeded: boolean;
  /** RFC 3339 or ''. */
  readonly time: string;
  readonly facts: readonly Fact[];
  /** The request's body as indented JSON, secrets already blanked by RHACS; '' when there is none. */
  readonly payload: string;
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['REQUEST_SUCCEEDED', 'Succeeded'],
  ['AUTH_FAILED', 'Refused: not allowed'],
  ['REQUEST_FAILED', 'Failed'],
]);

const DOORS: ReadonlyMap<string, string> = new Map([
  ['CLI', 'Command line (roxctl)'],
  ['UI', 'Web interface'],
  ['API', 'API'],
]);

const VERBS: ReadonlyMap<string, string> = new Map([
  ['CREATE', 'Created'],
  ['UPDATE', 'Changed'],
  ['DELETE', 'Deleted'],
]);

export function rhacsAudit(alert: TemplateAlert, limits: Limits): RhacsAudit {
  const audit = objectAt(asObject(alert.details), 'audit');
  const user = objectAt(audit, 'user');
  const request = objectAt(audit, 'request');
  const headers = objectAt(request, 'sourceHeaders');
  const status = scalarAt(audit, 'status');
  const username = lineAt(user, 'username', limits);
  const name = lineAt(user, 'friendlyName', limits) || username || 'Somebody unknown';
  const method = lineAt(request, 'method', limits);
  const endpoint = lineAt(request, 'endpoint', limits);
  const outcome = OUTCOMES.get(status) ?? 'Outcome unknown';
  const reason = lineAt(audit, 'statusReason', limits);
  return {
    user: name,
    action: [VERBS.get(scalarAt(audit, 'interaction')) ?? 'Called', endpoint || '(unknown endpoint)'].join(' '),
    outcome: reason === '' ? outcome : `${outcome} (${reason})`,
    succeeded: status === 'REQUEST_SUCCEEDED',
    time: scalarAt(audit, 'time'),
    facts: facts(
      ['Who', name],
      ['Account', username === name ? '' : username],
      [
        'Roles',
        objectsAt(user, 'roles')
          .slice(0, limits.items)
          .map((role) => lineAt(role, 'name', limits))
          .join(', '),
      ],
      ['Request', [method, endpoint].filter(Boolean).join(' ')],
      ['Through', DOORS.get(scalarAt(audit, 'method')) ?? ''],
      [
        'Source address',
        lineAt(request, 'sourceIp', limits) ||
          lineAt(headers, 'xForwardedFor', limits) ||
          lineAt(headers, 'remoteAddr', limits),
      ],
      ['Outcome', reason === '' ? outcome : `${outcome}: ${reason}`],
    ),
    payload: payloadOf(objectAt(request, 'payload'), limits),
  };
}

function payloadOf(payload: JsonObject, limits: Limits): string {
  if (Object.keys(payload).length === 0) return '';
  return cutText(JSON.stringify(payload, null, 2), Math.min(limits.text, 3_000));
}

/** A network policy that somebody wants to have applied. */
export interface RhacsNetworkPolicy {
  readonly cluster: string;
  readonly yaml: string;
  readonly lines: number;
  /** The yaml here is not all of it. */
  readonly cut: boolean;
}

export function rhacsNetworkPolicy(alert: TemplateAlert, limits: Limits): RhacsNetworkPolicy {
  const message = objectAt(asObject(alert.details), 'networkpolicy');
  const yaml = scalarAt(message, 'yaml');
  const length = limits.text * 4;
  return {
    cluster: visibleLine(scalarAt(message, 'cluster'), 200),
    yaml: cutText(yaml, length).trimEnd(),
    lines: yaml.split('\n').filter((line) => line.trim() !== '').length,
    cut: yaml.length > length,
  };
}
