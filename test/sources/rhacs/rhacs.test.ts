import { describe, expect, it } from 'vitest';
import type { LabelSet } from '../../../src/alert/label-set.ts';
import { rhacsAlertId } from '../../../src/sources/rhacs/details.ts';
import { createStackroxSource, rhacs } from '../../../src/sources/rhacs/rhacs.ts';
import { UnknownMessageError, UnreadableError } from '../../../src/sources/source.ts';
import { context, DAY, fixture, NOW, only } from '../context.ts';

const ctx = context(DAY);
const CENTRAL = context(DAY, { centralUrl: 'https://central.example.com' });

const policy = { name: 'P' };
const alertOf = (alert: object, extras: object = {}) =>
  only(rhacs, { ...extras, alert: { policy, deployment: { name: 'd' }, ...alert } }, ctx);
const labelsOf = (alert: object, extras: object = {}) => alertOf(alert, extras).labels;
const names = (labels: LabelSet) => labels.pairs.filter((_, i) => i % 2 === 0);

describe('enums, as protojson writes them', () => {
  it.each([
    [undefined, undefined],
    ['UNSET_SEVERITY', undefined],
    ['LOW_SEVERITY', 'low'],
    ['CRITICAL_SEVERITY', 'critical'],
    [3, 'high'],
    [9, undefined],
    ['APOCALYPTIC_SEVERITY', 'apocalyptic'],
    [{}, undefined],
    [null, undefined],
  ])('severity %j is %j', (severity, label) => {
    expect(labelsOf({ policy: { ...policy, severity } }).get('severity')).toBe(label);
  });

  it.each([
    [undefined, 'deploy'],
    ['RUNTIME', 'runtime'],
    [1, 'build'],
    [9, undefined],
    ['LATER', 'later'],
  ])('lifecycleStage %j is %j', (lifecycleStage, label) => {
    expect(labelsOf({ lifecycleStage }).get('lifecycle_stage')).toBe(label);
  });

  it.each([[undefined], ['ACTIVE'], ['SNOOZED'], [0], [7], [null]])('state %j is a lasting violation', (state) => {
    const alert = alertOf({ state });
    expect(alert).not.toHaveProperty('endsAt');
    expect(alert).not.toHaveProperty('event');
    expect(alert.labels.has('state')).toBe(false);
  });

  it('keeps an attempt apart from the violation of what runs already', () => {
    for (const state of ['ATTEMPTED', 3]) {
      expect(alertOf({ state })).toMatchObject({ event: true });
      expect(labelsOf({ state }).get('state')).toBe('attempted');
    }
  });
});

describe('times', () => {
  const seen = '2026-08-20T10:00:00Z';

  it('takes the last occurrence where the first is absent or no time', () => {
    expect(alertOf({ time: seen }).startsAt).toBe(Date.parse(seen));
    expect(alertOf({ time: seen, firstOccurred: 'x' }).startsAt).toBe(Date.parse(seen));
    expect(alertOf({ time: 5, firstOccurred: {} })).not.toHaveProperty('startsAt');
    expect(alertOf({ time: '0001-01-01T00:00:00Z' })).not.toHaveProperty('startsAt');
  });

  it('lets nothing start in the future', () => {
    expect(alertOf({ time: '2026-08-21T00:00:05.123456789Z' })).toMatchObject({ startsAt: NOW, startsAtText: '' });
  });

  it('ends a resolved alert now where Central does not say when', () => {
    expect(alertOf({ state: 'RESOLVED', time: seen })).toMatchObject({ startsAt: Date.parse(seen), endsAt: NOW });
    expect(alertOf({ state: 2, time: seen, resolvedAt: '2026-08-20T09:00:00Z' })).toMatchObject({
      startsAt: Date.parse('2026-08-20T09:00:00Z'),
      endsAt: Date.parse('2026-08-20T09:00:00Z'),
    });
  });
});

describe('entities', () => {
  it('takes the place from the entity where the alert does not have it', () => {
    const alert = { deployment: { name: 'd', clusterName: 'c', namespace: 'n' } };
    expect(labelsOf(alert).toJSON()).toMatchObject({ cluster: 'c', namespace: 'n' });
    expect(labelsOf({ ...alert, clusterName: 'C', namespace: 'N' }).toJSON()).toMatchObject({
      cluster: 'C',
      namespace: 'N',
    });
  });

  it('tells two workloads of one name and different kinds apart', () => {
    const labels = (type: string) => labelsOf({ deployment: { name: 'db', type } });
    expect(labels('StatefulSet').fingerprint).not.toBe(labels('Deployment').fingerprint);
  });

  it.each([
    [{ fullName: 'q.io/a/b:1', registry: 'x' }, undefined, 'q.io/a/b:1'],
    [{ registry: 'q.io', remote: 'a/b', tag: '1' }, undefined, 'q.io/a/b:1'],
    [{ registry: 'q.io', remote: 'a/b', tag: '1' }, 'sha256:00', 'q.io/a/b:1@sha256:00'],
    [{ registry: 'q.io', remote: 'a/b' }, 'sha256:00', 'q.io/a/b@sha256:00'],
    [undefined, undefined, undefined],
  ])('image %j %j is called %j', (name, id, label) => {
    const { labels } = only(rhacs, { alert: { policy, image: { name, id } } }, ctx);
    expect(labels.get('image')).toBe(label);
    expect(labels.get('entity_type')).toBe('image');
  });

  it('takes an alert about something that it does not know', () => {
    const alert = only(rhacs, { alert: { policy, clusterName: 'c', starship: { name: 'x' } } }, ctx);
    expect(alert.labels.toJSON()).toEqual({
      alertname: 'P',
      source: 'rhacs',
      cluster: 'c',
      lifecycle_stage: 'deploy',
      entity_type: 'starship',
      starship: 'x',
    });
    expect(alert.annotations.get('summary')).toBe("Starship x (in cluster c) violates 'P' Policy");
  });

  it('takes an alert without a policy', () => {
    const alert = only(rhacs, { alert: { node: { name: 'n' } } }, ctx);
    expect(alert.labels.get('alertname')).toBe('RHACS alert');
  });
});

describe('links', () => {
  const link = (alert: object) => only(rhacs, { alert: { policy, ...alert } }, CENTRAL).generatorURL;

  it('has none without Central', () => expect(alertOf({ id: 'x' }).generatorURL).toBe(''));

  it('leads to the page of the alert or of the image', () => {
    expect(link({ id: '../a?b', node: {} })).toBe('https://central.example.com/main/violations/..%2Fa%3Fb');
    expect(link({ image: { id: 'sha256:00' } })).toBe(
      'https://central.example.com/main/vulnerability-management/image/sha256%3A00',
    );
  });

  it('leads to Central where there is no page', () => {
    expect(link({ id: 'x' })).toBe('https://central.example.com');
    expect(link({ node: {} })).toBe('https://central.example.com');
    expect(link({ id: 'x'.repeat(300), node: {} })).toBe('https://central.example.com');
  });
});

describe('extra fields', () => {
  it('makes every key a label name, and no two the same', () => {
    const labels = labelsOf({}, { 'a-b': '1', 'a.b': '2', ü: '3', audit: '4', empty: '', n: 5, o: {} });
    const extras = names(labels).filter((name) => name.startsWith('extra_'));
    expect(extras).toEqual(['extra__', 'extra_a_b', 'extra_a_b_2e7336dc8eba87ef472df568c35482ab', 'extra_audit']);
    expect(extras.map((name) => labels.get(name))).toEqual(['3', '1', '2', '4']);
  });

  it('takes names of the object prototype like any other', () => {
    const body = JSON.parse('{"__proto__":"x","constructor":"y","alert":{"policy":{"name":"P"}}}') as unknown;
    const { labels, details } = only(rhacs, body, ctx);
    expect(labels.get('extra___proto__')).toBe('x');
    expect(labels.get('extra_constructor')).toBe('y');
    expect(JSON.stringify(details)).toBe(JSON.stringify(body));
  });

  it('reads the last of several members called alert, as RHACS puts it last', () => {
    const body = JSON.parse('{"alert":"mine","alert": {"policy":{"name":"P"}}}') as unknown;
    expect(only(rhacs, body, ctx).labels.get('alertname')).toBe('P');
  });

  it('keeps them in the details, and nothing else that stands beside the message', () => {
    expect(alertOf({}, { a: 'x', b: 5, c: {}, audit: null }).details).toEqual({
      a: 'x',
      alert: { policy, deployment: { name: 'd' } },
    });
  });

  it('bounds their number and length', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, 'x']));
    expect(labelsOf({}, many).size).toBeLessThan(80);
    const name = names(labelsOf({}, { ['k'.repeat(5_000)]: 'x' })).find((label) => label.startsWith('extra_'));
    expect(name).toMatch(/^extra_k{128}_[0-9a-f]{32}$/);
  });
});

describe('bounds', () => {
  it('cuts a long label, but never two to the same', () => {
    const [a, b] = ['a', 'b'].map((end) => labelsOf({ deployment: { name: `${'x'.repeat(5_000)}${end}` } }));
    expect(a?.get('deployment')).toHaveLength(1024);
    expect(a?.get('deployment')).toMatch(/^x{991}…[0-9a-f]{32}$/);
    expect(a?.fingerprint).not.toBe(b?.fingerprint);
  });

  it('counts the violations that an annotation has no room for', () => {
    const violations = Array.from({ length: 2_000 }, (_, i) => ({ message: `violation number ${i}\r\nof many` }));
    const lines = alertOf({ violations }).annotations.get('violations')?.split('\n') ?? [];
    expect(lines[1]).toBe('violation number 1 of many');
    expect(lines.at(-1)).toBe(`... and ${2_000 - (lines.length - 1)} more`);
    expect(lines.join('\n').length).toBeLessThan(16_384);
  });

  it('keeps 285 kB whole, and of a body of many MB what fits', () => {
    expect(only(rhacs, fixture('22-adversarial-500-violations'), ctx).details).not.toHaveProperty('omitted');
    const violations = Array.from({ length: 10_000 }, (_, i) => ({ message: `${i} ${'x'.repeat(500)}` }));
    const processes = Array.from({ length: 10_000 }, () => ({ signal: { args: 'y'.repeat(500) } }));
    const { details } = alertOf({
      violations,
      processViolation: { message: 'm', processes },
      policy: { ...policy, description: 'z'.repeat(5_000_000) },
    });
    const kept = details as {
      alert: { violations: unknown[]; processViolation: { message: string; processes: unknown[] } };
      omitted: unknown;
    };
    expect(JSON.stringify(details).length).toBeLessThan(1_100_000);
    expect(kept.omitted).toEqual({
      violations: 10_000 - kept.alert.violations.length,
      processes: 10_000 - kept.alert.processViolation.processes.length,
      values: 1,
    });
    expect(kept.alert.violations.at(-1)).toEqual(violations[kept.alert.violations.length - 1]);
    expect(kept.alert.processViolation.message).toBe('m');
  });

  it('replaces lone surrogates', () => {
    const alert = alertOf({ deployment: { name: 'a\ud800' }, violations: [{ message: '\udc00' }] });
    expect(alert.labels.get('deployment')).toBe('a\ufffd');
    expect(alert.annotations.get('violations')).toBe('\ufffd');
    expect(alert.details).toMatchObject({ alert: { deployment: { name: 'a\ufffd' } } });
  });

  it('ignores members of the wrong type', () => {
    const wrong = {
      id: 5,
      clusterName: {},
      namespace: [],
      violations: { length: 3 },
      processViolation: 'x',
      enforcement: [],
      time: {},
      policy: { name: 'P', description: 7, categories: ['c', 5, null], severity: [] },
      deployment: { name: ['d'], type: 1, containers: [5, null, { image: 'x' }], inactive: 'yes' },
    };
    const alert = only(rhacs, { alert: wrong }, CENTRAL);
    expect(alert.labels.toJSON()).toEqual({
      alertname: 'P',
      source: 'rhacs',
      entity_type: 'deployment',
      lifecycle_stage: 'deploy',
    });
    expect(alert.annotations.toJSON()).toEqual({
      categories: 'c',
      summary: "Deployment  (in cluster ) violates 'P' Policy",
    });
  });
});

describe("Central's id of an alert", () => {
  it('is found in the details', () => {
    const { details } = only(rhacs, fixture('01-deploy-email-annotation'), ctx);
    expect(rhacsAlertId(details)).toBe('ce14e79c-7a8d-447f-944b-48550fa9e89d');
  });

  it.each([[undefined], [null], [{}], [{ alert: 5 }], [{ alert: { id: 5 } }], [{ alert: { id: 'testalert' } }]])(
    'is absent from %j',
    (details) => expect(rhacsAlertId(details)).toBeUndefined(),
  );
});

describe('a product of the same family', () => {
  it('has its own name, wording and links', () => {
    const sister = createStackroxSource({
      name: 'sister',
      title: 'Sister',
      defaultPath: '/webhooks/sister',
      alertPage: '/a/',
      imagePage: '/i/',
      policyPage: '',
    });
    const alert = only(sister, { alert: { id: 'x', node: { name: 'n' } } }, CENTRAL);
    expect(alert.labels.toJSON()).toMatchObject({ source: 'sister', alertname: 'Sister alert' });
    expect(alert.generatorURL).toBe('https://central.example.com/a/x');
  });
});

describe('what cannot be read', () => {
  it.each([
    [undefined, 'expected an object, found nothing'],
    [[], 'expected an object, found a list'],
    ['x', 'expected an object, found a string'],
    [{ alert: 'x' }, 'alert: expected an object, found a string'],
    [{ audit: null }, 'audit: expected an object, found null'],
  ])('%j', (body, message) => expect(() => rhacs.parse(body, ctx)).toThrow(new UnreadableError(message)));

  it.each([
    [{}, 'expected one of "alert", "audit" and "networkpolicy", found none of them'],
    [{ alert: {} }, 'alert: the message contains no alert'],
    [{ audit: { time: 'x' } }, 'audit: the message contains no alert'],
    [{ networkpolicy: { yaml: 5 } }, 'networkpolicy: the message contains no alert'],
  ])('%j, by this version', (body, message) =>
    expect(() => rhacs.parse(body, ctx)).toThrow(new UnknownMessageError(message)),
  );

  it('does not look into the prototype', () => {
    const body = JSON.parse('{"__proto__":{"alert":{"policy":{"name":"P"}}}}') as unknown;
    expect(() => rhacs.parse(body, ctx)).toThrow(UnreadableError);
  });
});
