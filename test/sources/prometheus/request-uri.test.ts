import { describe, expect, it } from 'vitest';
import { isRequestUri } from '../../../src/sources/prometheus/request-uri.ts';

/** Each was posted to a running Alertmanager. */
const TAKEN = [
  'http://prometheus:9090/graph?g0.expr=up%7Bjob%3D%22node%22%7D+%3D%3D+0&g0.tab=1',
  '/foo',
  '/foo bar',
  'foo:bar',
  'http://',
  'http://a/ b',
  'http://a/?q=%zz b',
  'http://a/é',
  'javascript:alert(1)',
  '*',
  '//host/x',
  'HTTP://x',
  'http://[::1]:9/x',
  'http://u:p@h/x',
  'http://<>/',
  'http://a"b/',
  'mailto:x y',
  'http:foo',
  'http:///foo',
  'http:?x',
  'http://:80/',
  'http://h:99999/',
  'http://h:/',
  'http://h/ ',
  'http://h?x=/%zz',
  'http://%c3%a9/',
  'http://[fe80::1%25en%20]/',
];

const REFUSED = [
  'not a url',
  'foo',
  'http://a b/',
  'http://a/%zz',
  'http://a/%2',
  'http://a:b/',
  '1http://x',
  'http://x/\n',
  'http://x/#frag%zz',
  '?a',
  'http://[::1/x',
  'http://[::1]x/',
  'http://u p@h/x',
  'http://ho%41st/',
  'http://a{b}/',
  ':foo',
  'a/b:c',
  'a_b:c',
  ' http://h/',
  'http://h/\u007f',
  'http://[fe80::1%25en{]/',
];

describe('a generatorURL', () => {
  it.each(TAKEN)('is %j', (text) => expect(isRequestUri(text)).toBe(true));
  it.each(REFUSED)('is not %j', (text) => expect(isRequestUri(text)).toBe(false));
});
