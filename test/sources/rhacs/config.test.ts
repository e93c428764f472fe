import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { sources } from '../../../src/sources/registry.ts';
import type { RhacsOptions } from '../../../src/sources/rhacs/config.ts';

const load = (text: string) =>
  loadConfig(`route: {receiver: x}\nreceivers: [{name: x}]\n${text}`, {
    file: '/etc/tocsin.yml',
    mode: 'fallback',
    integrations: [],
    sources,
  });

const optionsOf = (centralUrl: string) =>
  load(`sources: {rhacs: {central_url: '${centralUrl}'}}`).sources.get('rhacs')?.options;

const rhacsOf = (text: string) => load(text).sources.get('rhacs')?.options as RhacsOptions | undefined;

const centralOf = (text: string) => rhacsOf(`sources: {rhacs: {central: {${text}}}}`)?.central;

const problemsOf = (text: string): readonly string[] => {
  try {
    centralOf(text);
    return [];
  } catch (error) {
    return (error as ConfigError).message.split('\n');
  }
};

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

  it('asks no Central unless there is one in the file', () => {
    expect(rhacsOf('')?.central).toBeUndefined();
  });

  it('asks Central every minute, with files beside the configuration, and links to it', () => {
    expect(centralOf('url: "https://c.example.org:8443/x/", token_file: t, ca_file: ca.pem')).toEqual({
      url: 'https://c.example.org:8443/x',
      tokenFile: '/etc/t',
      pollInterval: 60_000,
      caFile: '/etc/ca.pem',
      insecureSkipVerify: false,
    });
    const { sources: loaded } = load('sources: {rhacs: {central: {url: "https://c:8443/x", token_file: t}}}');
    expect(loaded.get('rhacs')?.options).toMatchObject({ centralUrl: 'https://c:8443' });
  });

  it.each([
    [
      'token_file: t',
      'sources.rhacs.central: missing url: the address of Central, such as https://central.example.org',
    ],
    [
      'url: "https://c"',
      'sources.rhacs.central: missing token_file: the file with an API token of Central, of a role that may read Alert',
    ],
    [
      'url: "https://c", token_file: t, poll_interval: 0s',
      'sources.rhacs.central.poll_interval: poll_interval cannot be zero',
    ],
  ])('says what is wrong with central: {%s}', (text, problem) => {
    expect(problemsOf(text).join()).toContain(problem);
  });
});
