import { afterEach, expect, it } from 'vitest';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import { load } from '../../config/support.ts';
import { type ReceivedRequest, TestHttpServer } from '../../support/http-server.ts';
import { testContext } from '../support/context.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { notifierBody, rhacsAlert } from '../support/rhacs.ts';
import { never } from '../support/until.ts';

const NOW = Date.parse('2026-08-20T20:00:00Z');

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function send(alerts: readonly NotifiedAlert[], more: object = {}, path = '/'): Promise<ReceivedRequest[]> {
  const server = await TestHttpServer.start();
  const entry = { url: server.url(path), token: 't0ken', ...more };
  const config = load(
    JSON.stringify({ route: { receiver: 'r' }, receivers: [{ name: 'r', splunk_configs: [entry] }] }),
  );
  const receiver = config.receivers[0]?.integrations[0]?.build(await testContext());
  if (!receiver) throw new Error('no receiver');
  open.push(server, receiver);
  await receiver.send(notificationOf(alerts, { now: NOW }), never);
  return server.requests;
}

interface Hec {
  readonly event: Record<string, unknown> & { readonly tocsin: Record<string, unknown> };
  readonly [key: string]: unknown;
}

function eventsOf({ body }: ReceivedRequest): Hec[] {
  return body.split('\n').map((line) => JSON.parse(line) as Hec);
}

it.each([
  ['01-deploy-email-annotation', 'splunk-01-alert.json'],
  ['03-runtime-processes', 'splunk-03-alert.json'],
  ['17-audit-message', 'splunk-17-audit.json'],
])('sends %s as RHACS does', async (name, golden) => {
  const [request] = await send([await rhacsAlert(name, NOW)]);
  const [{ event, source, sourcetype } = {} as Hec] = eventsOf(request as ReceivedRequest);
  const { tocsin: _tocsin, ...own } = event;
  expect({ event: own, source, sourcetype }).toEqual(JSON.parse(await notifierBody(golden)));
  expect(request).toMatchObject({ url: '/services/collector/event', headers: { authorization: 'Splunk t0ken' } });
});

it('sends all alerts of a notification in one request, each with its state, time and host', async () => {
  const requests = await send([
    await rhacsAlert('01-deploy-email-annotation', NOW),
    await rhacsAlert('03-runtime-processes', NOW, 'resolved'),
  ]);
  expect(requests).toHaveLength(1);
  const events = eventsOf(requests[0] as ReceivedRequest);
  expect(
    events.map(({ event, time, host }) => [event.tocsin.state, event.state, event.resolvedAt, time, host]),
  ).toEqual([
    ['ACTIVE', undefined, undefined, NOW / 1_000, 'prod-eu-1'],
    ['RESOLVED', 'RESOLVED', '2026-08-20T20:00:00Z', NOW / 1_000, 'prod-eu-1'],
  ]);
});

it('never sends an event over the limit: the oldest violations go, and the event says how many', async () => {
  const alert = await rhacsAlert('22-adversarial-500-violations', NOW);
  const [request] = await send([alert]);
  const text = (request as ReceivedRequest).body;
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_000);
  const { event } = JSON.parse(text) as Hec;
  const all = (alert.alert.details as { alert: { violations: unknown[] } }).alert.violations;
  const left = event.violations as unknown[];
  expect(left.length).toBeGreaterThanOrEqual(13);
  expect(left).toEqual(all.slice(-left.length));
  expect(event.tocsin.omitted).toBeGreaterThanOrEqual(all.length - left.length);
});

it('sends an event even where nothing but its name fits', async () => {
  const [request] = await send([await rhacsAlert('22-adversarial-500-violations', NOW)], { truncate: 400 });
  expect(Buffer.byteLength((request as ReceivedRequest).body)).toBeLessThanOrEqual(400);
  expect(eventsOf(request as ReceivedRequest)[0]?.event.policy).toMatchObject({ severity: expect.any(String) });
});

it('puts an alert of another sender into the same form', async () => {
  const [request] = await send([alertWith({ severity: 'warning', namespace: 'shop' })]);
  const [{ event } = {} as Hec] = eventsOf(request as ReceivedRequest);
  expect(event).toMatchObject({
    '@type': 'storage.Alert',
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/),
    policy: { name: 'DiskFull', severity: 'MEDIUM_SEVERITY' },
    namespace: 'shop',
    violations: [{ message: 'Disk 95 % full' }],
  });
});

it('keeps a path of the URL, and takes index, source and source types from the file', async () => {
  const more = {
    index: 'security',
    source: 'tocsin',
    sourcetypes: { alert: 'mine' },
    host: '{{ .CommonLabels.cluster }}!',
  };
  const [request] = await send([await rhacsAlert('01-deploy-email-annotation', NOW)], more, '/services/collector');
  expect(request).toMatchObject({ url: '/services/collector' });
  const [event] = eventsOf(request as ReceivedRequest);
  expect(event).toMatchObject({ index: 'security', source: 'tocsin', sourcetype: 'mine', host: 'prod-eu-1!' });
});
