import type { Ending } from '../../alert/alert.ts';
import { parseTimestamp } from '../../time/timestamp.ts';
import { type JsonObject, objectAt, textAt } from '../json.ts';
import { cutText } from '../limits.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ONE = new RegExp(`^/v1/alerts/(${UUID})/resolve$`, 'i');
/** The query of a call for many, as far as it names alerts and nothing else: `Alert ID:"a","b"`. */
const MANY = new RegExp(`^Alert ID:"?${UUID}"?(?:,"?${UUID}"?)*$`, 'i');
const MOST = 1_000;

/**
 * The alerts that an audit message says were resolved by hand, one or many. Only those of runtime: Central answers
 * such a call for a deploy-time alert with success, and does nothing.
 */
export function endingsOf(audit: JsonObject): Ending[] {
  if (textAt(audit, 'status') !== 'REQUEST_SUCCEEDED') return [];
  const time = parseTimestamp(textAt(audit, 'time') || 'none');
  const user = objectAt(audit, 'user');
  const who = textAt(user, 'friendlyName') || textAt(user, 'username');
  return resolvedIds(objectAt(audit, 'request')).map((id) => ({
    id,
    ...(time && { at: time.ms, atText: time.text }),
    how: `resolved by hand${who && ` by ${cutText(who, 200)}`}`,
    labels: { lifecycle_stage: 'runtime' },
  }));
}

/** By REST (PATCH) or by gRPC. */
function resolvedIds(request: JsonObject): string[] {
  const payload = objectAt(request, 'payload');
  switch (textAt(payload, '@type')) {
    case 'v1.ResolveAlertsRequest': {
      const query = textAt(payload, 'query').trim();
      return MANY.test(query) ? (query.match(new RegExp(UUID, 'gi')) ?? []).slice(0, MOST) : [];
    }
    case 'v1.ResolveAlertRequest':
      return [textAt(payload, 'id') || (ONE.exec(textAt(request, 'endpoint'))?.[1] ?? '')].filter((id) => id !== '');
    default:
      return ONE.exec(textAt(request, 'endpoint'))?.slice(1) ?? [];
  }
}
