import { describe, expect, test } from 'vitest';
import { RHACS } from '../../../src/sources/rhacs/product.ts';
import { type RhacsAlert, rhacsAlert as view } from '../../../src/sources/rhacs/views/alert-view.ts';
import { rhacsAudit, rhacsNetworkPolicy } from '../../../src/sources/rhacs/views/message-views.ts';
import { mitreName } from '../../../src/sources/rhacs/views/mitre.ts';
import type { TemplateAlert } from '../../../src/templating/data.ts';
import { LEVELS, type Limits } from '../../../src/templating/limits.ts';
import { data, fixture, rhacsAlert, rhacsFixtures } from '../../templating/support.ts';

const LIMITS = LEVELS[0] as Limits;

function alertWith(details: unknown): TemplateAlert {
  const [one] = data([rhacsAlert(fixture('19-test-button.json'), { details })]).alerts;
  return one as TemplateAlert;
}

const viewOf = (details: unknown, limits = LIMITS): RhacsAlert => view(alertWith(details), RHACS, limits);
const viewOfFixture = (prefix: string): RhacsAlert =>
  viewOf(fixture(rhacsFixtures().find((name) => name.startsWith(prefix)) as string));

describe('processes', () => {
  test('as a tree by lineage', () => {
    const { processes } = viewOfFixture('03');
    expect(processes.message).toBe(
      "Binaries '/usr/bin/apt-get' and '/usr/bin/dpkg' executed with 3 different arguments under user ID 0",
    );
    expect([processes.total, processes.more, processes.trees.length]).toEqual([3, 0, 1]);
    const [tree] = processes.trees;
    expect([tree?.pod, tree?.container]).toEqual(['invoice-worker-6c9d7f8b5c-x2x7k', 'worker']);
    expect(
      tree?.lines.map(({ branch, command, args, user, pid, ancestor }) => [branch, command, args, user, pid, ancestor]),
    ).toEqual([
      ['', 'runc', '', 'root (uid 0)', '', true],
      ['└─ ', 'bash', '', 'root (uid 0)', '', true],
      ['   ├─ ', 'apt-get', 'update', 'root (uid 0)', '28114', false],
      ['   └─ ', 'apt-get', 'install -y --no-install-recommends netcat-openbsd', 'root (uid 0)', '28140', false],
      ['      └─ ', 'dpkg', '--configure -a', 'root (uid 0)', '28177', false],
    ]);
  });

  test('one tree for each pod', () => {
    expect(
      viewOfFixture('15').processes.trees.map(({ pod, lines }) => [pod, lines.map(({ command }) => command)]),
    ).toEqual([
      ['node-net-tool-7kq9d', ['sh', 'iptables']],
      ['node-net-tool-c4t8z', ['sh', 'nft']],
    ]);
  });

  test('no more than the limits allow, those that were left out at the door counted', () => {
    const processes = Array.from({ length: 9 }, (_, i) => ({ signal: { name: `p${i}`, uid: 1000 } }));
    const limited = viewOf(
      { alert: { processViolation: { processes } }, omitted: { processes: 4 } },
      { ...LIMITS, items: 5 },
    );
    expect([limited.processes.total, limited.processes.more]).toEqual([13, 8]);
    expect(limited.processes.trees[0]?.lines.map(({ command, user }) => `${command} ${user}`)).toEqual([
      'p0 uid 1000',
      'p1 uid 1000',
      'p2 uid 1000',
      'p3 uid 1000',
      'p4 uid 1000',
    ]);
  });
});

describe('violations', () => {
  test('key-value attributes, in order', () => {
    expect(viewOfFixture('04').violations.shown[0]?.facts).toEqual([
      { name: 'pod', value: 'ledger-db-0' },
      { name: 'container', value: 'postgres' },
      { name: 'commands', value: 'psql -U ledger -c select 1' },
      { name: 'Username', value: 'anna.kowalski' },
      { name: 'Groups', value: 'dba, system:authenticated' },
    ]);
  });

  test('repeated keys of network policies', () => {
    expect(viewOfFixture('07').violations.shown[0]?.facts.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'Policy ID=de3316a6-4413-40d8-ac5a-16477fc22d6b',
      'Policy name=default-deny-egress',
      'Policy ID=89b70d08-d570-4a0a-bc8d-b9edac8fd973',
      'Policy name=allow-dns',
    ]);
  });

  test('network flows', () => {
    const facts = viewOfFixture('05').violations.shown.map((violation) =>
      violation.facts.map(({ name, value }) => `${name}: ${value}`),
    );
    expect(facts[1]).toEqual([
      'From: billing/invoice-worker (Deployment)',
      'To: billing/ledger-db (StatefulSet)',
      'Port: 5432/TCP',
    ]);
    expect(facts[2]).toEqual([
      'From: billing/invoice-worker (Deployment)',
      'To: partner-sftp (external network)',
      'Port: 22/TCP',
    ]);
  });

  test('file accesses: an absent operation is a creation, the mode is octal, ids that are missing are 0', () => {
    const { shown } = viewOfFixture('06').violations;
    expect(shown[1]?.time).toBe('2026-08-20T10:10:30.002Z');
    expect(shown[1]?.facts).toEqual([
      { name: 'Operation', value: 'Created' },
      { name: 'File', value: '/etc/sudoers.d/zz-worker' },
      { name: 'Owner', value: 'root:root (0:0)' },
      { name: 'Mode', value: '0440' },
      { name: 'Process', value: 'tee /etc/sudoers.d/zz-worker (/usr/bin/tee), root (uid 0)' },
      { name: 'Pod', value: 'invoice-worker-6c9d7f8b5c-x2x7k' },
      { name: 'Container', value: 'worker' },
      { name: 'Host', value: 'worker-3.prod-eu-1.example.com' },
    ]);
    expect(shown[2]?.facts.find(({ name }) => name === 'Moved to')?.value).toBe('/tmp/.s');
    expect(viewOfFixture('11').violations.shown[0]?.facts.slice(0, 2)).toEqual([
      { name: 'Operation', value: 'Opened for writing' },
      { name: 'File', value: '/etc/ssh/sshd_config' },
    ]);
  });

  test('an operation that is not known yet', () => {
    const details = { alert: { violations: [{ message: 'm', fileAccess: { operation: 'HARD_LINK' } }] } };
    expect(viewOf(details).violations.shown[0]?.facts[0]).toEqual({ name: 'Operation', value: 'Hard link' });
  });

  test('500 of them', () => {
    const { vulnerabilities, violations } = viewOfFixture('22');
    expect([vulnerabilities.shown.length, vulnerabilities.more, vulnerabilities.total]).toEqual([60, 440, 500]);
    expect(violations.total).toBe(0);
  });
});

describe('the rest of the story', () => {
  test('policy criteria', () => {
    expect(viewOfFixture('09').policy.criteria).toEqual([
      {
        name: '',
        lines: [
          'Kubernetes Resource: SECRETS',
          'Kubernetes API Verb: GET',
          'Kubernetes Resource Name: kubeadmin',
          'Kubernetes User Name: NOT (system:apiserver OR system:serviceaccount:openshift-authentication:oauth-openshift)',
        ],
      },
    ]);
    const values = [{ value: 'a' }, { value: 'b' }];
    const details = {
      alert: {
        policy: {
          policySections: [{ sectionName: 'S', policyGroups: [{ fieldName: 'F', booleanOperator: 'AND', values }] }],
        },
      },
    };
    expect(viewOf(details).policy.criteria).toEqual([{ name: 'S', lines: ['F: a AND b'] }]);
  });

  test('MITRE with names, a tactic named twice only once, unknown ids bare', () => {
    expect(viewOfFixture('04').policy.mitre).toEqual([
      {
        id: 'TA0002',
        name: 'Execution',
        url: 'https://attack.mitre.org/tactics/TA0002/',
        techniques: [
          { id: 'T1609', name: 'Container Administration Command', url: 'https://attack.mitre.org/techniques/T1609/' },
          {
            id: 'T1059.004',
            name: 'Command and Scripting Interpreter: Unix Shell',
            url: 'https://attack.mitre.org/techniques/T1059/004/',
          },
        ],
      },
    ]);
    expect(viewOf({ alert: { policy: { mitreAttackVectors: [{ tactic: 'TA9999"' }] } } }).policy.mitre).toEqual([
      { id: 'TA9999"', name: '', url: '', techniques: [] },
    ]);
  });

  test('every id of the fixtures has a name', () => {
    const ids = new Set<string>();
    for (const name of rhacsFixtures()) {
      for (const [id] of JSON.stringify(fixture(name)).matchAll(/\bTA?\d{4}(\.\d{3})?\b/g)) ids.add(id);
    }
    expect(ids.size).toBeGreaterThan(8);
    expect([...ids].filter((id) => mitreName(id) === '')).toEqual([]);
  });

  test('images', () => {
    const { images } = viewOfFixture('14');
    expect(images.total).toBe(4);
    expect(images.shown[1]).toEqual({
      container: 'envoy',
      name: 'docker.io/envoyproxy/envoy@sha256:ea63173b3af089af93a823bff5bdbd1148abd8008677e2d92cef9b278982aab2',
      digest: '',
      notes: '',
    });
    expect(images.shown[3]?.notes).toBe('from the registry inside the cluster, cannot be pulled');
    expect(
      viewOf({ alert: { image: { id: 'sha256:1', name: { registry: 'r', remote: 'a/b', tag: 't' } } } }).entity,
    ).toBe('Image r/a/b:t@sha256:1');
  });

  test('enforcement, attempts, deployments that are gone', () => {
    expect(viewOfFixture('13').enforcement).toBe('deployment scaled to zero');
    expect(viewOfFixture('15').enforcement).toBe('pods killed (2 times)');
    const attempted = viewOfFixture('12');
    expect([attempted.attempted, attempted.inactive, attempted.enforcement]).toEqual([
      true,
      false,
      'deployment creation was rejected',
    ]);
    expect(viewOfFixture('24').inactive).toBe(true);
    expect(viewOfFixture('01').enforcement).toBe('');
  });

  test('what is concerned', () => {
    expect(['04', '08', '09', '10', '11', '15', '19'].map((prefix) => viewOfFixture(prefix).entity)).toEqual([
      'StatefulSet ledger-db',
      'Image quay.io/acme-shop/cart:3.0.0-beta.1',
      'Secret kubeadmin',
      'Cluster role break-glass-admin',
      'Node worker-3.prod-eu-1.example.com',
      'DaemonSet node-net-tool',
      '',
    ]);
    expect(viewOfFixture('01').owner.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Owner: payments',
      'Team: payments',
      'Email: payments-oncall@example.com',
      'Part of: shop',
    ]);
  });
});

test('audit messages', () => {
  const audit = rhacsAudit(alertWith(fixture('17-audit-message.json')), LIMITS);
  expect(audit.action).toBe('Changed /v1/alerts/1e34370c-c8dc-4c4f-bc08-e938e189a190/resolve');
  expect(audit.facts.map(({ name, value }) => `${name}: ${value}`)).toEqual([
    'Who: carol@example.com',
    'Account: sso:27fa8ec5-b2e0-426b-a5f8-b664e06dbd8b:carol@example.com',
    'Roles: Triage',
    'Request: PATCH /v1/alerts/1e34370c-c8dc-4c4f-bc08-e938e189a190/resolve',
    'Through: Web interface',
    'Source address: 203.0.113.80',
    'Outcome: Succeeded',
  ]);
  expect(JSON.parse(audit.payload)).toEqual({
    '@type': 'v1.ResolveAlertRequest',
    id: '1e34370c-c8dc-4c4f-bc08-e938e189a190',
  });
  const refused = rhacsAudit(
    alertWith({ audit: { status: 'AUTH_FAILED', statusReason: 'not authorized', interaction: 'DELETE' } }),
    LIMITS,
  );
  expect([refused.user, refused.action, refused.outcome, refused.succeeded]).toEqual([
    'Somebody unknown',
    'Deleted (unknown endpoint)',
    'Refused: not allowed (not authorized)',
    false,
  ]);
});

test('network policies', () => {
  const policy = rhacsNetworkPolicy(alertWith(fixture('18-networkpolicy-message.json')), LIMITS);
  expect([policy.cluster, policy.lines, policy.cut]).toEqual(['prod-eu-1', 24, false]);
  expect(policy.yaml).toContain('\n  name: stackrox-generated-checkout-api\n');
});

describe('misshapen documents give empty views, never an error', () => {
  const shapes: unknown[] = [undefined, null, 1, 'x', [], {}, { alert: null }, { alert: [] }, { alert: 'x' }];
  const fields = [
    'policy',
    'violations',
    'processViolation',
    'deployment',
    'resource',
    'node',
    'image',
    'enforcement',
    'time',
    'state',
    'lifecycleStage',
  ];
  for (const field of fields)
    for (const value of [null, 0, 'x', [], [null, 1, 'x', [], {}], {}, { a: { b: 1 } }])
      shapes.push({ alert: { [field]: value } });
  shapes.push({
    alert: {
      violations: [
        {
          message: 5,
          keyValueAttrs: { attrs: [null, { key: 1 }] },
          networkFlowInfo: { source: 1 },
          fileAccess: { file: [], process: { signal: 3 } },
        },
      ],
    },
  });
  shapes.push({
    alert: { processViolation: { processes: [{ signal: { lineageInfo: [null, {}, { parentExecFilePath: {} }] } }] } },
  });
  shapes.push({
    alert: {
      policy: {
        mitreAttackVectors: [1, { techniques: 'x' }],
        policySections: [{ policyGroups: [{ values: 'x' }] }],
        categories: [1, null],
      },
    },
  });
  shapes.push(JSON.parse('{"alert": {"__proto__": {"policy": {"name": "x"}}, "constructor": 1, "toString": 2}}'));

  test.each(shapes.map((shape) => [JSON.stringify(shape) ?? 'undefined', shape]))('%s', (_text, shape) => {
    const one = viewOf(shape);
    expect(JSON.stringify(one)).not.toMatch(/undefined|NaN|\[object/);
    expect(one.policy.name).toBe('');
    expect(() => rhacsAudit(alertWith(shape), LIMITS)).not.toThrow();
    expect(() => rhacsNetworkPolicy(alertWith(shape), LIMITS)).not.toThrow();
  });

  test('a body of the REST API, which has no envelope', () => {
    expect(viewOf(fixture('20-rest-alert-resolved.json')).policy.name).toBe('Privileged Container');
  });
});
