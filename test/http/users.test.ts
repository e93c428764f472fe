import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BasicUsers } from '../../src/http/web-config/users.ts';
import { TestServer } from './test-server.ts';

/** Expensive enough for logins to wait. */
const HASH = hashSync('secret', 8);

let server: TestServer;

beforeEach(async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tocsin-users-')), 'web.yml');
  writeFileSync(file, `basic_auth_users: { prometheus: '${HASH}' }`);
  server = await TestServer.start({ http: { webConfigFile: file } });
});

afterEach(() => server.close());

/** @returns the status. @param localAddress the client's */
function login(user: string, password: string, localAddress = '127.0.0.1'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/-/healthy`, { auth: `${user}:${password}`, localAddress, agent: false });
    sent.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

const guesses = (count: number, address?: string): Promise<number | undefined>[] =>
  Array.from({ length: count }, (_, i) => login('prometheus', `guess ${i} ${Math.random()}`, address));

test('guesses from one address do not keep others from logging in', async () => {
  const attack = guesses(120, '127.0.0.2');
  expect(await login('prometheus', 'secret')).toBe(200);
  const statuses = await Promise.all(attack);
  expect(new Set(statuses)).toEqual(new Set([401, 503]));
});

test('a login that could not be checked is not held against it', async () => {
  const attack = guesses(50);
  // The same address has its four logins waiting.
  expect(await login('prometheus', 'secret')).toBe(503);
  await Promise.all(attack);
  expect(await login('prometheus', 'secret')).toBe(200);
});

test('a known login stays known, however many wrong ones follow', async () => {
  expect(await login('prometheus', 'secret')).toBe(200);
  for (let i = 0; i < 40; i++) await Promise.all(guesses(4));
  const attack = guesses(50);
  expect(await login('prometheus', 'secret')).toBe(200);
  await Promise.all(attack);
}, 60_000);

test.each(['05', '08'])('an unknown user costs what a known one costs, at cost %s', async (cost) => {
  const users = new BasicUsers();
  const asked: { hash: string }[] = [];
  const { Worker } = await import('node:worker_threads');
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: InstanceType<typeof Worker>, question: { hash: string }) {
    asked.push(question);
    return postMessage.call(this, question);
  };
  try {
    const known = new Map([['alice', `$2y$${cost}$${HASH.slice(7)}`]]);
    expect(await users.check(known, 'mallory:x', '::1')).toBe('wrong');
    // The password that the hash for unknown users was once made of.
    expect(await users.check(known, 'mallory:fakepassword', '::1')).toBe('wrong');
    expect(asked.map(({ hash }) => hash.slice(0, 7))).toEqual([`$2y$${cost}$`, `$2y$${cost}$`]);
  } finally {
    Worker.prototype.postMessage = postMessage;
    await users.close();
  }
});

test('a checker that breaks is no verdict', async () => {
  const users = new BasicUsers();
  const known = new Map([['alice', HASH]]);
  const { Worker } = await import('node:worker_threads');
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: InstanceType<typeof Worker>) {
    this.emit('error', new Error('out of memory'));
  };
  try {
    expect(await users.check(known, 'alice:secret', '::1')).toBe('busy');
  } finally {
    Worker.prototype.postMessage = postMessage;
  }
  expect(await users.check(known, 'alice:secret', '::1')).toBe('right');
  await users.close();
});
