/**
 * Where Alertmanager 0.35, which Tocsin follows, differs from the 0.25 that Debian has and that it is compared with.
 * Everything that is not listed here must be equal.
 */

/** Fields that 0.34 adds, by path; `[]` stands for any index. */
export const ADDED_FIELDS: Readonly<Record<string, string>> = {
  'webhook.notification_reason': '0.32 says why it notifies',
  'webhook.routeLabels': '0.34 has labels on routes',
  'alerts[].status.mutedBy': '0.28 shows muting time intervals',
  'groups[].alerts[].status.mutedBy': '0.28 shows muting time intervals',
  'groups[].routeLabels': '0.34 has labels on routes',
  'receivers[].labels': '0.34 has labels on receivers',
};

/** An answer of 0.34 where 0.25 gives another, by the name of the request. */
export interface ChangedAnswer {
  readonly reason: string;
  readonly status: number;
  /** A parsed JSON body, or text. */
  readonly body: unknown;
}

const UTF8_NAMES = '0.27 allows any UTF-8 text as a label name';
const API_V1 = '0.27 removed API v1';
const GONE = {
  reason: API_V1,
  status: 410,
  body: {
    status: 'deprecated',
    error:
      'The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the equivalent route in the v2 API',
  },
};

const SILENCE_ERRORS = '0.28 words the errors of silences anew';
const invalidSilence = (text: string): ChangedAnswer => ({
  reason: SILENCE_ERRORS,
  status: 400,
  body: `invalid silence: ${text}`,
});
const TIME_LAYOUTS = 'a newer go-openapi/strfmt also tries dates';
const badTime = (path: string, text: string): ChangedAnswer => ({
  reason: TIME_LAYOUTS,
  status: 400,
  body: {
    code: 400,
    message: `parsing ${path} body from "" failed, because parsing time "${text}" as "2006-01-02": cannot parse "${text}" as "2006"`,
  },
});

export const CHANGED_ANSWERS: Readonly<Record<string, ChangedAnswer>> = {
  preflight: {
    reason: '0.34.2 allows no other origin unless --web.cors.origin names it',
    status: 405,
    body: { code: 405, message: 'method OPTIONS is not allowed, but [POST,GET] are' },
  },
  'alert with a label name that is no identifier': { reason: UTF8_NAMES, status: 200, body: '' },
  'filter: bad name': { reason: UTF8_NAMES, status: 200, body: [] },
  'filter: braces': {
    reason: '0.27 refuses braces around a single matcher by name',
    status: 400,
    body: 'unexpected open or close brace: {a="b"}',
  },
  'alerts: two bad, one good': {
    reason: '0.28 joins the errors of a batch with newlines',
    status: 400,
    body: 'invalid label set: invalid name ""\nat least one label pair required',
  },
  'alerts: list of null': {
    reason: 'Alertmanager crashes its request handler',
    status: 422,
    body: { code: 602, message: '0 in body is required' },
  },
  'alerts: time is a date': { reason: TIME_LAYOUTS, status: 200, body: '' },
  'alerts: time is no time': badTime('alerts', 'yesterday'),
  'silence: time is no time': badTime('silence', 'never'),
  'silence: matcher name empty': invalidSilence('invalid label matcher 0 in set 0: invalid label name ""'),
  'silence: matcher value empty': invalidSilence('matcher set 0: at least one matcher must not match the empty string'),
  'silence: matcher matches everything': invalidSilence(
    'matcher set 0: at least one matcher must not match the empty string',
  ),
  'silence: matcher regex wrong': invalidSilence(
    'invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
  ),
  'silence: matcher regex with look-ahead': invalidSilence(
    'invalid label matcher 0 in set 0: invalid regular expression "(?=a)b": error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
  ),
  'silence: delete unknown': { reason: '0.26 knows that the silence is missing', status: 404, body: '' },
  'v1 status': GONE,
  'v1 alerts': GONE,
  'v1 silences': GONE,
  'v1 receivers': GONE,
};

/** Every answer of API v2 has it since 0.32; 0.25 has no such header. */
export const CACHE_CONTROL = 'no-store';

/** Headers that are Tocsin's own, by the name of the request: not an Alertmanager's of any version. */
/** 0.34.2 allows no other origin unless --web.cors.origin names it. */
export const NO_CORS = { vary: null, 'access-control-allow-origin': null };

export const OWN_HEADERS: Readonly<Record<string, { reason: string; headers: Readonly<Record<string, string>> }>> = {
  'healthy: HEAD': {
    reason: 'HEAD has the headers of GET, as RFC 9110 asks',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  },
};
