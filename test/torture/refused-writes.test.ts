import { expect, test } from 'vitest';
import { RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';

const DAY = 86_400;
const HOUR = 3_600;

/** What a process finds that starts on the store now, as after a crash of the one that wrote it. */
async function restarted(store: MemoryStore, after: Harness): Promise<Harness> {
  return Harness.start({ store, clock: new FakeClock(after.clock.now()) });
}

test('an alert that the store refused is stored when its sender tries again, although it is known by then', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ store });
  store.trouble = 'disk full';
  await expect(h.push('a', { end: DAY })).rejects.toThrow('disk full');
  store.trouble = undefined;
  await h.push('a', { end: DAY });
  const after = await restarted(store, h);
  await after.seconds(2);
  expect(after.story).toEqual(['1: a (first notification)']);
});

test('an end that the store refused is stored when its sender tries again', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ store });
  await h.push('a', { staleAfter: DAY * 1_000 });
  await h.seconds(2);
  store.trouble = 'disk full';
  await expect(h.push('a', { end: 0 })).rejects.toThrow('disk full');
  store.trouble = undefined;
  await h.push('a', { end: 0 });
  const after = await restarted(store, h);
  await after.seconds(2);
  expect(after.story).toEqual(['1: -a (all alerts resolved)']);
});

test('what was notified while the disk was full is not notified again after a restart, once the disk has space', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ store, route: { groupBy: ['alertname'] } });
  await h.push('a', { end: DAY });
  store.trouble = 'disk full';
  await h.seconds(2);
  expect(h.story).toEqual(['1: a (first notification)']);
  store.trouble = undefined;
  await h.push('b', { end: DAY });
  await h.seconds(2);
  const after = await Harness.start({ store, route: { groupBy: ['alertname'] }, clock: new FakeClock(h.clock.now()) });
  await after.seconds(15);
  expect(after.story).toEqual([]);
});

test('without anything else to write, the maintenance brings the notification log to the disk', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ store });
  await h.push('a', { end: DAY });
  store.trouble = 'disk full';
  await h.seconds(2);
  store.trouble = undefined;
  expect(await store.load('notifications')).toEqual([]);
  await h.seconds(HOUR / 4);
  expect(await store.load('notifications')).toHaveLength(1);
});

test('a crash during the very first attempt does not make forgotten what resolves meanwhile', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ store });
  h.receiver.send = () => new Promise(() => {});
  await h.push('a', { end: DAY });
  await h.seconds(2);
  await h.push('a', { end: 0 });
  const after = await restarted(store, h);
  await after.seconds(2);
  expect(after.story).toEqual(['1: -a (undelivered alerts)']);
});

test('a delivery is pending from the moment it is due until it is taken', async () => {
  const h = await Harness.start();
  const errors = () => Array.from(h.engine.log.entries(), ([, { pending }]) => pending?.error);
  const taken = Promise.withResolvers<void>();
  h.receiver.send = async () => taken.promise;
  await h.push('a', { end: DAY });
  await h.seconds(2);
  expect(errors()).toEqual(['']);
  taken.reject(new RetryableError('421 busy'));
  await h.seconds(0.1);
  expect(errors()).toEqual(['421 busy']);
  h.receiver.send = async () => {};
  await h.seconds(2);
  expect(errors()).toEqual([undefined]);
});

test('an alert that is sent once more after its end leaves nothing behind in the store', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ store });
  await h.push('a', { end: DAY });
  await h.seconds(2);
  await h.push('a', { end: 0 });
  await h.seconds(10);
  expect(await store.load('alerts')).toEqual([]);
  await h.push('a', { end: 0, generatorURL: 'http://prometheus.example/2' });
  expect(await store.load('alerts')).toHaveLength(1);
  await h.seconds(HOUR / 2);
  expect(await store.load('alerts')).toEqual([]);
  expect(h.engine.intake.size).toBe(0);
});
