import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roxctl } from '../../../src/sources/roxctl/roxctl.ts';
import { context, NOW } from '../context.ts';

const RUN = {
  pipeline: 'cart',
  branch: 'main',
  job: 'scan',
  commit: '9f2c1e7',
  link: 'https://ci.example.org/cart/812',
};

const parse = (body: unknown, query: Record<string, string> = {}) =>
  roxctl.parse(body, { ...context(undefined), query });

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/roxctl/${name}.json`, import.meta.url), 'utf8'));

const policy = { name: 'Latest tag', severity: 'LOW', description: '', violation: ['latest'], remediation: '' };
const check = (...violatedPolicies: unknown[]) => ({
  results: [{ metadata: { id: 'i', additionalInfo: { name: 'i', type: 'image' } }, violatedPolicies }],
});

describe('roxctl image check', () => {
  const { alerts, rejected } = parse(fixture('image-check'), RUN);
  const [first] = alerts;

  it('gives an event for each violated policy', () => {
    expect(rejected).toEqual([]);
    expect(alerts.map(({ labels, event }) => [event, labels.get('alertname'), labels.get('severity')])).toEqual([
      [true, 'Log4Shell: log4j Remote Code Execution vulnerability', 'critical'],
      [true, 'Fixable Severity at least Important', 'high'],
      [true, 'Latest tag', 'low'],
    ]);
  });

  it('has the labels of RHACS, and those of the run', () => {
    expect(first?.labels.toJSON()).toEqual({
      alertname: 'Log4Shell: log4j Remote Code Execution vulnerability',
      branch: 'main',
      entity_type: 'image',
      image: 'quay.io/acme-shop/cart:3.1.0-rc.2',
      lifecycle_stage: 'build',
      pipeline: 'cart',
      severity: 'critical',
      source: 'roxctl',
    });
  });

  it('keeps what must not tell alerts apart out of the labels', () => {
    const { violations, ...annotations } = first?.annotations.toJSON() ?? {};
    expect(violations?.split('\n')).toHaveLength(2);
    expect(annotations).toEqual({
      commit: '9f2c1e7',
      description: 'Alert on images with the Log4Shell vulnerabilities (CVE-2021-44228 and CVE-2021-45046)',
      enforcement: 'The check fails the build',
      job: 'scan',
      remediation: 'Update the log4j libary to version 2.16.0 (for Java 8 or later), 2.12.2 (for Java 7) or later.',
      summary:
        "Image quay.io/acme-shop/cart:3.1.0-rc.2 violates 'Log4Shell: log4j Remote Code Execution vulnerability' Policy",
    });
    expect(first?.generatorURL).toBe('https://ci.example.org/cart/812');
    expect(first?.startsAt).toBeUndefined();
  });

  it('says only of policies that fail the check that they do', () => {
    expect(alerts.map(({ annotations }) => annotations.has('enforcement'))).toEqual([true, false, false]);
  });
});

describe('roxctl deployment check', () => {
  it('names kind and namespace; the cluster is the caller’s to say', () => {
    const { alerts } = parse(fixture('deployment-check'), { cluster: 'prod-eu-1' });
    expect(alerts.map(({ labels }) => labels.toJSON())).toEqual([
      {
        alertname: 'Secure Shell (ssh) Port Exposed',
        cluster: 'prod-eu-1',
        deployment: 'checkout-api',
        deployment_type: 'Deployment',
        entity_type: 'deployment',
        lifecycle_stage: 'deploy',
        namespace: 'shop',
        severity: 'high',
        source: 'roxctl',
      },
      {
        alertname: 'Privileged Container',
        cluster: 'prod-eu-1',
        deployment: 'cart-migrate',
        deployment_type: 'Job',
        entity_type: 'deployment',
        lifecycle_stage: 'deploy',
        severity: 'medium',
        source: 'roxctl',
      },
    ]);
  });

  it('takes a namespace from the query', () => {
    const { alerts } = parse(fixture('deployment-check'), { namespace: 'blue' });
    expect(alerts.map(({ labels }) => labels.get('namespace'))).toEqual(['blue', 'blue']);
  });
});

describe('the older --json', () => {
  it('is read as RHACS sends alerts', () => {
    const { alerts, rejected } = parse(fixture('image-check-protojson'), RUN);
    expect(rejected).toEqual([]);
    expect(alerts.map(({ labels }) => labels.toJSON())).toEqual([
      {
        alertname: 'Fixable Severity at least Important',
        branch: 'main',
        entity_type: 'image',
        image: 'quay.io/acme-shop/cart:3.1.0-rc.2',
        lifecycle_stage: 'build',
        pipeline: 'cart',
        severity: 'high',
        source: 'roxctl',
      },
    ]);
    expect(alerts[0]?.annotations.get('enforcement')).toBe('The check fails the build');
    expect(alerts[0]).toMatchObject({ event: true, generatorURL: RUN.link });
  });

  it('does not claim that a deployment was scaled to zero', () => {
    const enforcement = { action: 'SCALE_TO_ZERO_ENFORCEMENT', message: 'Scaled to 0' };
    const [alert] = parse({ alerts: [{ policy: { name: 'P' }, deployment: { name: 'd' }, enforcement }] }).alerts;
    expect(alert?.annotations.has('enforcement')).toBe(false);
    expect(JSON.stringify(alert?.details)).not.toContain('SCALE_TO_ZERO');
  });
});

describe('nothing violated', () => {
  it.each([
    [{ summary: { CRITICAL: 0, HIGH: 0, LOW: 0, MEDIUM: 0, TOTAL: 0 } }],
    [{ results: [], summary: {} }],
    [{ results: null, summary: {} }],
    [{ alerts: [] }],
    [{ remarks: [{ name: 'd', permissionLevel: 'NONE' }] }],
    [{}],
  ])('%j', (body) => {
    expect(parse(body)).toEqual({ alerts: [], rejected: [] });
  });
});

describe('the run', () => {
  const occurrence = (query: Record<string, string>, body: unknown = check(policy)) =>
    parse(body, query).alerts[0]?.occurrence;

  it('is the same when it is sent again, and another with another link, job or commit', () => {
    expect(occurrence(RUN)).toEqual(occurrence(RUN));
    for (const other of [{ link: 'https://ci.example.org/cart/813' }, { job: 'scan-2' }, { commit: 'aaaaaaa' }]) {
      expect(occurrence({ ...RUN, ...other })?.id).not.toBe(occurrence(RUN)?.id);
    }
  });

  it('is each message where nothing tells runs apart', () => {
    const later = { ...context(undefined), now: NOW + 1, query: { pipeline: 'cart' } };
    const [again] = roxctl.parse(check(policy), later).alerts;
    expect(occurrence({ pipeline: 'cart' })?.id).not.toBe(again?.occurrence?.id);
  });

  it('has news when the findings differ', () => {
    const other = occurrence(RUN, check({ ...policy, violation: ['other'] }));
    expect(other?.id).toBe(occurrence(RUN)?.id);
    expect(other?.revision).not.toBe(occurrence(RUN)?.revision);
  });

  it('has any other parameter as an extra label', () => {
    const { alerts } = parse(check(policy), { team: 'pay', 'a-b': '1', ['__proto__']: 'x', empty: '' });
    expect(alerts[0]?.labels.toJSON()).toMatchObject({ extra_team: 'pay', extra_a_b: '1', extra___proto__: 'x' });
    expect(alerts[0]?.labels.has('extra_empty')).toBe(false);
  });

  it('may name recipients: parameters are annotations, but do not replace what the check says', () => {
    const query = { email: 'shop@example.org', 'a-b': '1', summary: 'All is well', commit: 'c' };
    const annotations = parse(check(policy), query).alerts[0]?.annotations.toJSON();
    expect(annotations).toMatchObject({ email: 'shop@example.org', commit: 'c' });
    expect(annotations?.summary).toBe("Image i violates 'Latest tag' Policy");
    expect(annotations).not.toHaveProperty('a-b');
  });

  it.each(['javascript:alert(1)', '//ci.example.org', 'ci/812', `https://ci.example.org/${'a'.repeat(4_000)}`])(
    'is not linked to %s',
    (link) => {
      const { alerts, rejected } = parse(check(policy), { link });
      expect(alerts[0]?.generatorURL).toBe('');
      expect(rejected).toEqual(['link: expected an http or https address']);
    },
  );
});

describe('what cannot be read', () => {
  it.each([
    [[], 'expected an object, found a list'],
    [{ foo: 1 }, 'expected the output of "roxctl ... check --output json": found neither "results" nor "alerts"'],
    [{ results: {} }, 'results: expected a list, found an object'],
    [{ alerts: 'x' }, 'alerts: expected a list, found a string'],
  ])('%j', (body, message) => {
    expect(() => parse(body)).toThrow(message);
  });

  it('is named by its place; the rest is taken', () => {
    const body = { results: [7, { violatedPolicies: [policy, null, {}, { name: 'B' }] }] };
    const { alerts, rejected } = parse(body);
    expect(alerts.map(({ labels }) => labels.get('alertname'))).toEqual(['Latest tag', 'B']);
    expect(rejected).toEqual([
      'results[0]: expected an object, found a number',
      'results[1].violatedPolicies[1]: expected an object, found null',
      'results[1].violatedPolicies[2]: the message contains no alert',
    ]);
  });

  it('makes an alert without an entity of an unknown one', () => {
    const body = { results: [{ metadata: { id: 'unknown', additionalInfo: null }, violatedPolicies: [policy] }] };
    expect(parse(body).alerts[0]?.labels.toJSON()).toEqual({
      alertname: 'Latest tag',
      lifecycle_stage: 'build',
      severity: 'low',
      source: 'roxctl',
    });
  });
});
