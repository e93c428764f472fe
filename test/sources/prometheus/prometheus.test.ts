import { describe, expect, it } from 'vitest';
import { ZERO_TIME } from '../../../src/alert/alert.ts';
import { prometheus } from '../../../src/sources/prometheus/prometheus.ts';
import { RequestError } from '../../../src/sources/prometheus/request-error.ts';
import { context, only } from '../context.ts';

const ctx = context(undefined);
const parse = (text: string) => prometheus.parse(JSON.parse(text), ctx);

describe('POST /api/v2/alerts', () => {
  it('reads what Prometheus sends', () => {
    const alert = only(
      prometheus,
      [
        {
          labels: { alertname: 'DiskFull', instance: 'db-1', job: 'node' },
          annotations: { summary: 'Disk 95 % full', runbook: '' },
          startsAt: '2026-03-01T08:15:02.5Z',
          endsAt: '2026-03-01T10:20:02.123456+02:00',
          generatorURL: 'http://prom.example/graph?g0.expr=up',
        },
      ],
      ctx,
    );
    expect(alert).toEqual({
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: Date.parse('2026-03-01T08:15:02.500Z'),
      startsAtText: '',
      endsAt: Date.parse('2026-03-01T08:20:02.123Z') + 0.456,
      endsAtText: '2026-03-01T10:20:02.123456+02:00',
      generatorURL: 'http://prom.example/graph?g0.expr=up',
    });
    expect(alert.labels.fingerprint).toBe('99b83e786d38fa8a');
    expect(alert.annotations.toJSON()).toEqual({ runbook: '', summary: 'Disk 95 % full' });
  });

  it('leaves unset what is absent, null or the year 1', () => {
    const body =
      '[{"labels":{"a":"1"}},{"labels":{"a":"2"},"startsAt":null,"endsAt":"0001-01-01T00:00:00Z","generatorURL":null}]';
    for (const alert of parse(body).alerts) {
      expect(alert).toMatchObject({ startsAt: ZERO_TIME, endsAt: ZERO_TIME, startsAtText: '', generatorURL: '' });
    }
  });

  it('takes an empty time for 1970', () => {
    expect(parse('[{"labels":{"a":"1"},"endsAt":""}]').alerts[0]?.endsAt).toBe(0);
  });

  it('does not carry a time or a URL over to the next alert', () => {
    const body =
      '[{"labels":{"a":"1"},"endsAt":"2026-01-01T00:00:00Z","generatorURL":"http://x/"},{"labels":{"a":"2"}},' +
      '{"labels":{"a":"3"},"endsAt":"2026-01-01T00:00:00Z","generatorURL":"http://x/"}]';
    const { alerts } = parse(body);
    expect(alerts.map((alert) => alert.endsAt)).toEqual([1_767_225_600_000, ZERO_TIME, 1_767_225_600_000]);
    expect(alerts.map((alert) => alert.generatorURL)).toEqual(['http://x/', '', 'http://x/']);
  });

  it('drops empty and null labels, keeps empty and null annotations', () => {
    const [alert] = parse('[{"labels":{"a":"","b":null,"c":"1"},"annotations":{"x":"","y":null}}]').alerts;
    expect(alert?.labels.toJSON()).toEqual({ c: '1' });
    expect(alert?.annotations.toJSON()).toEqual({ x: '', y: '' });
  });

  it('leaves it to intake to refuse an alert whose labels are all empty', () => {
    expect(parse('[{"labels":{"a":""}},{"labels":{}}]').alerts.map((alert) => alert.labels.size)).toEqual([0, 0]);
  });

  it('takes names of the object prototype for labels like any other', () => {
    const [alert] = parse('[{"labels":{"__proto__":"x","constructor":"y","toString":"z"}}]').alerts;
    expect(alert?.labels.pairs).toEqual(['__proto__', 'x', 'constructor', 'y', 'toString', 'z']);
    expect(() => parse('[{"__proto__":{"labels":{"a":"1"}}}]')).toThrow('0.labels in body is required');
  });

  it('replaces lone surrogates', () => {
    const [alert] = parse('[{"labels":{"a":"x\\ud800y","\\udc00":"1"},"generatorURL":"/\\ud800"}]').alerts;
    expect(alert?.labels.pairs).toEqual(['a', 'x\ufffdy', '\ufffd', '1']);
    expect(alert?.generatorURL).toBe('/\ufffd');
    const twice = parse('[{"labels":{},"generatorURL":"/\\ud800"},{"labels":{},"generatorURL":"/\\ud800"}]').alerts;
    expect(twice.map((each) => each.generatorURL)).toEqual(['/\ufffd', '/\ufffd']);
  });

  it('matches property names in any case, as Go does', () => {
    const [alert] = parse('[{"Labels":{"a":"1"},"STARTSAT":"2026-01-01T00:00:00Z"}]').alerts;
    expect(alert?.labels.toJSON()).toEqual({ a: '1' });
    expect(alert?.startsAt).toBe(1_767_225_600_000);
  });

  it('passes stale_after on where the file sets it', () => {
    expect(parse('[{"labels":{"a":"1"}}]').alerts[0]).not.toHaveProperty('staleAfter');
    expect(only(prometheus, [{ labels: { a: '1' } }], context(5_000)).staleAfter).toBe(5_000);
  });

  it('takes an empty list and null', () => {
    expect(parse('[]')).toEqual({ alerts: [], rejected: [] });
    expect(parse('null')).toEqual({ alerts: [], rejected: [] });
  });

  it('sorts 100,000 labels that come in reverse order', () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `l${String(i).padStart(6, '0')}`);
    const labels = Object.fromEntries(names.toReversed().map((name) => [name, 'x']));
    const alert = only(prometheus, [{ labels }], ctx);
    expect(alert.labels.pairs.filter((_, i) => i % 2 === 0)).toEqual(names);
  });

  it('takes any nesting', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(prometheus.parse([{ labels: { a: '1' }, other: deep }], ctx).alerts).toHaveLength(1);
    expect(() => prometheus.parse(deep, ctx)).toThrow(RequestError);
  });
});

const STRUCT =
  'struct { Annotations models.LabelSet "json:\\"annotations,omitempty\\""; EndsAt strfmt.DateTime "json:\\"endsAt,omitempty\\""; StartsAt strfmt.DateTime "json:\\"startsAt,omitempty\\"" }';
const json = (found: string, target: string) => `json: cannot unmarshal ${found} into ${target}`;

/** Bodies that Alertmanager cannot decode: 400, code 400, each with what follows `because`. */
const UNDECODABLE: readonly (readonly [string, string])[] = [
  ['{}', json('object', 'Go value of type models.PostableAlerts')],
  ['"x"', json('string', 'Go value of type models.PostableAlerts')],
  ['5', json('number', 'Go value of type models.PostableAlerts')],
  ['true', json('bool', 'Go value of type models.PostableAlerts')],
  ['[5]', json('number', `Go value of type ${STRUCT}`)],
  ['[[]]', json('array', `Go value of type ${STRUCT}`)],
  ['["x"]', json('string', `Go value of type ${STRUCT}`)],
  ['[{"labels":[]}]', json('array', 'Go struct field Alert.labels of type models.LabelSet')],
  ['[{"labels":"x"}]', json('string', 'Go struct field Alert.labels of type models.LabelSet')],
  ['[{"labels":{"a":1}}]', json('number', 'Go struct field Alert.labels of type string')],
  ['[{"labels":{"a":true}}]', json('bool', 'Go struct field Alert.labels of type string')],
  ['[{"labels":{"a":{}}}]', json('object', 'Go struct field Alert.labels of type string')],
  ['[{"labels":{"a":"1"},"annotations":{"b":1}}]', json('number', 'Go struct field .annotations of type string')],
  ['[{"labels":{"a":"1"},"annotations":[]}]', json('array', 'Go struct field .annotations of type models.LabelSet')],
  ['[{"labels":{"a":"1"},"startsAt":5}]', json('number', 'Go struct field .startsAt of type string')],
  ['[{"labels":{"a":"1"},"endsAt":{}}]', json('object', 'Go struct field .endsAt of type string')],
  ['[{"labels":{"a":"1"},"generatorURL":5}]', json('number', 'Go struct field Alert.generatorURL of type string')],
  ['[{"generatorURL":"b"},{"labels":5}]', json('number', 'Go struct field Alert.labels of type models.LabelSet')],
  [
    '[{"labels":5,"annotations":{"a":1},"endsAt":"foo"}]',
    'parsing time "foo" as "2006-01-02": cannot parse "foo" as "2006"',
  ],
];

/** Bodies that go-openapi finds invalid: 422 with code and message. */
const INVALID: readonly (readonly [string, number, string])[] = [
  ['[{}]', 602, '0.labels in body is required'],
  ['[{"labels":null}]', 602, '0.labels in body is required'],
  ['[{"labels":{"a":"1"}},{"annotations":{}}]', 602, '1.labels in body is required'],
  ['[null]', 602, '0 in body is required'],
  ['[{"labels":{"a":"1"},"generatorURL":"not a url"}]', 601, '0.generatorURL in body must be of type uri: "not a url"'],
  ['[{"generatorURL":"foo"}]', 601, '0.generatorURL in body must be of type uri: "foo"'],
  ['[{},{"generatorURL":"foo"}]', 602, '0.labels in body is required'],
  ['[{"labels":{"a":"1"},"generatorURL":"/a\\u0001"}]', 601, '0.generatorURL in body must be of type uri: "/a\\x01"'],
];

describe('what Alertmanager answers to other bodies', () => {
  it.each(UNDECODABLE)('%s', (text, reason) => {
    expect(failure(() => parse(text))).toEqual({
      status: 400,
      code: 400,
      message: `parsing alerts body from "" failed, because ${reason}`,
    });
  });

  it.each(INVALID)('%s', (text, code, message) => {
    expect(failure(() => parse(text))).toEqual({ status: 422, code, message });
  });

  it('asks for a body where there is none', () => {
    expect(failure(() => prometheus.parse(undefined, ctx))).toEqual({
      status: 422,
      code: 602,
      message: 'alerts in body is required',
    });
  });

  it('does not quote megabytes back', () => {
    const url = failure(() => parse(JSON.stringify([{ labels: { a: '1' }, generatorURL: 'x'.repeat(1e6) }])));
    const time = failure(() => parse(JSON.stringify([{ labels: { a: '1' }, endsAt: 'x'.repeat(1e6) }])));
    expect(url.message.length).toBeLessThan(3_000);
    expect(time.message.length).toBeLessThan(5_000);
  });
});

function failure(act: () => unknown): Pick<RequestError, 'status' | 'code' | 'message'> {
  try {
    act();
  } catch (error) {
    if (error instanceof RequestError) return { status: error.status, code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}
