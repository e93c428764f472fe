import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EmailConfig } from '../../src/receivers/email/config.ts';
import { load } from './support.ts';

const page = readFileSync(new URL('../../docs/migrate-from-rhacs-mail.md', import.meta.url), 'utf8');
const [, file = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];

test('the file of docs/migrate-from-rhacs-mail.md loads, and means what the page says', () => {
  const config = load(file);
  expect(config.warnings).toEqual([]);
  const [security] = config.receivers;
  expect(security?.integrations[0]).toMatchObject({ kind: 'email', sendResolved: true });
  expect(security?.integrations[0]?.config as EmailConfig).toMatchObject({
    to: 'Security <soc@example.org>',
    from: 'RHACS alerts <rhacs@example.org>',
    smarthosts: [{ host: 'smtp.example.org', port: 587 }],
    hello: 'tocsin.example.org',
    authUsername: 'rhacs',
    authPassword: { file: '/etc/tocsin/smtp-password' },
    requireTls: true,
    recipients: { annotation: 'email', default: [], allowed: ['example.org'] },
    rateLimit: { count: 250, window: 86_400_000, shared: true },
  });
  expect(config.sources.get('rhacs')).toMatchObject({
    auth: { kind: 'bearer' },
    options: { centralUrl: 'https://central.example.org', namespaceAnnotations: { from: 'central' } },
  });
});

test('every key that the page names is one', () => {
  const keys = [...page.matchAll(/`(?:global\.)?(smtp_\w+)/g)].map(([, key]) => key as string);
  expect(keys.length).toBeGreaterThan(8);
  for (const key of new Set(keys)) {
    const value = { smtp_tls_config: '{}', smtp_rate_limit: '{count: 2, window: 1h}', smtp_smarthost: "'a:25'" }[key];
    const bool = /require|force/.test(key) ? 'true' : 'x@x';
    expect(() =>
      load(`global: {${key}: ${value ?? bool}}\nroute: {receiver: r}\nreceivers: [{name: r}]`),
    ).not.toThrow();
  }
});

test('every test that docs/rhacs-features.md names is there', () => {
  const features = readFileSync(new URL('../../docs/rhacs-features.md', import.meta.url), 'utf8');
  const named = [...features.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, name]) => name as string);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !existsSync(new URL(`../${name}`, import.meta.url)))).toEqual([]);
});
