import { describe, expect, it } from 'vitest';
import { RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { formatTime } from '../../src/time/timestamp.ts';
import { Harness, type HarnessOptions } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { post, rhacsBody } from '../support/rhacs.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** After the fixtures' times, with Alertmanager's usual intervals. */
function start(options: HarnessOptions = {}): Promise<Harness> {
  return Harness.start({
    clock: new FakeClock('2026-08-21T00:00:00Z'),
    ...options,
    route: {
      groupBy: ['alertname'],
      groupWait: 0,
      groupInterval: 300_000,
      repeatInterval: 12 * HOUR * 1_000,
      ...options.route,
    },
  });
}

const PROCESSES = '03-runtime-processes';
const RESENT = '23-runtime-processes-resent';
const GONE = '24-runtime-resent-deployment-gone';
const ATTEMPT = '12-attempted-deploy-create';
const DEPLOY = '01-deploy-email-annotation';

/** The reasons of all messages, each with its second. */
const reasons = (h: Harness): string[] => h.receiver.sent.map(({ at, notification }) => `${at} ${notification.reason}`);
const last = (h: Harness) => h.receiver.sent.at(-1)?.notification.alerts[0];

describe('a runtime alert that grows', () => {
  it('is notified again when update_interval has passed, with how far it was notified before', async () => {
    const h = await start();
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(2);
    await post(h, rhacsBody(RESENT));
    await h.seconds(HOUR);
    expect(reasons(h)).toEqual(['0 first notification', '1800 alerts updated']);
    expect(last(h)?.notifiedUpTo).toBe(Date.parse('2026-08-20T10:02:49.007Z') + 0.731245);
  });

  it('waits as long when the wall clock is set meanwhile', async () => {
    const h = await start();
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(2);
    h.clock.jump(2 * HOUR * 1_000);
    await post(h, rhacsBody(RESENT));
    await h.seconds(HOUR);
    expect(reasons(h)).toEqual(['0 first notification', '1800 alerts updated']);
  });

  it('is notified at the configured rate, however often it grows', async () => {
    const h = await start();
    for (let minute = 0; minute < 110; minute++) {
      const time = new Date(h.clock.now() - 1_000).toISOString();
      const violations = Array.from({ length: minute + 1 }, (_, i) => ({ message: `flow ${i}`, time }));
      await post(h, rhacsBody('05-runtime-network-flow', { violations, time }), { updateInterval: 3_600_000 });
      await h.seconds(MINUTE);
    }
    expect(reasons(h)).toEqual(['0 first notification', '3600 alerts updated']);
  });

  it('is not notified again for the same body, whenever it comes', async () => {
    const h = await start();
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(2);
    for (let i = 0; i < 12; i++) {
      await post(h, rhacsBody(PROCESSES));
      await h.seconds(5 * MINUTE);
    }
    await post(h, rhacsBody(PROCESSES, { time: '2026-08-20T23:00:00Z' }));
    await h.seconds(HOUR);
    expect(reasons(h)).toEqual(['0 first notification']);
  });

  it('is not made smaller by a copy that was overtaken', async () => {
    const h = await start();
    await post(h, rhacsBody(RESENT));
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(HOUR);
    expect(reasons(h)).toEqual(['0 first notification']);
    expect(JSON.stringify(last(h)?.alert.details)).toContain('list --installed');
  });

  it('is notified of the update once after a restart, and not again', async () => {
    const store = new MemoryStore();
    const before = await start({ store });
    await post(before, rhacsBody(PROCESSES));
    await before.seconds(2);
    await post(before, rhacsBody(RESENT));
    await before.stop();
    const after = await start({ store, clock: before.clock });
    await post(after, rhacsBody(RESENT));
    await after.seconds(2 * HOUR);
    expect(after.story.map((line) => line.replace(/^\S+ /, ''))).toHaveLength(1);
    expect(after.receiver.sent[0]?.notification.reason).toBe('alerts updated');
  });

  it('is retried with an update that could not be delivered, under another message id than before', async () => {
    const h = await start();
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(2);
    await post(h, rhacsBody(RESENT));
    const ids = new Set<string>();
    const send = h.receiver.send.bind(h.receiver);
    h.receiver.send = (notification) => {
      ids.add(notification.id);
      return send(notification);
    };
    h.receiver.failure = new RetryableError('421 busy');
    await h.seconds(31 * MINUTE);
    await post(h, rhacsBody(RESENT, { enforcement: { action: 'KILL_POD_ENFORCEMENT' } }));
    await h.seconds(10 * MINUTE);
    h.receiver.failure = undefined;
    await h.seconds(10 * MINUTE);
    expect(h.receiver.sent.at(-1)?.notification.reason).toBe('alerts updated');
    expect(last(h)?.alert.annotations.get('enforcement')).toBe('KILL_POD_ENFORCEMENT');
    expect(ids.size).toBe(2);
  });
});

describe('an alert whose deployment is deleted', () => {
  it('is resolved, and notified as such', async () => {
    const h = await start();
    await post(h, rhacsBody(RESENT));
    await h.seconds(2);
    await post(h, rhacsBody(GONE));
    await h.seconds(5 * MINUTE);
    expect(reasons(h)).toEqual(['0 first notification', '300 all alerts resolved']);
    expect(last(h)).toMatchObject({ status: 'resolved' });
    expect(last(h)?.alert.annotations.get('resolution')).toBe('deployment deleted');
  });

  it('stays over, whatever copies of it come late', async () => {
    const store = new MemoryStore();
    const h = await start({ store });
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(2);
    await post(h, rhacsBody(GONE));
    await h.seconds(5 * MINUTE);
    const late = [GONE, PROCESSES, RESENT];
    for (const name of late) await post(h, rhacsBody(name));
    await h.seconds(2 * HOUR);
    for (const name of late) await post(h, rhacsBody(name));
    await h.stop();
    const after = await start({ store, clock: h.clock });
    for (const name of late) await post(after, rhacsBody(name));
    await after.seconds(HOUR);
    expect([...reasons(h), ...reasons(after)]).toEqual(['0 first notification', '300 all alerts resolved']);
  });

  it.each([true, false])(
    'is notified although it ended before anybody was notified (send_resolved %s)',
    async (sendResolved) => {
      const h = await start({ sendResolved, route: { groupWait: 30_000 } });
      await post(h, rhacsBody(PROCESSES, { firstOccurred: new Date(h.clock.now()).toISOString() }));
      await h.seconds(10);
      await post(h, rhacsBody(GONE));
      await h.seconds(HOUR);
      expect(reasons(h)).toEqual(['30 undelivered alerts']);
      expect(last(h)).toMatchObject({ status: 'resolved' });
      expect(h.engine.dispatcher.groupCount).toBe(0);
    },
  );

  it('is no end for a blocked attempt, whose deployment never was', async () => {
    const h = await start();
    await post(h, rhacsBody(ATTEMPT));
    await h.seconds(2);
    expect(last(h)).toMatchObject({ status: 'firing' });
    expect(last(h)?.alert.annotations.has('resolution')).toBe(false);
  });
});

describe('the same violation under a new id', () => {
  const second = {
    id: 'aaaaaaaa-0000-4000-8000-000000000002',
    firstOccurred: '2026-08-20T20:00:00Z',
    time: '2026-08-20T20:00:00Z',
  };

  it('is one alert that is notified again, with how often and since when', async () => {
    const h = await start();
    await post(h, rhacsBody(DEPLOY));
    await h.seconds(HOUR);
    await post(h, rhacsBody(DEPLOY, second));
    await h.seconds(HOUR);
    expect(reasons(h)).toEqual(['0 first notification', '3900 alerts updated']);
    expect(h.engine.intake.size).toBe(1);
    expect(last(h)?.alert.occurrence).toMatchObject({
      count: 2,
      firstSeenAt: Date.parse('2026-08-20T09:14:03.482Z') + 0.917364,
    });
  });

  it('is counted across its end, the end of its record and a restart', async () => {
    const store = new MemoryStore();
    const before = await start({ store });
    await post(before, rhacsBody(PROCESSES));
    await before.seconds(2);
    await post(before, rhacsBody(GONE));
    await before.seconds(2 * HOUR);
    expect(before.engine.intake.size).toBe(0);
    await before.stop();
    const after = await start({ store, clock: before.clock });
    await post(after, rhacsBody(PROCESSES, second));
    await after.seconds(2);
    expect(last(after)?.alert.occurrence).toMatchObject({
      count: 2,
      firstSeenAt: Date.parse('2026-08-20T10:02:44.902Z') + 0.21733,
    });
    expect(after.receiver.sent[0]?.notification.reason).toBe('first notification');
    expect(last(after)).not.toHaveProperty('notifiedUpTo');
  });

  it('is forgotten after --data.retention', async () => {
    const store = new MemoryStore();
    const h = await start({ store });
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(2);
    await post(h, rhacsBody(GONE));
    await h.seconds(5 * DAY);
    expect(await store.load('alerts')).toHaveLength(1);
    await h.seconds(2 * HOUR);
    expect(await store.load('alerts')).toEqual([]);
    await post(h, rhacsBody(PROCESSES, second));
    await h.seconds(2);
    expect(last(h)?.alert.occurrence?.count).toBe(1);
  });

  it('goes on as the same time when it went stale only', async () => {
    const h = await start();
    await post(h, rhacsBody(PROCESSES));
    await h.seconds(30 * HOUR);
    await post(h, rhacsBody(RESENT));
    await h.seconds(2);
    expect(reasons(h).at(-1)).toBe(`${30 * HOUR} first notification`);
    expect(last(h)?.alert.occurrence?.count).toBe(1);
  });

  it('is no news for an image, which has a new id with each check', async () => {
    const h = await start();
    for (let i = 0; i < 5; i++) {
      await post(h, rhacsBody('08-build-image', { id: `aaaaaaaa-0000-4000-8000-00000000000${i}` }));
      await h.seconds(HOUR);
    }
    expect(reasons(h)).toEqual(['0 first notification']);
    expect([...h.engine.intake.records()][0]?.alert.occurrence?.count).toBe(5);
  });
});

describe('a blocked attempt', () => {
  const attempt = (h: Harness, id: number) =>
    rhacsBody(ATTEMPT, {
      id: `aaaaaaaa-0000-4000-8000-00000000000${id}`,
      time: new Date(h.clock.now()).toISOString(),
      firstOccurred: new Date(h.clock.now()).toISOString(),
    });

  it('is notified once and never repeated', async () => {
    const h = await start({ route: { repeatInterval: 60_000 } });
    await post(h, rhacsBody(ATTEMPT));
    await h.seconds(3 * DAY);
    expect(reasons(h)).toEqual(['0 first notification']);
  });

  it('is notified each time it happens, those within a group interval together', async () => {
    const h = await start();
    await post(h, attempt(h, 1));
    await h.seconds(2);
    await post(h, attempt(h, 2));
    await h.seconds(60);
    await post(h, attempt(h, 3));
    await h.seconds(HOUR);
    expect(last(h)?.alert.occurrence).toMatchObject({ count: 3 });
    await post(h, attempt(h, 4));
    await h.seconds(HOUR);
    expect(last(h)?.alert.occurrence).toMatchObject({ count: 4 });
    expect(h.receiver.sent.map(({ notification }) => notification.alerts.map(({ status }) => status))).toEqual([
      ['firing'],
      ['firing'],
      ['firing'],
    ]);
  });

  it('is notified each time it happens under the same id, too', async () => {
    const h = await start();
    for (let i = 0; i < 3; i++) {
      const time = new Date(h.clock.now()).toISOString();
      await post(h, rhacsBody(ATTEMPT, { time }));
      await h.seconds(3 * HOUR);
    }
    expect(reasons(h).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'first notification',
      'new alerts added',
      'new alerts added',
    ]);
    expect(last(h)?.alert.occurrence?.count).toBe(3);
    expect(h.engine.dispatcher.groupCount).toBe(0);
  });

  it('is not notified again when its body is repeated, even by another process after other events', async () => {
    const store = new MemoryStore();
    const before = await start({ store });
    const body = attempt(before, 1);
    await post(before, body);
    await before.seconds(10 * MINUTE);
    await post(before, rhacsBody(ATTEMPT, { clusterName: 'other', id: 'aaaaaaaa-0000-4000-8000-000000000009' }));
    await before.seconds(10 * MINUTE);
    await post(before, body);
    await before.seconds(10 * MINUTE);
    expect(before.receiver.sent).toHaveLength(2);
    await before.stop();
    const after = await start({ store, clock: before.clock });
    await post(after, body);
    await after.seconds(HOUR);
    expect(after.story).toEqual([]);
  });
});

describe('an audit message of a resolve by hand', () => {
  const EXEC = '04-runtime-kube-exec';
  const AUDIT = '17-audit-message';
  const audit = (changes: object, request: object = {}): unknown => {
    const body = rhacsBody(AUDIT) as unknown as { audit: { request: object } };
    return { audit: { ...body.audit, ...changes, request: { ...body.audit.request, ...request } } };
  };
  const resolved = (h: Harness) =>
    h.receiver.sent.flatMap(({ notification }) => notification.alerts).filter(({ status }) => status === 'resolved');

  it('ends the alert with its own time and who did it, besides being notified itself', async () => {
    const h = await start();
    await post(h, rhacsBody(EXEC));
    await h.seconds(2);
    await post(h, rhacsBody(AUDIT));
    await h.seconds(5 * MINUTE);
    expect(
      resolved(h).map(({ alert }) => [alert.labels.get('alertname'), formatTime(alert.endsAt, alert.endsAtText)]),
    ).toEqual([['Kubernetes Actions: Exec into Pod', '2026-08-20T18:30:44.512903Z']]);
    expect(resolved(h)[0]?.alert.annotations.get('resolution')).toBe('resolved by hand by carol@example.com');
    expect(h.story.join()).toContain('RHACS audit: PATCH /v1/alerts/{id}/resolve');
  });

  const id = '1e34370c-c8dc-4c4f-bc08-e938e189a190';
  it.each<[boolean, string, object, object]>([
    [true, 'by gRPC', {}, { method: 'GRPC', endpoint: '/v1.AlertService/ResolveAlert' }],
    [true, 'without a payload', {}, { payload: undefined }],
    [
      true,
      'many by id',
      {},
      {
        endpoint: '/v1/alerts/resolve',
        payload: {
          '@type': 'v1.ResolveAlertsRequest',
          query: `Alert ID:"aaaaaaaa-0000-4000-8000-000000000001","${id}"`,
        },
      },
    ],
    [
      false,
      'many by another query',
      {},
      {
        endpoint: '/v1/alerts/resolve',
        payload: { '@type': 'v1.ResolveAlertsRequest', query: `Alert ID:"${id}"+Severity:LOW` },
      },
    ],
    [false, 'that was refused', { status: 'AUTH_FAILED' }, {}],
    [false, 'that failed', { status: 'REQUEST_FAILED' }, {}],
    [
      false,
      'of another alert',
      {},
      { payload: { '@type': 'v1.ResolveAlertRequest', id: 'aaaaaaaa-0000-4000-8000-000000000001' } },
    ],
    [false, 'that is another call', {}, { endpoint: `/v1/alerts/${id}`, method: 'DELETE', payload: undefined }],
  ])('ends it (%s): %s', async (ends, _what, changes, request) => {
    const h = await start();
    await post(h, rhacsBody(EXEC));
    await h.seconds(2);
    await post(h, audit(changes, request));
    await h.seconds(HOUR);
    expect(resolved(h)).toHaveLength(ends ? 1 : 0);
  });

  it('does not end a deploy-time alert: Central says yes and does nothing', async () => {
    const h = await start();
    await post(h, rhacsBody(DEPLOY));
    await h.seconds(2);
    const payload = { '@type': 'v1.ResolveAlertRequest', id: rhacsBody(DEPLOY).alert.id };
    await post(h, audit({}, { payload }));
    await h.seconds(HOUR);
    expect(resolved(h)).toEqual([]);
  });
});

describe('receipt', () => {
  it('is not confirmed before a body is durable, however often it comes', async () => {
    const store = new MemoryStore();
    const h = await start({ store });
    for (const name of [DEPLOY, ATTEMPT]) {
      store.trouble = 'disk full';
      await expect(post(h, rhacsBody(name))).rejects.toThrow('disk full');
      await expect(post(h, rhacsBody(name))).rejects.toThrow('disk full');
      store.trouble = undefined;
      const rows = (await store.load('alerts')).length;
      await post(h, rhacsBody(name));
      expect(await store.load('alerts')).toHaveLength(rows + 1);
    }
  });

  it('of the same body writes nothing', async () => {
    const store = new MemoryStore();
    const h = await start({ store });
    for (const name of [DEPLOY, PROCESSES, ATTEMPT]) await post(h, rhacsBody(name));
    const { length } = store.writes;
    for (const name of [DEPLOY, PROCESSES, ATTEMPT]) await post(h, rhacsBody(name));
    expect(store.writes).toHaveLength(length);
  });
});
