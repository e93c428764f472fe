import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alert/alert.ts';
import { AlertRecord } from '../../../src/alert/alert-record.ts';
import { LabelSet } from '../../../src/alert/label-set.ts';
import { createMatcher } from '../../../src/alert/matcher.ts';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import type { RecipientsConfig } from '../../../src/config/recipients.ts';
import type { TeamConfig } from '../../../src/config/types.ts';
import { Directory } from '../../../src/directory/directory.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { Metrics } from '../../../src/metrics/metrics.ts';
import { splitByAudience } from '../../../src/notify/audience/audiences.ts';
import { TargetResolver } from '../../../src/notify/audience/target-resolver.ts';
import type { Flush } from '../../../src/notify/flush.ts';
import { NotificationLog } from '../../../src/notify/notification-log.ts';
import { emailTarget } from '../../../src/receivers/email/target.ts';
import type { Receiver } from '../../../src/receivers/receiver.ts';
import { buildRouteTree } from '../../../src/routing/route.ts';
import type { NamespaceAnnotations } from '../../../src/sources/rhacs/namespaces/config.ts';
import { rhacs } from '../../../src/sources/rhacs/rhacs.ts';
import { MemoryStore } from '../../../src/store/memory.ts';
import { type TestContext, testContext } from '../../receivers/support/context.ts';
import { alertWith } from '../../receivers/support/notification.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { routeConfig } from '../../support/routes.ts';

const RECEIVER: Receiver = { send: async () => {}, close: async () => {} };
const FLUSH: Omit<Flush, 'alerts'> = {
  groupKey: '{}:{}',
  groupLabels: LabelSet.empty,
  route: buildRouteTree(routeConfig({ receiver: 'r' })),
  now: 0,
};

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
  const config = { annotation: 'email', default: [], allowed: [], ...recipients };
  const configured = config.default.join(', ') || to;
  const settings = { ...config, kind: 'email', target: emailTarget, configured };
  const subject = new TargetResolver(settings, { directory, logger: context.logger as Logger });
  await directory.start({ clock: new FakeClock(), logger: context.logger, metrics: new Metrics() });
  const log = new NotificationLog({ ...context, store: new MemoryStore(), retention: 3_600_000 });
  const integration = {
    receiverName: 'r',
    kind: 'email',
    index: 0,
    identity: 'one',
    sendResolved: true,
    receiver: RECEIVER,
    resolver: subject,
  };
  /** What the alerts of a first flush come to. */
  const split = (alerts: readonly NotifiedAlert[]) => {
    const items = alerts.map(({ alert }) => ({ alert, record: new AlertRecord(alert) }));
    return splitByAudience({ ...FLUSH, alerts: items }, items, integration, { log, logger: context.logger });
  };
  /** Target ids to alerts; '' is the configured recipients. */
  const audiences = (alerts: readonly NotifiedAlert[]) =>
    new Map(split(alerts).map(({ target, items }) => [target?.id ?? '', items.map(({ alert }) => alert)]));
  const notes = (alerts: readonly NotifiedAlert[]) => split(alerts)[0]?.notes(alerts.map(({ alert }) => alert)) ?? [];
  return { subject, context, split, audiences, notes };
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

const emails = (...addresses: string[]): TeamConfig['targets'] => new Map([['email', addresses]]);
const named = (email: string): Json => ({ annotations: { email } });

/** Who is notified of one alert; '' stands for the configured recipients. */
async function notified(alert: NotifiedAlert, surroundings: Surroundings = {}): Promise<string[]> {
  const { audiences } = await setUp(surroundings);
  return [...audiences([alert]).keys()];
}

describe('RHACS: the rule of its own email, row by row', () => {
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
    const teams = [{ name: 'payments', targets: emails('pay@example.org'), matchers: [] }];
    expect(await notified(alert, { teams, ...surroundings })).toEqual(expected);
  });

  test('a value cut after 256 bytes loses its last address, with a note', async () => {
    const alert = fixture('14-deploy-multi-container');
    const { audiences, notes, context } = await setUp();
    expect([...audiences([alert]).keys()]).toEqual([
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
      'storefront-dev@example.com, storefront-qa@example.com,…", but it is truncated (it ends in "..."): the last ' +
      'recipient is left out.';
    expect(notes([alert])).toEqual([note]);
    expect(context.logged).toEqual([['warn', 'Recipients named by an alert cannot be used', { problem: note }]]);
  });

  test('hostile names of annotations are only names', async () => {
    for (const annotation of ['__proto__', 'constructor', 'toString']) {
      expect(await notified(deployment({ annotations: {} }), { recipients: { annotation } })).toEqual(['']);
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
  ])('%s', async (_, alert, expected) => expect(await notified(alert)).toEqual(expected));
});

describe('teams', () => {
  const teams: readonly TeamConfig[] = [
    {
      name: 'db',
      targets: emails('db@example.org', 'dba@example.org'),
      matchers: [createMatcher('=~', 'instance', 'db-.*')],
    },
    { name: 'node', targets: emails('node@example.org'), matchers: [createMatcher('=', 'job', 'node')] },
    { name: 'nobody', targets: emails('nobody@example.org'), matchers: [] },
  ];

  test('all that match hear, before the default; one without matchers only when it is named', async () => {
    expect(await notified(alertWith(), { teams })).toEqual(['db@example.org', 'dba@example.org', 'node@example.org']);
    expect(await notified(alertWith({ instance: 'web-1', job: 'web' }), { teams })).toEqual(['']);
    expect(await notified(alertWith({}, { email: 'nobody' }), { teams })).toEqual(['nobody@example.org']);
  });

  test('an annotation goes before a team, also when the default has to stand in for it', async () => {
    expect(await notified(alertWith({}, { email: 'dev@example.org' }), { teams })).toEqual(['dev@example.org']);
    expect(await notified(alertWith({}, { email: 'nonsense' }), { teams })).toEqual(['']);
  });

  test('match what has no recipients of its own, too: a node, a cluster role', async () => {
    const platform = {
      name: 'p',
      targets: emails('platform@example.org'),
      matchers: [createMatcher('=', 'entity_type', 'node')],
    };
    expect(await notified(fixture('11-node-file-access'), { teams: [platform] })).toEqual(['platform@example.org']);
  });

  test('allowed_domains are not for the file’s own words', async () => {
    expect(await notified(alertWith(), { teams, recipients: { allowed: ['example.com'] } })).toContain(
      'db@example.org',
    );
  });
});

describe('audiences', () => {
  test('an alert is in the audience of each of its recipients, once, however they are written', async () => {
    const { split, audiences, subject } = await setUp();
    const one = alertWith({ instance: 'a' }, { email: 'Dev <Dev@Example.org>, dev@example.org, ops@example.org' });
    const two = alertWith({ instance: 'b' }, { email: 'OPS@example.org' });
    const three = alertWith({ instance: 'c' });
    expect([...audiences([one, two, three])]).toEqual([
      ['dev@example.org', [one.alert]],
      ['ops@example.org', [one.alert, two.alert]],
      ['', [three.alert]],
    ]);
    expect(split([one]).map(({ target }) => target)).toEqual([
      { id: 'dev@example.org', name: 'Dev', address: 'Dev@Example.org' },
      { id: 'ops@example.org', name: '', address: 'ops@example.org' },
    ]);
    expect(subject.former('former@example.org')).toEqual({
      id: 'former@example.org',
      name: '',
      address: 'former@example.org',
    });
  });

  test('letters that only look alike make another audience', async () => {
    // The Kelvin sign, whose small letter is k.
    expect(await notified(alertWith({}, { email: '\u212aim@example.org, kim@example.org' }))).toHaveLength(2);
  });

  test('the default’s only address is the default, so that one person gets one email', async () => {
    const alerts = [alertWith({ instance: 'a' }, { email: 'SOC@example.org' }), alertWith({ instance: 'b' })];
    const { audiences } = await setUp();
    expect([...audiences(alerts).keys()]).toEqual(['']);
    const several = await setUp({ recipients: { default: ['soc@example.org', 'ciso@example.org'] } });
    expect([...several.audiences(alerts).keys()]).toEqual(['soc@example.org', '']);
  });

  test('nobody is notified of an alert twice: a recipient in the default gets no separate email when the default gets one', async () => {
    const alert = alertWith({}, { email: 'soc@example.org, dev@example.org, nonsense' });
    const recipients = { default: ['soc@example.org', 'ciso@example.org'] };
    expect(await notified(alert, { recipients })).toEqual(['', 'dev@example.org']);
  });

  test('are at most 1,000; alerts of any other go to the default', async () => {
    const { audiences } = await setUp();
    const alerts = Array.from({ length: 1_200 }, (_, i) => alertWith({ i: String(i) }, { email: `a${i}@example.org` }));
    const split = audiences(alerts);
    expect(split.size).toBe(1_001);
    expect(split.get('')).toHaveLength(200);
  });

  test('outside the allowed domains are dropped, even if they were notified before', async () => {
    const { subject } = await setUp({ recipients: { allowed: ['example.org', '*.example.com'] } });
    const may = (address: string): boolean => subject.former(address) !== undefined;
    expect(['a@example.org', 'a@eu.example.com'].map(may)).toEqual([true, true]);
    expect(['a@example.com', 'a@x.example.org', 'a@evilexample.org'].map(may)).toEqual([false, false, false]);
  });
});

describe('notes', () => {
  test('say what was wrong, where, and what was done', async () => {
    const { notes } = await setUp({ recipients: { allowed: ['example.org'] } });
    expect(notes([deployment(named('me@evil.example'))])).toEqual([
      'prod/shop/shop-api: deployment annotation email is "me@evil.example", but "me@evil.example" is not in an ' +
        'allowed domain. The default recipients were notified instead.',
    ]);
    expect(notes([deployment(named('a@example.org, b'))])).toEqual([
      'prod/shop/shop-api: deployment annotation email is "a@example.org, b", but "b" is not an email address: no "@". ' +
        'The default recipients were notified as well.',
    ]);
    expect(notes([deployment(named(''))])).toEqual([
      'prod/shop/shop-api: deployment annotation email is "", but it is empty. The default recipients were notified instead.',
    ]);
    expect(notes([alertWith({ email: 'x' })])).toEqual([
      'DiskFull: label email is "x", but "x" is not an email address: no "@". The default recipients were notified instead.',
    ]);
    expect(notes([deployment(named('a@example.org')), deployment({})])).toEqual([]);
  });

  test('are logged once for an alert and value, and bounded in an email', async () => {
    const { audiences, notes, context } = await setUp();
    const alerts = Array.from({ length: 30 }, (_, i) => deployment({ name: `d${i}`, ...named('nonsense') }));
    audiences(alerts);
    audiences(alerts);
    expect(context.logged).toHaveLength(30);
    audiences([deployment({ name: 'd0', ...named('other nonsense') })]);
    expect(context.logged).toHaveLength(31);
    const shown = notes(alerts);
    expect(shown).toHaveLength(21);
    expect(shown[20]).toBe('10 more remarks of this kind are in the log.');
  });
});
