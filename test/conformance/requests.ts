import type { ApiRequest } from './pair.ts';

export interface NamedRequest extends ApiRequest {
  readonly name: string;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const FUTURE = '2099-01-01T00:00:00Z';
const PAST = '2001-01-01T00:00:00Z';
const LABELS = { alertname: 'A', instance: '1' };
const SILENCE = {
  matchers: [{ name: 'alertname', value: 'A', isRegex: false }],
  startsAt: '2098-01-01T00:00:00Z',
  endsAt: FUTURE,
  createdBy: 'me',
  comment: 'c',
};
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

function get(name: string, path: string, headers?: Readonly<Record<string, string>>): NamedRequest {
  return headers ? { name, path, headers } : { name, path };
}

function filter(name: string, ...matchers: string[]): NamedRequest {
  return get(name, `/api/v2/alerts?${matchers.map((text) => `filter=${encodeURIComponent(text)}`).join('&')}`);
}

function send(
  name: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
): NamedRequest {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return { name, method: 'POST', path, headers, body: text as string };
}

function alert(name: string, fields: object): NamedRequest {
  return send(name, '/api/v2/alerts', [{ labels: LABELS, endsAt: FUTURE, ...fields }]);
}

function silence(name: string, fields: object): NamedRequest {
  return send(name, '/api/v2/silences', { ...SILENCE, ...fields });
}

/** A silence without one of its fields. */
function silenceWithout(field: keyof typeof SILENCE): NamedRequest {
  const { [field]: _, ...rest } = SILENCE;
  return send(`silence without ${field}`, '/api/v2/silences', rest);
}

function matcher(name: string, fields: object): NamedRequest {
  return silence(name, { matchers: [{ name: 'a', value: 'b', isRegex: false, ...fields }] });
}

/** Bodies that are wrong, or nearly; each goes to both programs in this order. */
export const MALFORMED: readonly NamedRequest[] = [
  send('alerts: empty body', '/api/v2/alerts', ''),
  send('alerts: not JSON', '/api/v2/alerts', '{'),
  send('alerts: JSON cut off', '/api/v2/alerts', '[{"labels":{"a":"b"}'),
  send('alerts: object instead of list', '/api/v2/alerts', { labels: LABELS }),
  send('alerts: text instead of list', '/api/v2/alerts', '"alerts"'),
  send('alerts: number', '/api/v2/alerts', '7'),
  send('alerts: null', '/api/v2/alerts', 'null'),
  send('alerts: list of null', '/api/v2/alerts', '[null]'),
  send('alerts: list of text', '/api/v2/alerts', '["a"]'),
  send('alerts: empty list', '/api/v2/alerts', '[]'),
  send('alerts: no labels', '/api/v2/alerts', [{}]),
  send('alerts: second without labels', '/api/v2/alerts', [{ labels: { alertname: 'ok' } }, { annotations: {} }]),
  send('alerts: something after the list', '/api/v2/alerts', '[] x'),
  send('alerts: unknown field', '/api/v2/alerts', [{ labels: { alertname: 'unknown' }, endsAt: FUTURE, foo: 1 }]),
  send(
    'alerts: invalid UTF-8',
    '/api/v2/alerts',
    new Uint8Array([...Buffer.from('[{"labels":{"a":"'), 0xff, ...Buffer.from('"}}]')]),
  ),
  alert('alerts: labels empty', { labels: {} }),
  alert('alerts: labels all empty', { labels: { a: '' } }),
  alert('alerts: labels null', { labels: null }),
  alert('alerts: labels a list', { labels: [] }),
  alert('alerts: label value a number', { labels: { a: 1 } }),
  alert('alerts: label value null', { labels: { alertname: 'n', a: null } }),
  alert('alert with a label name that is no identifier', { labels: { 'a-b': 'c' } }),
  alert('alerts: empty label name', { labels: { '': 'c' } }),
  alert('alerts: annotations a text', { annotations: 'x' }),
  alert('alerts: empty annotation name', { annotations: { '': 'c' } }),
  alert('alerts: end before start', { startsAt: '2030-01-01T00:00:00Z', endsAt: '2029-01-01T00:00:00Z' }),
  alert('alerts: end is start', {
    labels: { alertname: 'B' },
    startsAt: '2030-01-01T00:00:00Z',
    endsAt: '2030-01-01T00:00:00Z',
  }),
  alert('alerts: time is no time', { startsAt: 'yesterday' }),
  alert('alerts: time is a number', { startsAt: 12 }),
  alert('alerts: time is empty', { labels: { alertname: 'C' }, endsAt: '' }),
  alert('alerts: time without zone', { labels: { alertname: 'D' }, startsAt: '2020-01-01T10:00:00', endsAt: FUTURE }),
  alert('alerts: time is a date', { labels: { alertname: 'E' }, startsAt: '2020-01-01', endsAt: FUTURE }),
  alert('alerts: time with offset', { labels: { alertname: 'F' }, startsAt: '2020-01-01T10:00:00.123456789+02:00' }),
  alert('alerts: generatorURL is no URL', { generatorURL: 'not a url' }),
  alert('alerts: generatorURL is a number', { generatorURL: 1 }),
  alert('alerts: generatorURL is empty', { labels: { alertname: 'G' }, generatorURL: '' }),
  alert('alerts: generatorURL is javascript', { labels: { alertname: 'H' }, generatorURL: 'javascript:alert(1)' }),
  send('alerts: two bad, one good', '/api/v2/alerts', [
    { labels: { '': 'x' } },
    { labels: { alertname: 'good' }, endsAt: FUTURE },
    { labels: { a: '' } },
  ]),
  send('alerts: wrong content type', '/api/v2/alerts', [], { 'Content-Type': 'text/plain' }),
  send('alerts: content type with charset', '/api/v2/alerts', '[]', {
    'Content-Type': 'application/json; charset=utf-8',
  }),
  send('alerts: unacceptable answer', '/api/v2/alerts', '[]', { ...JSON_TYPE, Accept: 'text/html' }),
  get('alerts: unacceptable format', '/api/v2/alerts', { Accept: 'text/html' }),
  get('alerts: acceptable format among others', '/api/v2/receivers', { Accept: 'text/html, application/json;q=0.5' }),
  { name: 'alerts: PUT', method: 'PUT', path: '/api/v2/alerts', headers: JSON_TYPE, body: '[]' },
  { name: 'alerts: HEAD', method: 'HEAD', path: '/api/v2/alerts' },
  { name: 'groups: POST', method: 'POST', path: '/api/v2/alerts/groups', headers: JSON_TYPE, body: '[]' },
  silenceWithout('matchers'),
  silenceWithout('startsAt'),
  silenceWithout('endsAt'),
  silenceWithout('createdBy'),
  silenceWithout('comment'),
  send('silence: empty body', '/api/v2/silences', ''),
  send('silence: a list', '/api/v2/silences', '[]'),
  silence('silence: no matchers', { matchers: [] }),
  silence('silence: matchers an object', { matchers: {} }),
  silence('silence: end before start', { startsAt: '2098-01-01T00:00:00Z', endsAt: '2097-01-01T00:00:00Z' }),
  silence('silence: all in the past', { startsAt: '2000-01-01T00:00:00Z', endsAt: PAST }),
  silence('silence: time is no time', { endsAt: 'never' }),
  silence('silence: comment a number', { comment: 1 }),
  silence('silence: unknown id', { id: UNKNOWN_ID }),
  silence('silence: id is no uuid', { id: 'abc' }),
  matcher('silence: matcher without isRegex', { isRegex: undefined }),
  matcher('silence: matcher without name', { name: undefined }),
  matcher('silence: matcher without value', { value: undefined }),
  matcher('silence: matcher name empty', { name: '' }),
  matcher('silence: matcher value empty', { value: '' }),
  matcher('silence: matcher matches everything', { value: '.*', isRegex: true }),
  matcher('silence: matcher regex wrong', { value: '(', isRegex: true }),
  matcher('silence: matcher regex with look-ahead', { value: '(?=a)b', isRegex: true }),
  matcher('silence: isRegex a text', { isRegex: 'true' }),
  get('silence: id in path is no uuid', '/api/v2/silence/abc'),
  get('silence: id in path unknown', `/api/v2/silence/${UNKNOWN_ID}`),
  { name: 'silence: delete unknown', method: 'DELETE', path: `/api/v2/silence/${UNKNOWN_ID}` },
  { name: 'silence: delete without uuid', method: 'DELETE', path: '/api/v2/silence/abc' },
  { name: 'silence: PATCH', method: 'PATCH', path: `/api/v2/silence/${UNKNOWN_ID}` },
  filter('filter: no operator', 'bad'),
  filter('filter: empty', ''),
  filter('filter: bad name', '1a="b"'),
  filter('filter: unbalanced quote', 'a="b'),
  filter('filter: bad regex', 'a=~"("'),
  filter('filter: braces', '{a="b"}'),
  get('receiver: bad regex', '/api/v2/alerts?receiver=%28'),
  get('groups: bad filter', '/api/v2/alerts/groups?filter=bad'),
  get('groups: bad receiver', '/api/v2/alerts/groups?receiver=%28'),
  get('silences: bad filter', '/api/v2/silences?filter=bad'),
  get('unknown path of the API', '/api/v2/nothing'),
  get('unknown path', '/nothing'),
  get('v1 status', '/api/v1/status'),
  get('v1 alerts', '/api/v1/alerts'),
  get('v1 silences', '/api/v1/silences'),
  get('v1 receivers', '/api/v1/receivers'),
  { name: 'reload: GET', path: '/-/reload' },
];

/** Good requests, to programs that have seen nothing else; each goes to both in this order. */
export const READS: readonly NamedRequest[] = [
  send('post alerts', '/api/v2/alerts', [
    {
      labels: { alertname: 'R', instance: '1' },
      annotations: { summary: 's', empty: '' },
      startsAt: PAST,
      endsAt: FUTURE,
      generatorURL: 'http://p/g?a=1',
    },
    { labels: { alertname: 'R', instance: '2', empty: '' }, startsAt: '2020-02-02T02:02:02.5+02:00', endsAt: FUTURE },
    { labels: { alertname: 'R', team: 'x"y\\z' } },
  ]),
  silence('create a pending silence', {}),
  silence('create an active silence', {
    startsAt: PAST,
    matchers: [{ name: 'instance', value: '[1]', isRegex: true }],
  }),
  silence('create a negative silence', {
    startsAt: PAST,
    // Alertmanager lists active silences of equal ends in any order.
    endsAt: '2099-01-02T00:00:00Z',
    matchers: [
      { name: 'alertname', value: 'R', isRegex: false },
      { name: 'instance', value: '1|2', isRegex: true, isEqual: false },
    ],
  }),
  get('alerts', '/api/v2/alerts'),
  get('alerts: active only', '/api/v2/alerts?silenced=false&inhibited=false'),
  get('alerts: silenced only', '/api/v2/alerts?active=false'),
  get('alerts: odd booleans', '/api/v2/alerts?active=maybe&silenced=YES&inhibited='),
  get('alerts: repeated boolean', '/api/v2/alerts?active=true&active=false'),
  get('alerts: unknown parameter', '/api/v2/alerts?foo=bar'),
  filter('alerts: two filters', 'alertname="R"', 'instance=~"[12]"'),
  filter('alerts: negative filter', 'instance!="1"', 'alertname=R'),
  filter('alerts: negative regex', 'instance!~"1|2"', 'alertname="R"'),
  filter('alerts: missing label', 'team=""', 'alertname="R"'),
  filter('alerts: quoted value', 'team="x\\"y\\\\z"'),
  filter('alerts: nothing matches', 'alertname="none"'),
  get('alerts: receiver', '/api/v2/alerts?receiver=default'),
  get('alerts: no such receiver', '/api/v2/alerts?receiver=defaul'),
  get('alerts: receiver regex', '/api/v2/alerts?receiver=de.*t'),
  get('alerts: from a browser', '/api/v2/alerts?filter=alertname%3D%22none%22', { Origin: 'http://elsewhere.example' }),
  get('groups', '/api/v2/alerts/groups'),
  get('groups: filter', '/api/v2/alerts/groups?filter=instance%3D%221%22'),
  get('groups: active=false', '/api/v2/alerts/groups?active=false'),
  get('groups: no such receiver', '/api/v2/alerts/groups?receiver=x'),
  get('silences', '/api/v2/silences'),
  get('silences: filter', '/api/v2/silences?filter=alertname%3D%22A%22'),
  get('silences: filter that would match labels', '/api/v2/silences?filter=alertname%3D~%22A%22'),
  get('receivers', '/api/v2/receivers'),
  get('status', '/api/v2/status'),
  get('healthy', '/-/healthy'),
  get('ready', '/-/ready'),
  { name: 'healthy: HEAD', method: 'HEAD', path: '/-/healthy' },
  { name: 'healthy: POST', method: 'POST', path: '/-/healthy' },
  { name: 'reload', method: 'POST', path: '/-/reload' },
  {
    name: 'preflight',
    method: 'OPTIONS',
    path: '/api/v2/alerts',
    headers: { Origin: 'http://elsewhere.example', 'Access-Control-Request-Method': 'POST' },
  },
];
