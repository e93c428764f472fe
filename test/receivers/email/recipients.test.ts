import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alert/alert.ts';
import { createMatcher } from '../../../src/alert/matcher.ts';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import type { TeamConfig } from '../../../src/config/types.ts';
import { Directory } from '../../../src/directory/directory.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { Metrics } from '../../../src/metrics/metrics.ts';
import { Recipients } from '../../../src/receivers/email/recipients.ts';
import type { RecipientsConfig } from '../../../src/receivers/email/recipients-config.ts';
import type { NamespaceAnnotations } from '../../../src/sources/rhacs/namespaces/config.ts';
import { rhacs } from '../../../src/sources/rhacs/rhacs.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type TestContext, testContext } from '../support/context.ts';
import { alertWith } from '../support/notification.ts';

type Json = Record<string, unknown>;

interface Surroundings {
  readonly recipients?: Partial<RecipientsConfig>;
  readonly to?: string;
  readonly teams?: readonly TeamConfig[];
  /** `CLUSTER/NAMESPACE` to annotations. */
  readonly namespaces?: Record<string, Record<string, string>>;
}

async function setUp({ recipients, to = 'soc@example.org', teams = [], namespaces = {} }: Surroundings = {}) {
  const context: TestContext = await testContext();
  const all = Object.entries(namespaces).map(
    ([path, annotations]) => [path, new Map(Object.entries(annotations))] as const,
  );
  const namespaceAnnotations: NamespaceAnnotations = { from: 'static', namespaces: new Map(all) };
  const source = { path: '', auth: undefined, staleAfter: undefined, options: { namespaceAnnotations } };
  const directory = new Directory({ teams, sources: new Map([['rhacs', source]]) });
  const config = { annotation: 'email', default: [], allowedDomains: [], ...recipients };
  const subject = new Recipients(config, to, { directory, logger: context.logger as Logger });
  await directory.start({ clock: new FakeClock(), logger: context.logger, metrics: new Metrics() });
  return { subject, context };
}

/** An alert as the source makes it of a body. */
function rhacsAlert(body: unknown): NotifiedAlert {
  const config = { path: '', auth: undefined, staleAfter: undefined, options: {} };
  const [input] = rhacs.parse(body, { config, now: Date.parse('2026-03-01T08:20:00Z'), query: {} }).alerts;
  const { alert } = alertWith();
  const { labels, annotations, details } = input as Pick<Alert, 'labels' | 'annotations' | 'details'>;
  return { alert: { ...alert, labels, annotations, details, source: 'rhacs' }, status: 'firing' };
}

function fixture(name: string): NotifiedAlert {
  return rhacsAlert(JSON.parse(readFileSync(new URL(`../../fixtures/rhacs/${name}.json`, import.meta.url), 'utf8')));
}

const CLUSTER = { clusterId: 'c-1', clusterName: 'prod' };

/** A violation of one deployment. */
function deployment(over: Json, alert: Json = {}): NotifiedAlert {
  const entity = { id: 'd', name: 'shop-api', namespace: 'shop', ...CLUSTER, ...over };
  return rhacsAlert({ alert: { policy: { name: 'P' }, namespace: 'shop', ...CLUSTER, deployment: entity, ...alert } });
}

function resource(resourceType: string): NotifiedAlert {
  const entity = { resourceType, name: 'x', namespace: 'shop', ...CLUSTER };
  return rhacsAlert({ alert: { policy: { name: 'P' }, namespace: 'shop', ...CLUSTER, resource: entity } });
}

const named = (email: string): Json => ({ annotations: { email } });

/** Who hears of one alert; '' is the default. */
async function hearing(alert: NotifiedAlert, surroundings: Surroundings = {}): Promise<string[]> {
  const { subject } = await setUp(surroundings);
  return [...subject.audiences([alert]).keys()];
}

describe('RHACS: the rule of its own mail, row by row', () => {
  const NAMESPACE = { namespaces: { 'c-1/shop': { email: 'ns@example.org' } } };

  test.each<[string, NotifiedAlert, string[], Surroundings?]>([
    ['no key: nothing is looked up', deployment(named('dev@example.org')), [''], { recipients: { annotation: '' } }],
    ['deployment annotation', deployment(named('dev@example.org')), ['dev@example.org']],
    ['deployment label', deployment({ labels: { email: 'payments' } }), ['pay@example.org']],
    [
      'annotation and label: the annotation',
      deployment({ ...named('dev@example.org'), labels: { email: 'payments' } }),
      ['dev@example.org'],
    ],
    ['namespace annotation', deployment({}), ['ns@example.org'], NAMESPACE],
    ['deployment before namespace', deployment(named('dev@example.org')), ['dev@example.org'], NAMESPACE],
    ['label before namespace', deployment({ labels: { email: 'payments' } }), ['pay@example.org'], NAMESPACE],
    [
      'by the cluster’s name too',
      deployment({}),
      ['ns@example.org'],
      { namespaces: { 'prod/shop': NAMESPACE.namespaces['c-1/shop'] } },
    ],
    [
      'a namespace of that name elsewhere',
      deployment({}),
      [''],
      { namespaces: { 'c-2/shop': { email: 'x@example.org' } } },
    ],
    ['nothing: the default', deployment({}), ['']],
    ['empty annotation: not the namespace, not nobody, but the default', deployment(named('')), [''], NAMESPACE],
    ['key in other case', deployment({ annotations: { Email: 'dev@example.org' } }), ['']],
    ['key with a space', deployment({ annotations: { 'email ': 'dev@example.org' } }), ['']],
    ['a value that is no text', deployment({ annotations: { email: ['dev@example.org'] } }), ['']],
    ['annotations that are no object', deployment({ annotations: 'email' }), ['']],
    ['secret: namespace annotation', resource('SECRETS'), ['ns@example.org'], NAMESPACE],
    ['secret: else the default', resource('SECRETS'), ['']],
    ['cluster role: the default, even with a namespace', resource('CLUSTER_ROLES'), [''], NAMESPACE],
    ['cluster role binding: the same', resource('CLUSTER_ROLE_BINDINGS'), [''], NAMESPACE],
    ['image: the default', fixture('08-build-image'), ['']],
    ['node: the default', fixture('11-node-file-access'), ['']],
    ['Test button: the default', fixture('19-test-button'), ['']],
    ['audit message: the default', fixture('17-audit-message'), ['']],
    ['network policy: the default', fixture('18-networkpolicy-message'), ['']],
    ['namespace missing', deployment({ namespace: '' }, { namespace: '' }), [''], NAMESPACE],
    [
      'cluster missing',
      deployment({ clusterId: '', clusterName: '' }, { clusterId: '', clusterName: '' }),
      [''],
      NAMESPACE,
    ],
    [
      'several addresses: each of them (RHACS takes the whole as one)',
      deployment(named('a@example.org, B <b@example.org>')),
      ['a@example.org', 'b@example.org'],
    ],
    [
      'an alert’s own label is no annotation of the deployment',
      rhacsAlert({ email: 'x@example.org', alert: { policy: { name: 'P' }, deployment: { name: 'd' } } }),
      [''],
    ],
  ])('%s', async (_, alert, expected, surroundings = {}) => {
    const teams = [{ name: 'payments', email: ['pay@example.org'], matchers: [] }];
    expect(await hearing(alert, { teams, ...surroundings })).toEqual(expected);
  });

  test('a value cut after 256 bytes loses its last address, with a note', async () => {
    const alert = fixture('14-deploy-multi-container');
    const { subject, context } = await setUp();
    expect([...subject.audiences([alert]).keys()]).toEqual([
      'web-team@example.com',
      'web-oncall@example.com',
      'storefront-dev@example.com',
      'storefront-qa@example.com',
      'storefront-design@example.com',
      'platform-shop-liaison@example.com',
      'shop-release-managers@example.com',
      'shop-security-champions@example.com',
    ]);
    const note =
      'prod-eu-1/shop/storefront: deployment annotation email is "web-team@example.com, web-oncall@example.com, ' +
      'storefront-dev@example.com, storefront-qa@example.com,…", but it was cut where it ends in "...": whoever is named ' +
      'there is left out.';
    expect(subject.notes([alert])).toEqual([note]);
    expect(context.logged).toEqual([['warn', 'Recipients named by an alert cannot be used', { problem: note }]]);
  });

  test('hostile names of annotations are only names', async () => {
    for (const annotation of ['__proto__', 'constructor', 'toString']) {
      expect(await hearing(deployment({ annotations: {} }), { recipients: { annotation } })).toEqual(['']);
    }
  });
});

describe('other sources', () => {
  test.each<[string, NotifiedAlert, string[]]>([
    ['annotation', alertWith({}, { email: 'dev@example.org' }), ['dev@example.org']],
    ['label', alertWith({ email: 'dev@example.org' }), ['dev@example.org']],
    [
      'the annotation before the label',
      alertWith({ email: 'a@example.org' }, { email: 'b@example.org' }),
      ['b@example.org'],
    ],
    ['neither', alertWith(), ['']],
  ])('%s', async (_, alert, expected) => expect(await hearing(alert)).toEqual(expected));
});

describe('teams', () => {
  const teams: readonly TeamConfig[] = [
    { name: 'db', email: ['db@example.org', 'dba@example.org'], matchers: [createMatcher('=~', 'instance', 'db-.*')] },
    { name: 'node', email: ['node@example.org'], matchers: [createMatcher('=', 'job', 'node')] },
    { name: 'nobody', email: ['nobody@example.org'], matchers: [] },
  ];

  test('all that match hear, before the default; one without matchers only when it is named', async () => {
    expect(await hearing(alertWith(), { teams })).toEqual(['db@example.org', 'dba@example.org', 'node@example.org']);
    expect(await hearing(alertWith({ instance: 'web-1', job: 'web' }), { teams })).toEqual(['']);
    expect(await hearing(alertWith({}, { email: 'nobody' }), { teams })).toEqual(['nobody@example.org']);
  });

  test('an annotation goes before a team, also when the default has to stand in for it', async () => {
    expect(await hearing(alertWith({}, { email: 'dev@example.org' }), { teams })).toEqual(['dev@example.org']);
    expect(await hearing(alertWith({}, { email: 'nonsense' }), { teams })).toEqual(['']);
  });

  test('match what has no recipients of its own, too: a node, a cluster role', async () => {
    const platform = {
      name: 'p',
      email: ['platform@example.org'],
      matchers: [createMatcher('=', 'entity_type', 'node')],
    };
    expect(await hearing(fixture('11-node-file-access'), { teams: [platform] })).toEqual(['platform@example.org']);
  });

  test('allowed_domains are not for the file’s own words', async () => {
    expect(await hearing(alertWith(), { teams, recipients: { allowedDomains: ['example.com'] } })).toContain(
      'db@example.org',
    );
  });

  test('a bad address is found when the receiver is built', async () => {
    const bad = [{ name: 'x', email: ['a@-'], matchers: [] }];
    await expect(setUp({ teams: bad })).rejects.toThrow('teams.x.email: "a@-" is not a mail address: bad domain');
  });
});

describe('audiences', () => {
  test('an alert is in the audience of each of its recipients, once, however they are written', async () => {
    const { subject } = await setUp();
    const one = alertWith({ instance: 'a' }, { email: 'Dev <Dev@Example.org>, dev@example.org, ops@example.org' });
    const two = alertWith({ instance: 'b' }, { email: 'OPS@example.org' });
    const three = alertWith({ instance: 'c' });
    const audiences = subject.audiences([one, two, three]);
    expect([...audiences]).toEqual([
      ['dev@example.org', [one]],
      ['ops@example.org', [one, two]],
      ['', [three]],
    ]);
    expect(subject.mailbox('dev@example.org', [one])).toEqual({ name: 'Dev', address: 'Dev@Example.org' });
    expect(subject.mailbox('former@example.org', [one])).toEqual({ name: '', address: 'former@example.org' });
    expect(subject.mailbox('', [three])).toBeUndefined();
  });

  test('letters that only look alike make another audience', async () => {
    // The Kelvin sign, whose small letter is k.
    expect(await hearing(alertWith({}, { email: '\u212aim@example.org, kim@example.org' }))).toHaveLength(2);
  });

  test('the default’s only address is the default, so that one person gets one mail', async () => {
    const alerts = [alertWith({ instance: 'a' }, { email: 'SOC@example.org' }), alertWith({ instance: 'b' })];
    const { subject } = await setUp();
    expect([...subject.audiences(alerts)]).toEqual([['', alerts]]);
    const several = await setUp({ recipients: { default: ['soc@example.org', 'ciso@example.org'] } });
    expect([...several.subject.audiences(alerts).keys()]).toEqual(['soc@example.org', '']);
  });

  test('nobody reads of an alert twice: who is of the default is not told apart when the default is', async () => {
    const alert = alertWith({}, { email: 'soc@example.org, dev@example.org, nonsense' });
    const recipients = { default: ['soc@example.org', 'ciso@example.org'] };
    expect(await hearing(alert, { recipients })).toEqual(['', 'dev@example.org']);
  });

  test('are at most 1,000; alerts of any other go to the default', async () => {
    const { subject } = await setUp();
    const alerts = Array.from({ length: 1_200 }, (_, i) => alertWith({ i: String(i) }, { email: `a${i}@example.org` }));
    const audiences = subject.audiences(alerts);
    expect(audiences.size).toBe(1_001);
    expect(audiences.get('')).toHaveLength(200);
  });

  test('outside the allowed domains are none, whoever was told before', async () => {
    const { subject } = await setUp({ recipients: { allowedDomains: ['example.org', '*.example.com'] } });
    const may = (address: string): boolean => subject.isAudience(address);
    expect(['', 'a@example.org', 'a@eu.example.com'].map(may)).toEqual([true, true, true]);
    expect(['a@example.com', 'a@x.example.org', 'a@evilexample.org'].map(may)).toEqual([false, false, false]);
  });
});

describe('notes', () => {
  test('say what was wrong, where, and what was done', async () => {
    const { subject } = await setUp({ recipients: { allowedDomains: ['example.org'] } });
    expect(subject.notes([deployment(named('me@evil.example'))])).toEqual([
      'prod/shop/shop-api: deployment annotation email is "me@evil.example", but "me@evil.example" is in no allowed ' +
        'domain. The default was told.',
    ]);
    expect(subject.notes([deployment(named('a@example.org, b'))])).toEqual([
      'prod/shop/shop-api: deployment annotation email is "a@example.org, b", but "b" is not a mail address: no "@". ' +
        'The default was told too.',
    ]);
    expect(subject.notes([deployment(named(''))])).toEqual([
      'prod/shop/shop-api: deployment annotation email is "", but it is empty. The default was told.',
    ]);
    expect(subject.notes([alertWith({ email: 'x' })])).toEqual([
      'DiskFull: label email is "x", but "x" is not a mail address: no "@". The default was told.',
    ]);
    expect(subject.notes([deployment(named('a@example.org')), deployment({})])).toEqual([]);
  });

  test('are logged once for an alert and value, and bounded in a mail', async () => {
    const { subject, context } = await setUp();
    const alerts = Array.from({ length: 30 }, (_, i) => deployment({ name: `d${i}`, ...named('nonsense') }));
    subject.audiences(alerts);
    subject.audiences(alerts);
    expect(context.logged).toHaveLength(30);
    subject.audiences([deployment({ name: 'd0', ...named('other nonsense') })]);
    expect(context.logged).toHaveLength(31);
    const notes = subject.notes(alerts);
    expect(notes).toHaveLength(21);
    expect(notes[20]).toBe('10 more remarks of this kind are in the log.');
  });
});
