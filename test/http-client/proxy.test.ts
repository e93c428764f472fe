import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/http-client/proxy.ts';

const config = (over: object) => ({ noProxy: '', fromEnvironment: false, connectHeader: new Map(), ...over });
const PROXY = 'http://proxy.example:3128';

describe('proxy_url', () => {
  it.each([
    ['http://hook.example/', '', PROXY],
    ['http://127.0.0.1/', '', PROXY],
    ['http://127.0.0.1/', 'x.example', undefined],
    ['http://localhost:9093/', 'x.example', undefined],
    ['http://[::1]/', 'x.example', undefined],
    ['http://hook.example/', '*', undefined],
    ['http://hook.example/', 'hook.example', undefined],
    ['http://HOOK.example/', 'Hook.Example', undefined],
    ['http://a.hook.example/', 'hook.example', undefined],
    ['http://nothook.example/', 'hook.example', PROXY],
    ['http://hook.example/', '.hook.example', PROXY],
    ['http://a.hook.example/', '.hook.example', undefined],
    ['http://a.hook.example/', '*.hook.example', undefined],
    ['http://hook.example:8080/', 'hook.example:80', PROXY],
    ['http://hook.example:8080/', 'hook.example:8080', undefined],
    ['https://hook.example/', 'hook.example:443', undefined],
    ['http://10.1.2.3/', '10.0.0.0/8', undefined],
    ['http://11.1.2.3/', '10.0.0.0/8', PROXY],
    ['http://10.1.2.3/', '10.1.2.3', undefined],
    ['http://10.1.2.3:81/', '10.1.2.3:80', PROXY],
    ['http://[2001:db8::7]/', '2001:db8::/32', undefined],
    ['http://[2001:db8::7]/', '2001:db8::7', undefined],
    ['http://hook.example/', 'a.example, ,hook.example', undefined],
    ['http://hook.example/', '10.0.0.0/99,[', PROXY],
  ])('for %s with no_proxy %j is %s', (url, noProxy, expected) => {
    expect(proxyFor(new URL(url), config({ url: PROXY, noProxy }))).toBe(expected);
  });

  it('may lack its scheme', () => {
    expect(proxyFor(new URL('http://x/'), config({ url: 'proxy.example:3128' }))).toBe(PROXY);
  });

  it('is none by default', () => {
    expect(proxyFor(new URL('http://x/'), config({}))).toBeUndefined();
  });
});

describe('proxy_from_environment', () => {
  const env = { HTTP_PROXY: 'http://h:1', https_proxy: 'http://s:2', NO_PROXY: 'in.example' };
  it.each([
    ['http://out.example/', 'http://h:1'],
    ['https://out.example/', 'http://s:2'],
    ['https://a.in.example/', undefined],
    ['http://127.0.0.1/', undefined],
  ])('for %s is %s', (url, expected) => {
    expect(proxyFor(new URL(url), config({ fromEnvironment: true }), env)).toBe(expected);
  });
});
