import { expect, it } from 'vitest';
import { yieldTurn } from '../../src/process/yield-turn.ts';

/** Does `count` pieces of work, each written down as `name`. */
async function work(name: string, count: number, log: string[], piece: () => void = () => {}): Promise<void> {
  for (let i = 0; i < count; i++) {
    await yieldTurn();
    piece();
    log.push(name);
  }
}

/** Longer than a turn. */
function burn(): void {
  const end = performance.now() + 8;
  while (performance.now() < end);
}

it('those who work go on by turns, whatever each has to do', async () => {
  const log: string[] = [];
  await Promise.all([work('a', 6, log), work('b', 3, log), work('c', 1, log)]);
  expect(log.join('')).toBe('abcababaaa');
});

it('who comes later does not wait until a long work is done', async () => {
  const log: string[] = [];
  const long = work('a', 20, log, burn);
  await yieldTurn();
  await work('b', 2, log);
  expect(log.filter((name) => name === 'a').length).toBeLessThan(5);
  await long;
});

it('what follows at once belongs to the piece', async () => {
  const log: string[] = [];
  const inSteps = async (name: string): Promise<void> => {
    await yieldTurn();
    for (let i = 0; i < 5; i++) {
      log.push(name);
      await Promise.resolve();
    }
  };
  await Promise.all([inSteps('a'), inSteps('b')]);
  expect(log.join('')).toBe('aaaaabbbbb');
});

it('the rest of the process has its turn between pieces that take long', async () => {
  const log: string[] = [];
  const others = (): void => {
    log.push('-');
    if (log.length < 20) setImmediate(others);
  };
  const all = Promise.all(['a', 'b', 'c'].map((name) => work(name, 1, log, burn)));
  setImmediate(others);
  await all;
  expect(log.join('')).toMatch(/a-+b-+c/);
});
