import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

/*
 * Requests that Alertmanager refuses, with its very answers (taken from a running one; what 0.34 changed since 0.25 is
 * as the reference says).
 */

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Sends exactly this, which fetch would not. */
function send(method: string, path: string, headers: Record<string, string>, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({ hostname, port, method, path, headers: { ...length, ...headers } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const code = (number: number, message: string): string => JSON.stringify({ code: number, message });
const text = (message: string): string => `${JSON.stringify(message)}\n`;
const alertsBody = (reason: string): string => code(400, `parsing alerts body from "" failed, because ${reason}`);
const silenceBody = (reason: string): string => code(400, `parsing silence body from "" failed, because ${reason}`);

describe('POST /api/v2/alerts', () => {
  const labels = '"labels":{"a":"b"}';
  test.each<[string, string | Buffer, number, string]>([
    ['no body', '', 422, code(602, 'alerts in body is required')],
    ['white space', ' \n', 422, code(602, 'alerts in body is required')],
    ['null', 'null', 200, ''],
    ['an empty list', '[]', 200, ''],
    ['an unfinished value', '{', 400, alertsBody('unexpected EOF')],
    ['an unfinished list', `[{${labels}}`, 400, alertsBody('unexpected EOF')],
    ['an unfinished literal', 'nul', 400, alertsBody('unexpected EOF')],
    ['an object', '{}', 400, alertsBody('json: cannot unmarshal object into Go value of type models.PostableAlerts')],
    ['text', '"x"', 400, alertsBody('json: cannot unmarshal string into Go value of type models.PostableAlerts')],
    ['an alert without labels', '[{}]', 422, code(602, '0.labels in body is required')],
    ['null labels', '[{"labels":null}]', 422, code(602, '0.labels in body is required')],
    ['empty labels', '[{"labels":{}}]', 400, text('at least one label pair required')],
    [
      'labels that are a list',
      '[{"labels":[]}]',
      400,
      alertsBody('json: cannot unmarshal array into Go struct field Alert.labels of type models.LabelSet'),
    ],
    [
      'a number as a label',
      '[{"labels":{"a":1}}]',
      400,
      alertsBody('json: cannot unmarshal number into Go struct field Alert.labels of type string'),
    ],
    ['a null label', '[{"labels":{"a":null}}]', 400, text('at least one label pair required')],
    ['a trailing comma', `[{${labels}},]`, 400, alertsBody(`invalid character ']' looking for beginning of value`)],
    ['text after the value', `[{${labels}}] x`, 200, ''],
    ['a second value', `[{${labels}}][]`, 200, ''],
    ['a wrong bracket', '[}', 400, alertsBody(`invalid character '}' looking for beginning of value`)],
    ['a missing comma', '[1 2]', 400, alertsBody(`invalid character '2' after array element`)],
    ['a missing colon', '[{"a" 1}]', 400, alertsBody(`invalid character '1' after object key`)],
    ['a bare key', '[{a:1}]', 400, alertsBody(`invalid character 'a' looking for beginning of object key string`)],
    [
      'a missing comma in an object',
      '[{"a":1 "b":2}]',
      400,
      alertsBody(`invalid character '"' after object key:value pair`),
    ],
    ['a leading zero', '[01]', 400, alertsBody(`invalid character '1' after array element`)],
    [
      'a number without decimals',
      '[1.]',
      400,
      alertsBody(`invalid character ']' after decimal point in numeric literal`),
    ],
    ['a number without exponent', '[1ex]', 400, alertsBody(`invalid character 'x' in exponent of numeric literal`)],
    ['a lone minus', '[-]', 400, alertsBody(`invalid character ']' in numeric literal`)],
    ['a wrong literal', '[tru]', 400, alertsBody(`invalid character ']' in literal true (expecting 'e')`)],
    ['a wrong escape', '["\\x"]', 400, alertsBody(`invalid character 'x' in string escape code`)],
    [
      'a wrong unicode escape',
      '["\\u12g4"]',
      400,
      alertsBody(`invalid character 'g' in \\u hexadecimal character escape`),
    ],
    [
      'a control character',
      '[{"labels":{"a":"\u0001"}}]',
      400,
      alertsBody(`invalid character '\\x01' in string literal`),
    ],
    ['a byte order mark', '\ufeff[]', 400, alertsBody(`invalid character 'ï' looking for beginning of value`)],
    ['200,000 brackets', '['.repeat(200_000), 400, alertsBody(`invalid character '[' exceeded max depth`)],
    [
      '20,000 objects in each other',
      '[{"x":'.repeat(20_000),
      400,
      alertsBody(`invalid character '[' exceeded max depth`),
    ],
    ['invalid UTF-8', Buffer.from('[{"labels":{"a":"\xff"}}]', 'latin1'), 200, ''],
    ['a lone surrogate', '[{"labels":{"a":"\\ud800"}}]', 200, ''],
    [
      'a bad time',
      `[{${labels},"startsAt":"nope"}]`,
      400,
      alertsBody('parsing time "nope" as "2006-01-02": cannot parse "nope" as "2006"'),
    ],
    [
      'a time that is a number',
      `[{${labels},"startsAt":1}]`,
      400,
      alertsBody('json: cannot unmarshal number into Go struct field .startsAt of type string'),
    ],
    [
      'an end before the start',
      `[{${labels},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]`,
      400,
      text('start time must be before end time'),
    ],
    [
      'a bad URL',
      `[{${labels},"generatorURL":"not a url"}]`,
      422,
      code(601, '0.generatorURL in body must be of type uri: "not a url"'),
    ],
    [
      'an annotation that is a number',
      `[{${labels},"annotations":{"x":1}}]`,
      400,
      alertsBody('json: cannot unmarshal number into Go struct field .annotations of type string'),
    ],
    [
      'two bad alerts and a good one',
      '[{"labels":{"":"x"}},{"labels":{}},{"labels":{"ok":"1"}}]',
      400,
      text('invalid label set: invalid name ""\nat least one label pair required'),
    ],
    ['a label named twice', '[{"labels":{"a":"b","a":"c"}}]', 200, ''],
    ['names of prototypes', '[{"labels":{"__proto__":"b","constructor":"c","toString":"d"}}]', 200, ''],
  ])('%s', async (_name, body, status, expected) => {
    const answer = await send('POST', '/api/v2/alerts', JSON_TYPE, body);
    expect(answer).toMatchObject({ status, body: expected });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
  });
});

describe('POST /api/v2/silences', () => {
  const silence = (change: object): string =>
    JSON.stringify({
      matchers: [{ name: 'a', value: 'b', isRegex: false }],
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2099-01-01T00:00:00Z',
      createdBy: 'me',
      comment: 'c',
      ...change,
    });
  const required = (name: string): string => code(602, `${name} in body is required`);
  test.each<[string, string, number, string]>([
    ['no body', '', 422, required('silence')],
    ['an empty object', '{}', 422, required('comment')],
    ['null', 'null', 422, required('comment')],
    [
      'a list',
      '[]',
      400,
      silenceBody('json: cannot unmarshal array into Go value of type struct { ID string "json:\\"id,omitempty\\"" }'),
    ],
    ['no comment', silence({ comment: undefined }), 422, required('comment')],
    ['no author', silence({ createdBy: null }), 422, required('createdBy')],
    ['no start', silence({ startsAt: undefined }), 422, required('startsAt')],
    ['no end', silence({ endsAt: undefined }), 422, required('endsAt')],
    ['null matchers', silence({ matchers: null }), 422, required('matchers')],
    ['no matchers', silence({ matchers: [] }), 422, code(612, 'matchers in body should have at least 1 items')],
    ['an empty matcher', silence({ matchers: [{}] }), 422, required('matchers.0.isRegex')],
    ['a null matcher', silence({ matchers: [null] }), 422, required('matchers.0')],
    [
      'a matcher without name',
      silence({ matchers: [{ value: 'b', isRegex: false }] }),
      422,
      required('matchers.0.name'),
    ],
    [
      'a matcher without value',
      silence({ matchers: [{ name: 'a', isRegex: false }] }),
      422,
      required('matchers.0.value'),
    ],
    [
      'matchers that are text',
      silence({ matchers: 'x' }),
      400,
      silenceBody('json: cannot unmarshal string into Go struct field Silence.matchers of type models.Matchers'),
    ],
    [
      'isRegex that is text',
      silence({ matchers: [{ name: 'a', value: 'x', isRegex: 'no' }] }),
      400,
      silenceBody('json: cannot unmarshal string into Go struct field Matcher.matchers.isRegex of type bool'),
    ],
    [
      'a value that is a number',
      silence({ matchers: [{ name: 'a', value: 1, isRegex: false }] }),
      400,
      silenceBody('json: cannot unmarshal number into Go struct field Matcher.matchers.value of type string'),
    ],
    [
      'an id that is a number',
      silence({ id: 1 }),
      400,
      silenceBody('json: cannot unmarshal number into Go struct field .id of type string'),
    ],
    [
      'a bad time',
      silence({ startsAt: 'x' }),
      400,
      silenceBody('parsing time "x" as "2006-01-02": cannot parse "x" as "2006"'),
    ],
    [
      'an end before the start',
      silence({ endsAt: '2020-01-01T00:00:00Z' }),
      400,
      text('Failed to create silence: start time must be before end time'),
    ],
    [
      'a zero end',
      silence({ endsAt: '0001-01-01T00:00:00.000Z' }),
      400,
      text('Failed to create silence: start time must be before end time'),
    ],
    [
      'an end in the past',
      silence({ endsAt: '2026-01-02T00:00:00Z' }),
      400,
      text("Failed to create silence: end time can't be in the past"),
    ],
    ['an unknown id', silence({ id: 'nope' }), 404, text('silence not found')],
    [
      'a bad pattern',
      silence({ matchers: [{ name: 'a', value: '(', isRegex: true }] }),
      400,
      text(
        'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
      ),
    ],
    [
      'a matcher for everything',
      silence({ matchers: [{ name: 'a', value: '', isRegex: false }] }),
      400,
      text('invalid silence: matcher set 0: at least one matcher must not match the empty string'),
    ],
    [
      'an empty name',
      silence({ matchers: [{ name: '', value: 'x', isRegex: false }] }),
      400,
      text('invalid silence: invalid label matcher 0 in set 0: invalid label name ""'),
    ],
  ])('%s', async (_name, body, status, expected) => {
    expect(await send('POST', '/api/v2/silences', JSON_TYPE, body)).toMatchObject({ status, body: expected });
  });
});

describe('media types', () => {
  const wrong = (type: string): string =>
    code(415, `unsupported media type "${type}", only [application/json] are allowed`);
  test.each<[Record<string, string>, number, string]>([
    [{ 'content-type': 'text/plain' }, 415, wrong('text/plain')],
    [{}, 415, wrong('application/octet-stream')],
    [{ 'content-type': 'application/json; charset=utf-8' }, 200, ''],
    [{ 'content-type': 'Application/JSON' }, 200, ''],
    [
      { 'content-type': 'application/json;;' },
      400,
      code(400, 'parsing Content-Type header from "application/json;;" failed, because mime: invalid media parameter'),
    ],
    [{ ...JSON_TYPE, accept: 'text/html' }, 200, ''],
  ])('POST with %j', async (headers, status, body) => {
    expect(await send('POST', '/api/v2/alerts', headers, '[]')).toMatchObject({ status, body });
  });

  test.each([
    ['text/html', 406],
    ['application/json;q=0', 406],
    ['text/html, application/json;q=0.5', 200],
    ['application/*', 200],
    ['*/*', 200],
    ['', 200],
  ])('GET that accepts %j', async (accept, status) => {
    const answer = await send('GET', '/api/v2/silences', { accept });
    const refused = code(406, 'unsupported media type requested, only [application/json] are available');
    expect(answer).toMatchObject({ status, body: status === 406 ? refused : '[]\n' });
  });
});

describe('paths and methods', () => {
  const notAllowed = (method: string, allowed: string): string =>
    code(405, `method ${method} is not allowed, but [${allowed}] are`);
  test.each<[string, string, number, string, string?]>([
    ['PUT', '/api/v2/alerts', 405, notAllowed('PUT', 'POST,GET'), 'POST,GET'],
    ['HEAD', '/api/v2/alerts', 405, '', 'POST,GET'],
    ['OPTIONS', '/api/v2/alerts', 405, notAllowed('OPTIONS', 'POST,GET'), 'POST,GET'],
    ['DELETE', '/api/v2/status', 405, notAllowed('DELETE', 'GET'), 'GET'],
    ['PUT', '/api/v2/silence/abc', 405, notAllowed('PUT', 'DELETE,GET'), 'DELETE,GET'],
    ['GET', '/api/v2/x', 404, code(404, 'path /api/v2/x was not found')],
    ['GET', '/api/v2/', 404, code(404, 'path /api/v2/ was not found')],
    ['GET', '/api/v2/Alerts', 404, code(404, 'path /api/v2/Alerts was not found')],
    ['GET', '/api/v2/silence/', 404, code(404, 'path /api/v2/silence/ was not found')],
    ['GET', '/api/v2', 301, '<a href="/api/v2/">Moved Permanently</a>.\n\n'],
    ['GET', '/api/v2//silences', 301, '<a href="/api/v2/silences">Moved Permanently</a>.\n\n'],
    ['GET', '/a/../x?y', 301, '<a href="/x?y">Moved Permanently</a>.\n\n'],
    ['GET', '/api/v2/silences/', 200, '[]\n'],
    ['GET', '/api/v2/silence/abc', 422, code(601, 'silenceID in path must be of type uuid: "abc"')],
    ['DELETE', '/api/v2/silence/a%2Fb', 422, code(601, 'silenceID in path must be of type uuid: "a/b"')],
    ['GET', '/api/v2/silence/8b1a6f9a-0000-4000-8000-000000000000', 404, ''],
    ['GET', '/api/v2/silence/8B1A6F9A000040008000000000000000', 404, ''],
    ['DELETE', '/api/v2/silence/8b1a6f9a-0000-4000-8000-000000000000', 404, ''],
    ['GET', '/api/v2/silence/%zz', 400, '400 Bad Request\n'],
    ['GET', '/api/v3/x', 501, '{"code":"unimplemented","message":"unknown Connect procedure"}'],
    [
      'POST',
      '/api/status.v3alpha.StatusService/GetStatus',
      501,
      '{"code":"unimplemented","message":"unknown Connect procedure"}',
    ],
    ['GET', '/api/v1/x', 404, '404 page not found\n'],
    ['GET', '/api/tocsin/v1/x', 404, '{"error":"there is no /api/tocsin/v1/x"}'],
    ['GET', '/apix', 404, '404 page not found\n'],
    ['GET', '/ui', 302, '<a href="/">Found</a>.\n\n'],
    ['GET', '/ui/alerts', 302, '<a href="/">Found</a>.\n\n'],
    ['POST', '/nope', 404, '404 page not found\n'],
    ['GET', '/debug/pprof/', 404, '404 page not found\n'],
    ['POST', '/-/healthy', 405, 'Method Not Allowed\n', 'GET, HEAD, OPTIONS'],
    ['OPTIONS', '/-/healthy', 200, '', 'GET, HEAD, OPTIONS'],
    ['PUT', '/-/reload', 405, 'Method Not Allowed\n', 'OPTIONS, POST'],
    ['HEAD', '/metrics', 405, '', 'GET, OPTIONS'],
  ])('%s %s', async (method, path, status, body, allow) => {
    const answer = await send(method, path, {});
    expect(answer).toMatchObject({ status, body });
    expect(answer.headers.allow).toBe(allow);
  });

  test.each(['status', 'receivers', 'alerts', 'silences', 'silence/x'])('API v1 %s is gone', async (path) => {
    const answer = await send('GET', `/api/v1/${path}`, {});
    expect(answer.status).toBe(410);
    expect(JSON.parse(answer.body)).toEqual({
      status: 'deprecated',
      error:
        'The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the equivalent route in the v2 API',
    });
  });
});

describe('query parameters', () => {
  test.each([
    ['alerts?filter=bad', 'bad matcher format: bad'],
    ['alerts?filter=', 'bad matcher format: '],
    ['alerts?filter=%7Ba%3Db%7D', 'unexpected open or close brace: {a=b}'],
    ['alerts?filter=a%3D%ff', 'matcher value not valid UTF-8: \ufffd'],
    ['alerts?filter=a%3D~%22(%22', 'error parsing regexp: missing closing ): `^(?:()$`'],
    ['alerts?receiver=(', 'failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`'],
    ['alerts?receiver_matchers=bad', 'failed to parse receiver_matchers param: bad matcher format: bad'],
    ['alerts/groups?filter=bad', 'bad matcher format: bad'],
    ['alerts/groups?receiver=(', 'failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`'],
    ['silences?filter=bad', 'bad matcher format: bad'],
    ['receivers?receiver_matchers=bad', 'failed to parse receiver_matchers param: bad matcher format: bad'],
  ])('%s', async (path, message) => {
    expect(await send('GET', `/api/v2/${path}`, {})).toMatchObject({ status: 400, body: text(message) });
  });
});

test('nothing of it stopped the server, and it says so', async () => {
  expect(await send('GET', '/-/healthy', {})).toMatchObject({ status: 200, body: 'OK' });
});
