import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { sources } from '../../../src/sources/registry.ts';

const load = (text: string) =>
  loadConfig(`route: {receiver: x}\nreceivers: [{name: x}]\n${text}`, {
    file: '/etc/tocsin.yml',
    mode: 'fallback',
    integrations: [],
    sources,
  });

const optionsOf = (centralUrl: string) =>
  load(`sources: {rhacs: {central_url: '${centralUrl}'}}`).sources.get('rhacs')?.options;

describe('sources.rhacs', () => {
  it('listens without being listed', () => {
    expect(load('').sources.get('rhacs')).toEqual({
      path: '/webhooks/rhacs',
      auth: undefined,
      staleAfter: 86_400_000,
      options: { centralUrl: undefined, updateInterval: 1_800_000 },
    });
  });

  it.each([
    ['https://central.example.org', 'https://central.example.org'],
    ['https://user:pw@central.example.org:8443/a/path?x', 'https://central.example.org:8443'],
  ])('links to %s as %s', (text, centralUrl) => {
    expect(optionsOf(text)).toMatchObject({ centralUrl });
  });

  it('refuses what is no address', () => {
    expect(() => optionsOf('javascript:alert(1)')).toThrow(ConfigError);
  });

  it('loads every key that it has', () => {
    const { sources: loaded } = load(`sources:
  rhacs:
    update_interval: 10m
    central: {url: https://c, token_file: t, poll_interval: 1m, ca_file: ca.pem, insecure_skip_verify: false}
    namespace_annotations: {from: static, static: {prod/shop: {email: shop@example.org}}}
`);
    expect(loaded.get('rhacs')?.options).toMatchObject({ updateInterval: 600_000 });
  });
});
