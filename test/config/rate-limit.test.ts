import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { EmailConfig } from '../../src/receivers/email/config.ts';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { sources } from '../../src/sources/registry.ts';

function load(global: string, email: string) {
  const text = `global: { smtp_smarthost: 'mx:25', smtp_from: a@b.c${global} }
route: { receiver: r }
receivers:
- name: r
  email_configs:
  - { to: x@example.org${email} }
`;
  return loadConfig(text, { file: 'f.yml', mode: 'fallback', integrations: receiverKinds, sources });
}

function limitOf(global: string, email: string): EmailConfig['rateLimit'] {
  return (load(global, email).receivers[0]?.integrations[0]?.config as EmailConfig | undefined)?.rateLimit;
}

describe('rate_limit', () => {
  it('is read, and keeps a fifth for what is critical when it does not say', () => {
    expect(limitOf('', ', rate_limit: { count: 250, window: 24h, reserve: 40 }')).toEqual({
      count: 250,
      window: 86_400_000,
      reserve: 40,
      shared: false,
    });
    expect(limitOf('', ', rate_limit: { count: 250, window: 24h }')).toMatchObject({ reserve: 50 });
    expect(limitOf('', '')).toBeUndefined();
  });

  it('comes from smtp_rate_limit, shared by all that have none of their own, and stays out of the original', () => {
    const global = ', smtp_rate_limit: { count: 100, window: 1h }';
    expect(limitOf(global, '')).toMatchObject({ count: 100, reserve: 20, shared: true });
    expect(limitOf(global, ', rate_limit: { count: 5, window: 1m }')).toMatchObject({ count: 5, shared: false });
    expect(load(global, '').original).not.toContain('rate_limit');
  });

  it.each([
    ['{ window: 24h }', 'f.yml:6:38: receivers[0].email_configs[0].rate_limit: expected the maximum number of emails'],
    ['{ count: 5 }', 'rate_limit: expected how long a window is, e.g. 24h'],
    ['{ count: 5, window: 1h, reserve: 5 }', 'rate_limit.reserve: expected less than count (5)'],
  ])('refuses %s', (limit, message) => {
    const thrown = (() => {
      try {
        return load('', `, rate_limit: ${limit}`);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(ConfigError);
    expect((thrown as Error).message).toContain(message);
  });
});
