import { expect, test } from 'vitest';
import { run, TestProcess } from './process.ts';

test('waits for output, ends by signal, and keeps what was printed', async () => {
  const child = TestProcess.start('sh', ['-c', 'echo one; echo two >&2; exec sleep 60']);
  expect((await child.waitForOutput(/tw(o)/))[1]).toBe('o');
  expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  expect(child.output).toBe('one\ntwo\n');
});

test('a program that ends too early fails with its output', async () => {
  const child = TestProcess.start('sh', ['-c', 'echo the reason; exit 3']);
  await expect(child.waitForOutput(/ready/)).rejects.toThrow(
    'sh -c echo the reason; exit 3: ended (3) before output like /ready/\n--- its output ---\nthe reason\n',
  );
});

test('a program that is never ready fails in bounded time', async () => {
  const child = TestProcess.start('sleep', ['60']);
  await expect(child.waitForOutput(/ready/, 50)).rejects.toThrow('sleep 60: no output like /ready/ within 50 ms');
  await child.stop();
});

test('a program that does not exist fails with its name', async () => {
  const child = TestProcess.start('no-such-program', []);
  await expect(child.waitForOutput(/ready/)).rejects.toThrow('spawn no-such-program ENOENT');
  await expect(run('no-such-program', [])).rejects.toThrow('ENOENT');
});

test('run gives the exit code and both outputs', async () => {
  expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 4'])).toEqual({
    code: 4,
    stdout: 'out\n',
    stderr: 'err\n',
  });
});
