import { describe, expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { Budgets } from '../../src/notify/budgets.ts';
import { RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';

const HOUR = 3_600;
const LIMIT = { count: 6, window: HOUR * 1_000, reserve: 4, shared: false };

async function start(store = new MemoryStore(), clock?: Harness['clock']): Promise<Harness> {
  const h = await Harness.start({
    store,
    ...(clock && { clock }),
    route: { groupBy: ['alertname'], groupInterval: 60_000, repeatInterval: 40 * HOUR * 1_000 },
  });
  Object.assign(h.receiver, { rateLimit: LIMIT });
  return h;
}

/** Posts one alert of a group of its own that fires for days. */
function fire(h: Harness, alertname: string, severity = 'warning'): Promise<void> {
  return h.push('-', { labels: LabelSet.of({ alertname, severity }), end: 10 * 24 * HOUR });
}

/** What was sent: groups of a digest in brackets. */
function sent(h: Harness): string[] {
  return h.receiver.sent.map(({ notification: { alerts, digest } }) => {
    const names = alerts.map(({ alert }) => alert.labels.get('alertname')).join(' ');
    return digest ? `[${names}]` : names;
  });
}

describe('a budget', () => {
  it('sends ordinary email up to the reserve, then collects it; critical email continues', async () => {
    const h = await start();
    for (const name of ['a', 'b', 'c', 'd']) {
      await fire(h, name);
      await h.seconds(2);
    }
    await fire(h, 'crit', 'critical');
    await h.seconds(2);
    expect(sent(h)).toEqual(['a', 'b', 'crit']);
    expect(h.engine.deliveries()).toMatchObject([{ alerts: 1 }, { alerts: 1 }]);
    await h.seconds(15 * 60);
    expect(sent(h)).toEqual(['a', 'b', 'crit', '[c d]']);
    expect(h.receiver.sent.at(-1)?.notification.digest?.why).toMatch(
      /^The budget of 6 messages in 1 hours is nearly used up: 2 are left, /,
    );
    expect(h.engine.deliveries()).toEqual([]);
  });

  it('rolls: what was sent an hour ago no longer counts', async () => {
    const h = await start();
    await fire(h, 'a');
    await fire(h, 'b');
    await h.seconds(HOUR + 60);
    await fire(h, 'c');
    await h.seconds(2);
    expect(sent(h)).toEqual(['a', 'b', 'c']);
  });

  it('never drops: with nothing left even critical email is collected and sent when the budget allows', async () => {
    const h = await start();
    for (let i = 0; i < 8; i++) await fire(h, `crit${i}`, 'critical');
    await h.seconds(60);
    expect(sent(h)).toHaveLength(6);
    await h.seconds(HOUR);
    expect(sent(h).slice(6)).toEqual(['[crit6 crit7]']);
  });

  it('shows the newest state of a group in the digest, and nothing that was silenced meanwhile', async () => {
    const h = await start();
    for (const name of ['a', 'b', 'c', 'd']) await fire(h, name);
    await h.seconds(5);
    await h.push('-', { labels: LabelSet.of({ alertname: 'c', severity: 'warning' }), end: 0 });
    await h.engine.silences.set({
      matcherSets: [[{ name: 'alertname', type: '=', value: 'd' }]],
      startsAt: h.clock.now(),
      endsAt: h.clock.now() + 10 * HOUR * 1_000,
      createdBy: 'me',
      comment: '',
      annotations: LabelSet.empty,
    });
    await h.seconds(15 * 60);
    expect(sent(h).slice(2)).toEqual(['[c]']);
    expect(h.receiver.sent.at(-1)?.notification.alerts[0]?.status).toBe('resolved');
  });

  it('is kept over a restart, as is what was gathered', async () => {
    const store = new MemoryStore();
    const before = await start(store);
    for (const name of ['a', 'b', 'c']) await fire(before, name);
    await before.seconds(5);
    await before.stop();
    const after = await start(store, before.clock);
    await after.seconds(2);
    expect(sent(after)).toEqual([]);
    await after.seconds(15 * 60);
    expect(sent(after)).toEqual(['[c]']);
  });

  it('is not sent twice by a reload while a digest is in progress, and a stop waits for it', async () => {
    const h = await start();
    for (const name of ['a', 'b', 'c']) await fire(h, name);
    await h.seconds(5);
    const gate = Promise.withResolvers<void>();
    const send = h.receiver.send.bind(h.receiver);
    h.receiver.send = async (notification) => {
      await gate.promise;
      return send(notification);
    };
    await h.seconds(15 * 60);
    h.reload({ route: { groupBy: ['alertname'], groupInterval: 60_000, repeatInterval: 40 * HOUR * 1_000 } });
    await h.seconds(60);
    let ended = false;
    const stopped = h.engine.stop(10_000).then(() => {
      ended = true;
    });
    await h.seconds(1);
    expect(ended).toBe(false);
    gate.resolve();
    await h.seconds(1);
    await stopped;
    expect(sent(h)).toEqual(['a', 'b', '[c]']);
    expect(h.engine.deliveries()).toEqual([]);
  });

  it('does not count what could not be sent, and tries a digest again', async () => {
    const h = await start();
    h.receiver.failure = new RetryableError('421 busy');
    await fire(h, 'a');
    await h.seconds(90);
    h.receiver.failure = undefined;
    await h.seconds(120);
    for (const name of ['b', 'c']) await fire(h, name);
    await h.seconds(5);
    expect(sent(h)).toEqual(['a', 'b']);
    h.receiver.failure = new RetryableError('421 busy');
    await h.seconds(16 * 60);
    expect(sent(h)).toEqual(['a', 'b']);
    h.receiver.failure = undefined;
    await h.seconds(16 * 60);
    expect(sent(h)).toEqual(['a', 'b', '[c]']);
  });
});

it('a budget of 0.1.0 is found under its new name', async () => {
  const store = new MemoryStore();
  await store.write([
    { table: 'budgets', key: 'global', value: [1] },
    { table: 'budgets', key: 'mail/email[0]', value: [2] },
  ]);
  const budgets = new Budgets({ store, clock: new FakeClock(5), onError: () => {} });
  await budgets.load(
    new Map([
      ['global', 'email'],
      ['mail/email[0]', 'email/abc'],
    ]),
  );
  expect(await store.load('budgets')).toEqual([
    { key: 'email', value: [1] },
    { key: 'email/abc', value: [2] },
  ]);
  expect([budgets.left('email', LIMIT), budgets.left('email/abc', LIMIT)]).toEqual([5, 5]);
});
