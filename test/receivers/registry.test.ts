import { expect, it } from 'vitest';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { load, withReceiver } from '../config/support.ts';
import { testContext } from './support/context.ts';

it.each([
  ['email', '{to: a@example.org, from: b@example.org, smarthost: localhost:25}'],
  ['webhook', '{url: "http://127.0.0.1:1/"}'],
])('an entry of %s_configs is built into a receiver', async (kind, entry) => {
  const [integration] = load(withReceiver(`  ${kind}_configs: [${entry}]`)).receivers[0]?.integrations ?? [];
  const receiver = integration?.build(await testContext());
  expect([integration?.kind, typeof receiver?.send]).toEqual([kind, 'function']);
  await receiver?.close();
});

it('no two kinds have a key of global in common', () => {
  const keys = receiverKinds.flatMap(({ globals }) => Object.keys(globals));
  expect(keys).toEqual([...new Set(keys)]);
});
