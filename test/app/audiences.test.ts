import { describe, expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { PermanentError, RetryableError } from '../../src/receivers/receiver.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { Harness, type HarnessOptions } from '../support/engine.ts';

const DAY = 86_400;
const start = (options: HarnessOptions = {}): Promise<Harness> => Harness.start({ audiences: true, ...options });
/** An alert for these audiences, firing until told otherwise. */
const to = (audiences: string, end = DAY) => ({ end, annotations: LabelSet.of({ to: audiences }) });

describe('a group with several audiences', () => {
  it('notifies each of its own alerts, in separate messages', async () => {
    const h = await start();
    await h.push('a', to('ann'));
    await h.push('b', to('ann ben'));
    await h.push('c', { end: DAY });
    await h.seconds(1);
    expect(h.story).toEqual([
      '1: ann <- a b (first notification)',
      '1: ben <- b (first notification)',
      '1: c (first notification)',
    ]);
    const ids = h.receiver.sent.map(({ notification }) => notification.id);
    expect(new Set(ids).size).toBe(3);
  });

  it('notifies only those with updates', async () => {
    const h = await start();
    await h.push('a', to('ann'));
    await h.push('b', to('ben'));
    await h.seconds(5);
    await h.push('c', to('ann'));
    await h.push('b', to('ben', 0));
    await h.seconds(30);
    expect(h.story.slice(2)).toEqual(['11: ann <- a c (new alerts added)', '11: ben <- -b (all alerts resolved)']);
  });

  it('repeats to each by its own time', async () => {
    const h = await start({ route: { repeatInterval: 20_000 } });
    await h.push('a', to('ann'));
    await h.seconds(12);
    await h.push('b', to('ben'));
    await h.seconds(40);
    expect(h.story).toEqual([
      '1: ann <- a (first notification)',
      '21: ben <- b (first notification)',
      '31: ann <- a (repeat interval elapsed)',
      '51: ben <- b (repeat interval elapsed)',
    ]);
  });
});

describe('an audience that cannot be reached', () => {
  it.each([
    ['now', new RetryableError('421 come back later')],
    ['at all', new PermanentError('550 no such user')],
  ])('%s does not make the others hear twice', async (_, failure) => {
    const h = await start();
    h.receiver.failures.set('bad', failure);
    await h.push('a', to('ann bad ben'));
    await h.seconds(55);
    expect(h.story).toEqual(['1: ann <- a (first notification)', '1: ben <- a (first notification)']);
    h.receiver.failures.clear();
    await h.seconds(5);
    await h.seconds(10);
    expect(h.story.slice(2)).toEqual([expect.stringMatching(/^\d[\d.]*: bad <- a \(first notification\)$/)]);
  });

  it('is later notified of what resolved meanwhile, and nobody else is notified again', async () => {
    const h = await start();
    h.receiver.failures.set('bad', new RetryableError('421 come back later'));
    await h.push('a', to('ann bad'));
    await h.seconds(5);
    await h.push('a', to('ann bad', 0));
    await h.seconds(10);
    h.receiver.failures.clear();
    await h.seconds(20);
    expect(h.story[0]).toBe('1: ann <- a (first notification)');
    expect(
      h.story
        .slice(1)
        .map((line) => line.replace(/^[\d.]+: /, ''))
        .sort(),
    ).toEqual(['ann <- -a (all alerts resolved)', 'bad <- -a (undelivered alerts)']);
    expect(h.engine.dispatcher.groupCount).toBe(0);
  });

  it('is no obstacle once the alert names another: the group ends, and nothing is pending', async () => {
    const h = await start();
    h.receiver.failures.set('typo', new PermanentError('550 no such user'));
    await h.push('a', to('typo'));
    await h.seconds(5);
    expect([...h.engine.log.entries()].filter(([, { pending }]) => pending)).toHaveLength(1);
    await h.push('a', to('ann'));
    await h.seconds(10);
    expect(h.story).toEqual(['11: ann <- a (first notification)']);
    expect([...h.engine.log.entries()].filter(([, { pending }]) => pending)).toEqual([]);
    await h.push('a', to('ann', 0));
    await h.seconds(10);
    expect(h.story.slice(1)).toEqual(['21: ann <- -a (all alerts resolved)']);
    expect(h.engine.dispatcher.groupCount).toBe(0);
  });

  it('is still notified of an alert that was only silenced for a while', async () => {
    const h = await start();
    h.receiver.failures.set('ann', new PermanentError('550 not now'));
    await h.push('a', to('ann'));
    await h.push('b', to('ben'));
    await h.seconds(5);
    await h.silence('a', 60);
    await h.seconds(20);
    expect([...h.engine.log.entries()].filter(([, { pending }]) => pending)).toHaveLength(1);
  });
});

describe('an alert that changes hands', () => {
  it('is sent to the new recipient at once, and to the old one until it is resolved', async () => {
    const h = await start();
    await h.push('a', to('old'));
    await h.seconds(5);
    await h.push('a', to('new'));
    await h.seconds(60);
    await h.push('a', to('new', 0));
    await h.seconds(10);
    expect(h.story).toEqual([
      '1: old <- a (first notification)',
      '11: new <- a (first notification)',
      '71: new <- -a (all alerts resolved)',
      '71: old <- -a (all alerts resolved)',
    ]);
  });

  it('is the new one’s alone when it fires again', async () => {
    const h = await start();
    await h.push('a', to('old'));
    await h.push('b', to('old'));
    await h.seconds(5);
    await h.push('a', to('new', 0));
    await h.seconds(10);
    await h.push('a', to('new'));
    await h.seconds(10);
    expect(h.story.slice(1)).toEqual(['11: old <- -a b (some alerts resolved)', '21: new <- a (first notification)']);
  });

  it('leaves the default too, and comes back to it', async () => {
    const h = await start();
    await h.push('a', { end: DAY });
    await h.seconds(5);
    await h.push('a', to('new'));
    await h.seconds(10);
    await h.push('a', { end: 0 });
    await h.seconds(10);
    expect(h.story).toEqual([
      '1: a (first notification)',
      '11: new <- a (first notification)',
      '21: -a (all alerts resolved)',
      '21: new <- -a (all alerts resolved)',
    ]);
  });

  it('is remembered over a restart', async () => {
    const store = new MemoryStore();
    const before = await start({ store });
    await before.push('a', to('old'));
    await before.seconds(5);
    await before.push('a', to('new'));
    await before.stop();
    const h = await start({ store, clock: before.clock });
    await h.seconds(15);
    await h.push('a', to('new', 0));
    await h.seconds(20);
    const told = h.story.map((line) => line.replace(/^[\d.]+: /, ''));
    expect(told).toEqual([
      'new <- a (first notification)',
      'new <- -a (all alerts resolved)',
      'old <- -a (all alerts resolved)',
    ]);
  });

  it('is not sent to a recipient that is no longer allowed', async () => {
    const h = await start();
    await h.push('a', to('old'));
    await h.seconds(5);
    h.reload({ audiences: true, allowed: ['new'] });
    await h.push('a', to('new', 0));
    await h.seconds(20);
    expect(h.story).toEqual(['1: old <- a (first notification)']);
  });

  it('drops the former recipient if no resolved notification is sent', async () => {
    const h = await start({ sendResolved: false, route: { repeatInterval: 20_000 } });
    await h.push('a', to('old'));
    await h.seconds(5);
    await h.push('a', to('new'));
    await h.seconds(60);
    expect(h.story.filter((line) => line.includes('old'))).toEqual(['1: old <- a (first notification)']);
  });
});
