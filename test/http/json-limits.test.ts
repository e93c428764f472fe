import { describe, expect, test } from 'vitest';
import { JsonError, JsonTooLargeError, parseBody } from '../../src/http/json.ts';

const MB = 1024 * 1024;
const parse = (text: string): Promise<unknown> => parseBody(Buffer.from(text));
const many = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join();

describe('a body that is dear to parse is refused', () => {
  test.each([
    ['brackets', '['.repeat(5 * MB), 'values nested deeper than 500'],
    ['objects in objects', '{"a":'.repeat(MB), 'values nested deeper than 500'],
    ['brackets far inside', `{"alert":{"x":"${'y'.repeat(MB)}","z":${'['.repeat(MB)}`, 'values nested deeper than 500'],
    ['empty lists', `[${many(600_000, () => '[]')}]`, 'more than 400000 objects and lists'],
    ['empty objects', `[${many(600_000, () => '{}')}]`, 'more than 400000 objects and lists'],
    ['numbers', `[${many(4_000_000, () => '0')}]`, 'more than 600000 values'],
    [
      'members of one object',
      `[{"annotations":{${many(130_000, (i) => `"${i}":""`)}}}]`,
      'an object with more than 120000 members',
    ],
    [
      'members of many objects',
      `[${many(80, () => `{${many(9_000, (i) => `"${i}":""`)}}`)}]`,
      'more than 600000 values',
    ],
  ])('%s', async (_, body, reason) => {
    const promise = parse(body);
    await expect(promise).rejects.toThrow(JsonTooLargeError);
    await expect(promise).rejects.toThrow(`the body is JSON that would take too long to parse: ${reason}`);
  });
});

describe('a body is taken', () => {
  test.each([
    ['what only looks like structure, inside of strings', `["${'[{,\\"'.repeat(MB)}"]`],
    ['one long string', JSON.stringify(['x'.repeat(9 * MB)])],
    [
      'many alerts',
      `[${many(60_000, (i) => `{"labels":{"alertname":"a","i":"${i}"},"annotations":{"summary":"text of ${i}"}}`)}]`,
    ],
    ['a large object', `{${many(100_000, (i) => `"${i}":""`)}}`],
    ['white space', `${' '.repeat(4 * MB)}[]`],
  ])('%s', async (_, body) => {
    expect(await parse(body)).toEqual(JSON.parse(body));
  });

  test('what is no JSON is said to be none', async () => {
    await expect(parse(`[${'"a",'.repeat(100_000)}`)).rejects.toThrow(JsonError);
  });
});
