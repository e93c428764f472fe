import { describe, expect, it } from 'vitest';
import { ZERO_TIME } from '../../../src/alert/alert.ts';
import { alertmanager } from '../../../src/sources/alertmanager/alertmanager.ts';
import { UnreadableError } from '../../../src/sources/source.ts';
import { context, DAY, NOW, only } from '../context.ts';

const ctx = context(DAY);
const YEAR_ONE = '0001-01-01T00:00:00Z';

/** As Alertmanager 0.28 sends it. */
const BODY = {
  receiver: 'tocsin',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'DiskFull', instance: 'db-1', job: 'node' },
      annotations: { summary: 'Disk 95 % full' },
      startsAt: '2026-08-20T08:15:02.5+02:00',
      endsAt: YEAR_ONE,
      generatorURL: 'http://prom.example/graph?g0.expr=up',
      fingerprint: '99b83e786d38fa8a',
    },
    {
      status: 'resolved',
      labels: { alertname: 'DiskFull', instance: 'db-2', job: 'node' },
      annotations: {},
      startsAt: '2026-08-20T06:00:00Z',
      endsAt: '2026-08-20T07:00:00Z',
      generatorURL: '',
      fingerprint: '0000000000000000',
    },
  ],
  groupLabels: { alertname: 'DiskFull' },
  commonLabels: { alertname: 'DiskFull', job: 'node' },
  commonAnnotations: {},
  externalURL: 'http://am.example:9093',
  version: '4',
  groupKey: '{}:{alertname="DiskFull"}',
  truncatedAlerts: 3,
};

const alertOf = (fields: object) => only(alertmanager, { alerts: [{ labels: { a: '1' }, ...fields }] }, ctx);

describe('the webhook of an upstream Alertmanager', () => {
  it('keeps labels, annotations, start, link and what the upstream said of the group', () => {
    const [firing] = alertmanager.parse(BODY, ctx).alerts;
    expect(firing?.labels.fingerprint).toBe('99b83e786d38fa8a');
    expect(firing?.annotations.toJSON()).toEqual({ summary: 'Disk 95 % full' });
    expect(firing).toMatchObject({
      startsAt: Date.parse('2026-08-20T06:15:02.500Z'),
      startsAtText: '2026-08-20T08:15:02.5+02:00',
      endsAt: ZERO_TIME,
      staleAfter: DAY,
      generatorURL: 'http://prom.example/graph?g0.expr=up',
    });
    expect(firing?.details).toEqual({
      upstream: {
        receiver: 'tocsin',
        externalURL: 'http://am.example:9093',
        groupKey: '{}:{alertname="DiskFull"}',
        version: '4',
        title: '',
        message: '',
        orgId: '',
        truncatedAlerts: 3,
      },
      groupKey: '{}:{alertname="DiskFull"}',
      truncatedAlerts: 3,
    });
  });

  it('keeps the end of a resolved alert', () => {
    const resolved = alertmanager.parse(BODY, ctx).alerts[1];
    expect(resolved).toMatchObject({
      startsAt: Date.parse('2026-08-20T06:00:00Z'),
      endsAt: Date.parse('2026-08-20T07:00:00Z'),
    });
  });

  it.each([
    ['firing without an end', { status: 'firing' }, ZERO_TIME],
    ['firing, end in the year 1', { status: 'firing', endsAt: YEAR_ONE }, ZERO_TIME],
    ['firing, end in the future', { status: 'firing', endsAt: '2026-08-21T01:00:00Z' }, NOW + 3_600_000],
    ['firing, end in the past', { status: 'firing', endsAt: '2026-08-20T23:00:00Z' }, ZERO_TIME],
    ['resolved without an end', { status: 'resolved' }, NOW],
    ['resolved, end in the year 1', { status: 'resolved', endsAt: YEAR_ONE }, NOW],
    ['resolved, end in the future', { status: 'resolved', endsAt: '2026-08-21T01:00:00Z' }, NOW],
    ['no status, no end', {}, ZERO_TIME],
    ['no status, end in the past', { endsAt: '2026-08-20T23:00:00Z' }, NOW - 3_600_000],
    ['no status, end in the future', { endsAt: '2026-08-21T01:00:00Z' }, NOW + 3_600_000],
    ['an empty end', { status: 'firing', endsAt: '' }, ZERO_TIME],
  ])('%s', (_, fields, endsAt) => expect(alertOf(fields).endsAt).toBe(endsAt));

  it('lets nothing end before it began, whatever the clocks say', () => {
    const alert = alertOf({ status: 'resolved', startsAt: '2026-08-21T00:00:03.123456Z' });
    expect(alert).toMatchObject({ startsAt: NOW, startsAtText: '', endsAt: NOW });
  });

  it('drops empty labels and replaces lone surrogates', () => {
    const [alert] = alertmanager.parse({ alerts: [{ labels: { a: '', b: '\ud800' } }] }, ctx).alerts;
    expect(alert?.labels.toJSON()).toEqual({ b: '\ufffd' });
  });

  it('takes names of the object prototype like any other', () => {
    const body = JSON.parse('{"alerts":[{"labels":{"__proto__":"x","constructor":"y"}}]}') as unknown;
    expect(only(alertmanager, body, ctx).labels.pairs).toEqual(['__proto__', 'x', 'constructor', 'y']);
    const inherited = JSON.parse('{"__proto__":{"alerts":[]}}') as unknown;
    expect(() => alertmanager.parse(inherited, ctx)).toThrow('alerts: expected a list of alerts, found nothing');
  });
});

describe("Grafana's superset of it", () => {
  it('keeps its links and values', () => {
    const { details } = only(
      alertmanager,
      {
        receiver: 'tocsin',
        status: 'firing',
        orgId: 1,
        title: '[FIRING:1] High load',
        state: 'alerting',
        message: '**Firing**',
        version: '1',
        groupKey: '{}:{alertname="High load"}',
        truncatedAlerts: 0,
        alerts: [
          {
            status: 'firing',
            labels: { alertname: 'High load', grafana_folder: 'Nodes' },
            annotations: {},
            startsAt: '2026-08-20T08:15:00Z',
            endsAt: YEAR_ONE,
            silenceURL: 'https://grafana.example/alerting/silence/new',
            dashboardURL: 'https://grafana.example/d/abc',
            panelURL: '',
            imageURL: 7,
            values: { B: 44.2, C: 1 },
            valueString: "[ var='B' value=44.2 ]",
          },
        ],
      },
      ctx,
    );
    expect(details).toEqual({
      upstream: {
        receiver: 'tocsin',
        externalURL: '',
        groupKey: '{}:{alertname="High load"}',
        version: '1',
        title: '[FIRING:1] High load',
        message: '**Firing**',
        orgId: '1',
        truncatedAlerts: 0,
      },
      groupKey: '{}:{alertname="High load"}',
      truncatedAlerts: 0,
      silenceURL: 'https://grafana.example/alerting/silence/new',
      dashboardURL: 'https://grafana.example/d/abc',
      valueString: "[ var='B' value=44.2 ]",
      values: { B: 44.2, C: 1 },
    });
  });
});

describe('what is not such a body', () => {
  it.each([
    [undefined, 'expected a webhook object, found nothing'],
    [null, 'expected a webhook object, found null'],
    [[], 'expected a webhook object, found a list'],
    ['x', 'expected a webhook object, found a string'],
    [{}, 'alerts: expected a list of alerts, found nothing'],
    [{ alerts: {} }, 'alerts: expected a list of alerts, found an object'],
    [{ alerts: [5] }, 'alerts[0]: expected an object, found a number'],
    [{ alerts: [{}] }, 'alerts[0].labels: expected an object of texts, found nothing'],
    [{ alerts: [{ labels: {} }] }, 'alerts[0].labels: at least one label with a value is needed'],
  ])('%j', (body, message) => {
    expect(() => alertmanager.parse(body, ctx)).toThrow(new UnreadableError(message));
  });

  it('names the bad alerts of a batch and takes the others', () => {
    const good = { labels: { a: '1' } };
    const { alerts, rejected } = alertmanager.parse(
      {
        alerts: [
          good,
          { labels: { a: 1 } },
          { labels: { ['n'.repeat(1000)]: [] } },
          { ...good, annotations: 'x' },
          { ...good, annotations: { b: false } },
          { ...good, startsAt: 'yesterday' },
          { ...good, endsAt: 5 },
          good,
        ],
      },
      ctx,
    );
    expect(alerts).toHaveLength(2);
    expect(rejected).toEqual([
      'alerts[1].labels.a: expected a text, found a number',
      `alerts[2].labels.${'n'.repeat(63)}…: expected a text, found a list`,
      'alerts[3].annotations: expected an object of texts, found a string',
      'alerts[4].annotations.b: expected a text, found a boolean',
      'alerts[5].startsAt: expected an RFC 3339 time, found another text',
      'alerts[6].endsAt: expected an RFC 3339 time, found a number',
    ]);
  });

  it('names the first faults and counts the others', () => {
    const bad = Array.from({ length: 1_000 }, () => 5);
    const { rejected } = alertmanager.parse({ alerts: [{ labels: { a: '1' } }, ...bad] }, ctx);
    expect(rejected).toHaveLength(21);
    expect(rejected.at(-1)).toBe('and 980 more alerts that cannot be read');
  });

  it('takes an empty list', () => {
    expect(alertmanager.parse({ alerts: [] }, ctx)).toEqual({ alerts: [], rejected: [] });
  });
});
