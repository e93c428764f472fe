import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { StoreError } from '../../src/store/store.ts';
import { storeContract } from './store-contract.ts';

storeContract(async () => new MemoryStore());

test('fails on demand and forgets nothing of before', async () => {
  const store = new MemoryStore();
  await store.write([{ table: 'alerts', key: 'a', value: 1 }]);
  store.trouble = 'disk full';
  await expect(store.write([{ table: 'alerts', key: 'a', value: 2 }])).rejects.toThrow(new StoreError('disk full'));
  store.trouble = undefined;
  expect(await store.load('alerts')).toEqual([{ key: 'a', value: 1 }]);
  expect(store.writes).toEqual([[{ table: 'alerts', key: 'a', value: 1 }]]);
});
