import { afterEach, describe, expect, it } from 'vitest';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import { load } from '../../config/support.ts';
import { type Answer, type ReceivedRequest, TestHttpServer } from '../../support/http-server.ts';
import { contract as sccContract } from '../google_scc/contract.ts';
import { testContext } from '../support/context.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { notifierBody, rhacsAlert } from '../support/rhacs.ts';
import { never } from '../support/until.ts';

/** What RHACS' own notifiers send (test/fixtures/rhacs-notifiers), and where Tocsin sends better. */
const NOW = Date.parse('2026-08-20T20:00:00Z');

type Json = Record<string, unknown>;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function send(
  kind: string,
  entry: (url: string) => object,
  alerts: readonly NotifiedAlert[],
  answer: (request: ReceivedRequest) => Answer = () => 200,
) {
  const server = await TestHttpServer.start(answer);
  const receivers = [{ name: 'r', [`${kind}_configs`]: [entry(server.url('/'))] }];
  const config = load(JSON.stringify({ route: { receiver: 'r' }, receivers }));
  const receiver = config.receivers[0]?.integrations[0]?.build(await testContext());
  if (!receiver) throw new Error('no receiver');
  open.push(server, receiver);
  const report = await receiver.send(notificationOf(alerts, { now: NOW }), never);
  return { requests: server.requests, report };
}

async function golden<T>(name: string): Promise<T> {
  return JSON.parse(await notifierBody(name)) as T;
}

function bodyOf<T>(request: ReceivedRequest | undefined): T {
  return JSON.parse(request?.body ?? 'null') as T;
}

describe('AWS Security Hub', () => {
  const entry = (url: string) => ({
    account_id: '123456789012',
    product_arn: 'arn:aws:securityhub:us-east-1::product/stackrox/kubernetes-security',
    sigv4: { region: 'us-east-1', access_key: 'AKIDEXAMPLE', secret_key: 's3cret' },
    api_url: url,
  });
  const names = ['01-deploy-email-annotation', '15-runtime-mitre-kill-pod'];

  it('takes the findings of RHACS, in one request', async () => {
    const alerts = await Promise.all(names.map((name) => rhacsAlert(name, NOW)));
    const { requests } = await send('aws_security_hub', entry, alerts);
    expect(requests.map(({ url }) => url)).toEqual(['/findings/import']);
    const { Findings: own } = bodyOf<{ Findings: Json[] }>(requests[0]);
    const { Findings: theirs } = await golden<{ Findings: Json[] }>('aws-security-hub-01-and-15.json');
    for (const [i, finding] of own.entries()) {
      const { UpdatedAt: _updated, CreatedAt: _created, ProductFields: _product, ...others } = theirs[i] as Json;
      const { Types, Resources, ...rest } = others;
      expect(finding).toMatchObject(rest);
      // RHACS leaves the processes out.
      expect(finding.Resources).toEqual(expect.arrayContaining(Resources as object[]));
      expect(new Set(finding.Types as string[])).toEqual(new Set(Types as string[]));
    }
  });

  it('archives what has ended', async () => {
    const { requests } = await send('aws_security_hub', entry, [await rhacsAlert(names[0] as string, NOW, 'resolved')]);
    const { Findings } = bodyOf<{ Findings: Json[] }>(requests[0]);
    expect(Findings).toMatchObject([{ RecordState: 'ARCHIVED', Compliance: { Status: 'PASSED' } }]);
  });

  it('reports a finding that is refused, and does not send it again', async () => {
    const body = '{"FailedCount":1,"FailedFindings":[{"Id":"x","ErrorCode":"InvalidInput","ErrorMessage":"too long"}]}';
    const { report } = await send('aws_security_hub', entry, [alertWith()], () => ({ status: 200, body }));
    expect(report).toMatchObject({ refused: [{ address: 'x', reply: 'InvalidInput: too long' }] });
  });

  it('keeps within the limits of the format, whatever an alert holds', async () => {
    const long = '🔥'.repeat(3_000);
    const hostile = alertWith({ alertname: long, pod: long }, { summary: long, description: long, remediation: long });
    const violations = await rhacsAlert('22-adversarial-500-violations', NOW);
    const { requests } = await send('aws_security_hub', entry, [hostile, violations]);
    const { Findings } = bodyOf<{ Findings: { Title: string; Description: string; Resources: { Id: string }[] }[] }>(
      requests[0],
    );
    expect(Findings).toHaveLength(2);
    for (const { Title, Description, Resources } of Findings) {
      expect([...Title].length).toBeLessThanOrEqual(256);
      expect([...Description].length).toBeLessThanOrEqual(1_024);
      expect(Resources.length).toBeLessThanOrEqual(32);
      for (const { Id } of Resources) expect([...Id].length).toBeLessThanOrEqual(512);
    }
  });
});

describe('Google Security Command Center', () => {
  it('takes the finding of RHACS, created or updated by its id', async () => {
    const source = 'organizations/123456789012/sources/5678901234567890123';
    const peer = await sccContract.start();
    open.push(peer);
    const alert = await rhacsAlert('13-enforced-scale-to-zero', NOW);
    const { finding, findingId } = await golden<{ finding: Json; findingId: string }>('google-scc-13-enforced.json');
    const clusters = { [alert.alert.labels.get('cluster') ?? '']: finding.resourceName };
    const { requests } = await send('google_scc', (url) => ({ ...peer.entry, api_url: url, clusters }), [alert]);
    const { name: _name, eventTime: _time, ...rest } = finding;
    expect(requests[0]?.method).toBe('PATCH');
    expect(requests[0]?.url.split('?')[0]).toBe(`/v2/${source}/locations/global/findings/${findingId}`);
    expect(bodyOf<Json>(requests[0])).toMatchObject(rest);
  });
});

describe('Microsoft Sentinel', () => {
  const entry = (url: string) => ({
    endpoint: url,
    authority_url: url,
    tenant_id: 'tenant',
    client_id: 'client',
    client_secret: 's3cret',
    alerts: { rule_id: 'dcr-1', stream: 'Custom-Rhacs_CL' },
    audit: { rule_id: 'dcr-2', stream: 'Custom-RhacsAudit_CL' },
  });
  const answer = ({ url }: ReceivedRequest): Answer =>
    url.endsWith('/token') ? { status: 200, body: '{"access_token":"t","expires_in":3600}' } : 204;

  it.each([
    ['alerts', 'audit', 'sentinel-01-alert.json', 'dcr-1/streams/Custom-Rhacs_CL'],
    ['audit', 'alerts', 'sentinel-17-audit.json', 'dcr-2/streams/Custom-RhacsAudit_CL'],
  ])('sends what %s is configured for, and is silent about %s', async (_on, off, file, path) => {
    const mixed = [await rhacsAlert('17-audit-message', NOW), await rhacsAlert('01-deploy-email-annotation', NOW)];
    const { requests } = await send('sentinel', (url) => ({ ...entry(url), [off]: undefined }), mixed, answer);
    const rows = requests.filter(({ url }) => !url.endsWith('/token'));
    expect(rows.map(({ url }) => url)).toEqual([`/dataCollectionRules/${path}?api-version=2023-01-01`]);
    const theirs = await golden<Json[]>(file);
    expect(bodyOf<Json[]>(rows[0]).map(({ msg }) => msg)).toEqual(theirs.map(({ msg }) => msg));
  });

  it.each([
    ['01-deploy-email-annotation', 'sentinel-01-alert.json', 'dcr-1/streams/Custom-Rhacs_CL'],
    ['17-audit-message', 'sentinel-17-audit.json', 'dcr-2/streams/Custom-RhacsAudit_CL'],
  ])('takes %s as RHACS sends it, to its own stream', async (name, file, path) => {
    const { requests } = await send('sentinel', entry, [await rhacsAlert(name, NOW)], answer);
    expect(requests.map(({ url }) => url)).toEqual([
      '/tenant/oauth2/v2.0/token',
      `/dataCollectionRules/${path}?api-version=2023-01-01`,
    ]);
    const [row] = bodyOf<Json[]>(requests[1]);
    const [theirs] = await golden<Json[]>(file);
    expect(row?.msg).toEqual(theirs?.msg);
    expect(row).toMatchObject({ TimeGenerated: expect.any(String), tocsin: { state: 'ACTIVE' } });
  });

  it('cuts no field: a large alert loses its oldest violations, and says so', async () => {
    const { requests } = await send(
      'sentinel',
      entry,
      [await rhacsAlert('22-adversarial-500-violations', NOW)],
      answer,
    );
    const [row] = bodyOf<{ msg: object; tocsin: { omitted: number } }[]>(requests[1]);
    expect(Buffer.byteLength(JSON.stringify(row?.msg))).toBeLessThanOrEqual(64_000);
    expect(row?.tocsin.omitted).toBeGreaterThan(0);
  });
});

describe('a webhook with format: rhacs', () => {
  it.each(['01-deploy-email-annotation', '16-extra-fields', '17-audit-message'])('repeats %s', async (name) => {
    const entry = (url: string) => ({ url, format: 'rhacs', extra_fields: { source: 'tocsin' } });
    const { requests } = await send('webhook', entry, [await rhacsAlert(name, NOW)]);
    const message = name.includes('audit') ? 'audit' : 'alert';
    const fixture = await golden<Json>(`../rhacs/${name}.json`);
    expect(bodyOf<Json>(requests[0])).toEqual({ [message]: fixture[message], source: 'tocsin' });
  });

  it('sends one request for each alert, and says what has ended', async () => {
    const alerts = [
      await rhacsAlert('01-deploy-email-annotation', NOW),
      await rhacsAlert('03-runtime-processes', NOW, 'resolved'),
    ];
    const { requests } = await send('webhook', (url) => ({ url, format: 'rhacs' }), alerts);
    const bodies = requests.map((request) => bodyOf<{ alert: Json }>(request));
    expect(bodies.map(({ alert }) => [alert.state, alert.resolvedAt])).toEqual([
      [undefined, undefined],
      ['RESOLVED', '2026-08-20T20:00:00Z'],
    ]);
  });
});
