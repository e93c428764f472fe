import { expect, it } from 'vitest';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { testContext } from './support/context.ts';
import { emailConfig, secret } from './support/email.ts';
import { httpConfig } from './support/http.ts';

it.each([
  ['email', emailConfig({ host: 'localhost', port: 25 })],
  ['webhook', { url: secret('http://127.0.0.1:1/'), http: httpConfig(), maxAlerts: 0, timeout: 0, payload: undefined }],
])('creates %s receivers', async (kind, config) => {
  const receiver = receiverKinds.get(kind)?.create(config, await testContext());
  expect(typeof receiver?.send).toBe('function');
  await receiver?.close();
});
