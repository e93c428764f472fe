import { expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { NO_ALERT_LIMITS } from '../../src/intake/alert-limits.ts';
import { RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness } from '../support/engine.ts';

const engine = { alertLimits: { ...NO_ALERT_LIMITS, perAlertname: 1 } };

function push(h: Harness, instance: string, end: number): Promise<void> {
  return h.push('a', { labels: LabelSet.of({ alertname: 'a', instance }), end });
}

function held(h: Harness): (string | undefined)[] {
  return [...h.engine.intake.records()].map(({ labels }) => labels.get('instance'));
}

it('an alert that has ended stops counting once its end was notified', async () => {
  const h = await Harness.start({ engine });
  await push(h, '1', 86_400);
  await push(h, '2', 86_400);
  await h.seconds(2);
  await push(h, '1', 0);
  await push(h, '2', 86_400);
  expect(held(h)).toEqual(['1']);
  await h.seconds(10);
  await push(h, '2', 86_400);
  expect(held(h)).toEqual(['2']);
  await h.seconds(2);
  expect(h.story).toEqual(['1: a (first notification)', '11: -a (all alerts resolved)', '13: a (first notification)']);
});

it('an alert that fires again after its end was notified still counts', async () => {
  const h = await Harness.start({ engine });
  await push(h, '1', 86_400);
  await h.seconds(2);
  await push(h, '1', 0);
  await h.seconds(10);
  await push(h, '1', 86_400);
  await push(h, '2', 86_400);
  expect(held(h)).toEqual(['1']);
});

it('a pending resolved notification is sent after a restart, whatever wanted its place', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ engine, store });
  await push(h, '1', 86_400);
  await h.seconds(2);
  h.receiver.failure = new RetryableError('down');
  await push(h, '1', 0);
  await h.seconds(10);
  await push(h, '2', 86_400);
  await push(h, '1', 86_400);
  await push(h, '1', 0);
  expect(held(h)).toEqual(['1']);
  await h.stop();
  const again = await Harness.start({ engine, store, clock: h.clock });
  await again.seconds(20);
  expect(again.story.map((line) => line.replace(/^\d+: /, ''))).toEqual(['-a (all alerts resolved)']);
});

it('one whose place is taken by another of the same request is gone for good', async () => {
  const store = new MemoryStore();
  const h = await Harness.start({ engine, store });
  await push(h, '1', 86_400);
  await h.seconds(2);
  await push(h, '1', 0);
  await h.seconds(20);
  const input = (instance: string, endsAt: number) => ({
    labels: LabelSet.of({ alertname: 'a', instance }),
    annotations: LabelSet.of({ summary: 'news' }),
    startsAt: h.clock.now() - 1,
    endsAt,
  });
  await h.engine.receive([input('1', h.clock.now()), input('2', h.clock.now() + 86_400_000)], 'prometheus');
  expect(held(h)).toEqual(['2']);
  await h.stop();
  const again = await Harness.start({ engine, store, clock: h.clock });
  expect(held(again)).toEqual(['2']);
});
