import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';

/** What every Store does, whatever it is made of. */
export function storeContract(create: () => Promise<Store>): void {
  test('a new store is empty and without trouble', async () => {
    const store = await create();
    expect(await store.load('alerts')).toEqual([]);
    expect(store.trouble).toBeUndefined();
    await store.close();
  });

  test('keeps JSON by table and key; a later value replaces an earlier one', async () => {
    const store = await create();
    await store.write([
      {
        table: 'alerts',
        key: 'a',
        value: { labels: { __proto__: null, constructor: 'x', 'näme\n': '\u0000\ud800"' } },
      },
      { table: 'silences', key: 'a', value: null },
      { table: 'budgets', key: '', value: [1.5, 'two'] },
    ]);
    await store.write([{ table: 'silences', key: 'a', value: 'new' }]);
    expect(await store.load('alerts')).toEqual([
      { key: 'a', value: { labels: { constructor: 'x', 'näme\n': '\u0000\ud800"' } } },
    ]);
    expect(await store.load('silences')).toEqual([{ key: 'a', value: 'new' }]);
    expect(await store.load('budgets')).toEqual([{ key: '', value: [1.5, 'two'] }]);
    expect(await store.load('notifications')).toEqual([]);
    await store.close();
  });

  test('prototype names are keys like any other', async () => {
    const store = await create();
    await store.write([
      { table: 'alerts', key: '__proto__', value: 1 },
      { table: 'alerts', key: 'constructor', value: 2 },
    ]);
    await store.write([{ table: 'alerts', key: 'constructor', value: undefined }]);
    expect(await store.load('alerts')).toEqual([{ key: '__proto__', value: 1 }]);
    await store.close();
  });

  test('changes of one call apply in order', async () => {
    const store = await create();
    await store.write([
      { table: 'alerts', key: 'a', value: 1 },
      { table: 'alerts', key: 'a', value: 2 },
      { table: 'alerts', key: 'b', value: 1 },
      { table: 'alerts', key: 'b', value: undefined },
      { table: 'alerts', key: 'c', value: undefined },
      { table: 'alerts', key: 'c', value: 3 },
    ]);
    expect(await store.load('alerts')).toEqual([
      { key: 'a', value: 2 },
      { key: 'c', value: 3 },
    ]);
    await store.close();
  });

  test('writes of many callers at once are all kept, in the order of the calls', async () => {
    const store = await create();
    const writes = Array.from({ length: 500 }, (_, i) =>
      store.write([
        { table: 'alerts', key: 'last', value: i },
        { table: 'alerts', key: `k${i}`, value: i },
      ]),
    );
    await Promise.all(writes);
    const rows = new Map((await store.load('alerts')).map(({ key, value }) => [key, value]));
    expect(rows.size).toBe(501);
    expect(rows.get('last')).toBe(499);
    await store.close();
  });

  test('a value that JSON cannot hold is refused, and nothing of its call is kept', async () => {
    const store = await create();
    const write = store.write([
      { table: 'alerts', key: 'good', value: 1 },
      { table: 'alerts', key: 'bad', value: 1n },
    ]);
    await expect(write).rejects.toThrow('BigInt');
    expect(await store.load('alerts')).toEqual([]);
    await store.close();
  });

  test('an empty write is fine', async () => {
    const store = await create();
    await store.write([]);
    await store.close();
  });
}
